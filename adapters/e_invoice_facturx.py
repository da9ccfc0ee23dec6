"""Writes e-invoices with the factur-x library: CII (Factur-X, profile EN 16931) and UBL 2.1."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from application.ports.e_invoice import (
    EInvoice,
    EInvoiceRefused,
    Line,
    Party,
    Syntax,
    Tax,
    Transfer,
)
from domain.document_lines import TaxCategory

FLAVOURS: dict[Syntax, str] = {"cii": "factur-x", "ubl": "ubl-2.1"}
KINDS = {"invoice": "380", "credit_note": "381"}
PROFILE = "en16931"
PIECE, EMAIL = "C62", "EM"
SEPA_TRANSFER, TRANSFER = "58", "30"

CATEGORIES: dict[TaxCategory, str] = {
    "standard": "S",
    "zero": "Z",
    "exempt": "E",
    "reverse_charge": "AE",
    "intra_community": "K",
    "export": "G",
    "outside_scope": "O",
}
"""UNCL 5305."""

REASONS: dict[TaxCategory, tuple[str, str]] = {
    "reverse_charge": ("VATEX-EU-AE", "Reverse charge"),
    "intra_community": ("VATEX-EU-IC", "Intra-Community supply"),
    "export": ("VATEX-EU-G", "Export outside the EU"),
    "outside_scope": ("VATEX-EU-O", "Not subject to VAT"),
}
"""The code list VATEX, for categories that are a reason by themselves."""

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_PREFIXES = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI"
OF_THE_UNION = frozenset(_PREFIXES.split())
"""With what VAT numbers of the union begin, wherever their holder sits (2006/112/EC, 215)."""

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


class FacturxEInvoices:
    """Implements `EInvoices`. The library is loaded when the first document is written."""

    def write(self, document: EInvoice, syntax: Syntax) -> bytes:
        """Write the document; the schema is checked, the schematron is the tests' business."""
        import facturx  # noqa: PLC0415 - half a second that few processes need
        from lxml import etree  # noqa: PLC0415 - the same

        asked = {"flavor": FLAVOURS[syntax], "level": PROFILE}
        terms = dict(_terms(document))
        try:
            written = facturx.generate_xml(terms, **asked, check_xsd=False, check_schematron=None)
            tree = etree.fromstring(written)
            for element in tree.iter():
                element.attrib.pop(NIL, None)  # the library marks what is empty, the schema forbids
            facturx.xml_check_xsd(tree, **asked)
        except Exception as error:  # all that the library raises when it cannot; ours is outside
            raise EInvoiceRefused(f"{document.number} cannot be written as {syntax}") from error
        made: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
        return made


def _terms(document: EInvoice) -> Iterator[tuple[str, Any]]:
    """Give the business terms (BT) and groups (BG) of the norm."""
    discount = sum((tax.discount for tax in document.taxes), Decimal(0))
    net = sum((line.amount for line in document.lines), Decimal(0))
    vat = sum((tax.amount for tax in document.taxes), Decimal(0))
    yield "BT-1", _text(document.number)
    yield "BT-2", document.issued_on
    yield "BT-3", KINDS[document.kind]
    yield "BT-5", document.currency
    yield "BT-9", document.due_on
    if document.po_number:
        yield "BT-13", _text(document.po_number)
    yield from _delivery(document)
    if document.note:
        yield "BG-1", [{"BT-22": _text(document.note)}]
    if document.preceding:
        yield "BG-3", [{"BT-25": _text(document.preceding)}]
    yield "BG-4", dict(_party(document.seller))
    yield "BG-7", dict(_party(document.buyer))
    if document.transfer:
        yield from _payment(document.transfer, document.currency)
    if discount:
        yield "BG-20", [dict(_allowance(tax)) for tax in document.taxes if tax.discount]
        yield "BT-107", _figure(discount)
    yield "BG-23", [dict(_breakdown(tax)) for tax in document.taxes]
    yield "BG-25", [dict(_line(at, line)) for at, line in enumerate(document.lines, 1)]
    yield "BT-106", _figure(net)
    yield "BT-109", _figure(net - discount)
    yield "BT-110", _figure(vat)
    yield "BT-112", _figure(document.total)
    yield "BT-113", _figure(document.total - document.due)
    yield "BT-115", _figure(document.due)


