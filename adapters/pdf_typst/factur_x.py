"""Declares the e-invoice inside a PDF as Factur-X 1.0 does (6.2.2): in its XMP metadata.

The schema extension is described as PDF/A-3 asks of every schema that it does not know itself.
"""

from io import BytesIO

FILE_NAME = "factur-x.xml"
_NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_FACTS = {
    "DocumentFileName": (FILE_NAME, "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "INVOICE"),
    "Version": ("1.0", "The actual version of the Factur-X XML schema"),
    "ConformanceLevel": ("EN 16931", "The conformance level of the embedded Factur-X data"),
}
_PROPERTIES = "".join(
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:category>external</pdfaProperty:category>'
    f"<pdfaProperty:description>{words}</pdfaProperty:description>"
    f"<pdfaProperty:name>{name}</pdfaProperty:name>"
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType></rdf:li>"
    for name, (_, words) in _FACTS.items()
)
_SCHEMA = (
    '<rdf:li rdf:parseType="Resource">'
    "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
    f"<pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>fx</pdfaSchema:prefix>"
    f"<pdfaSchema:property><rdf:Seq>{_PROPERTIES}</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_DECLARATION = (
    f'<rdf:Description rdf:about="" xmlns:fx="{_NAMESPACE}">'
    + "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _FACTS.items())
    + "</rdf:Description>"
)
_SCHEMAS_END = "</rdf:Bag></pdfaExtension:schemas>"


def declared(pdf: bytes) -> bytes:
    """Declare the attached e-invoice; the same PDF gives the same bytes."""
    import pikepdf  # noqa: PLC0415 - only where e-invoices are made

    with pikepdf.open(BytesIO(pdf)) as opened:
        xmp = opened.Root.Metadata.read_bytes().decode()
        xmp = xmp.replace(_SCHEMAS_END, _SCHEMA + _SCHEMAS_END, 1)
        xmp = xmp.replace("</rdf:RDF>", _DECLARATION + "</rdf:RDF>", 1)
        opened.Root.Metadata.write(xmp.encode())
        made = BytesIO()
        opened.save(made, deterministic_id=True, preserve_pdfa=True)
    return made.getvalue()