def _delivery(document: EInvoice) -> Iterator[tuple[str, Any]]:
    """Give the period; a supply into another member state also says where to (BR-IC-11, -12)."""
    if document.period_from:
        yield "BT-73", document.period_from
    if document.period_to:
        yield "BT-74", document.period_to
    if any(tax.category == "intra_community" for tax in document.taxes):
        yield "BT-72", document.period_to or document.issued_on
        yield "BG-13", {"name": _text(document.buyer.name), "country_code": document.buyer.country}


def _party(party: Party) -> Iterator[tuple[str, Any]]:
    yield "name", _text(party.name)
    yield "country_code", party.country
    written = (*party.lines, party.district or "")
    lines = [_text(line) for line in written if line.strip()]
    kept = [*lines[:2], ", ".join(lines[2:])] if lines[2:] else lines
    yield from zip(("addr_l1", "addr_l2", "addr_l3"), kept, strict=False)
    told = {
        "city": party.city,
        "postcode": party.postal_code,
        "country_subdivision": party.region,
        "vat_identifier": _prefixed(party),
        "tax_identifier": party.tax_id,
        "legal_identifier": party.registration_number,
        "einvoicing_addr": party.email,
    }
    yield from ((name, _text(value)) for name, value in told.items() if value)
    if party.email:
        yield "einvoicing_addr_schemeid", EMAIL


def _prefixed(party: Party) -> str | None:
    """Put the country before a VAT number that lacks it (BR-CO-09); Greece writes EL."""
    if not party.vat_number:
        return None
    bare = re.sub(r"\s", "", party.vat_number)
    if bare[:2] == party.country or bare[:2] in OF_THE_UNION:
        return bare
    return ("EL" if party.country == "GR" else party.country) + bare


def _payment(transfer: Transfer, currency: str) -> Iterator[tuple[str, Any]]:
    yield "BT-81", SEPA_TRANSFER if currency == "EUR" else TRANSFER
    yield "BT-83", _text(transfer.reference)
    yield "BT-84", transfer.iban
    yield "BT-85", _text(transfer.holder)
    if transfer.bic:
        yield "BT-86", transfer.bic


def _allowance(tax: Tax) -> Iterator[tuple[str, Any]]:
    yield "amount", _figure(tax.discount)
    yield "reason", "Discount"
    yield "reason_code", "95"
    yield "vat_category_code", CATEGORIES[tax.category]
    if tax.category != "outside_scope":
        yield "vat_rate", _figure(tax.rate)


def _breakdown(tax: Tax) -> Iterator[tuple[str, Any]]:
    yield "BT-116", _figure(tax.base)
    yield "BT-117", _figure(tax.amount)
    yield "BT-118", CATEGORIES[tax.category]
    if tax.category != "outside_scope":
        yield "BT-119", _figure(tax.rate)
    code, words = REASONS.get(tax.category, (None, None))
    if code:
        yield "BT-121", code
    if tax.exemption or words:
        yield "BT-120", _text(tax.exemption or words or "")


def _line(at: int, line: Line) -> Iterator[tuple[str, Any]]:
    yield "BT-126", str(at)
    yield "BT-129", _figure(line.quantity)
    yield "BT-130", PIECE
    yield "BT-131", _figure(line.amount)
    if line.period_from:
        yield "BT-134", line.period_from
    if line.period_to:
        yield "BT-135", line.period_to
    yield "BT-146", _figure(line.price)
    yield "BT-151", CATEGORIES[line.category]
    if line.category != "outside_scope":
        yield "BT-152", _figure(line.rate)
    yield "BT-153", _text(line.name)
    if line.description:
        yield "BT-154", _text(line.description)


def _figure(value: Decimal) -> str:
    return format(value, "f")


def _text(value: str) -> str:
    return _UNWRITABLE.sub(" ", value).strip()
