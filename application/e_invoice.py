"""Draws up a document as EN 16931 asks for it, or says what is missing to do so."""

from decimal import Decimal
from typing import Any, Literal, TypeAlias

import msgspec

from application.ports.e_invoice import EInvoice, Line, Party, Tax, Transfer
from domain.credit_note import CreditNoteFacts
from domain.document_lines import InvoiceLine
from domain.entity import EntityFacts
from domain.invoice import InvoiceFacts
from domain.money import exponent
from domain.vat_breakdown import Doubt, Key, Unclear, VatBreakdown, VatGroup, vat_breakdown

Missing: TypeAlias = (
    Doubt
    | Literal[
        "void",
        "number",
        "lines",
        "due_on",
        "decimals",
        "seller_tax_number",
        "seller_registration_number",
        "buyer_country",
        "buyer_vat_number",
    ]
)

DECIMALS = 2
"""No amount of an e-invoice has more (BR-DEC-09 and its neighbours)."""

NEEDS_BOTH_VAT_NUMBERS = frozenset({"reverse_charge", "intra_community"})
"""Categories under which seller and buyer are both named by VAT number (BR-AE-02, BR-IC-02)."""


class EInvoiceIncomplete(Exception):  # noqa: N818 - named after the fact
    """The norm asks for something that is not known; `missing` names all of it."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class Parties(msgspec.Struct, frozen=True):
    """Who sells and who buys; the buyer has no country while no address is known."""

    seller: EntityFacts
    buyer: Party


def e_invoice(document: InvoiceFacts, parties: Parties, *, automatic: bool) -> EInvoice:
    """Draw up an issued invoice as it was issued: nothing is paid yet. Raises EInvoiceIncomplete.

    An invoice that is collected `automatic`ally does not ask for a transfer.
    """
    drawn = _drawn(document, parties, document.discount)
    missing = list(drawn.missing)
    if document.due_on is None and document.total > 0:
        missing.append("due_on")
    if not document.number or document.issued_on is None:
        missing.append("number")
    if missing or not document.number or document.issued_on is None:
        raise EInvoiceIncomplete(missing)
    return EInvoice(
        kind="invoice",
        number=document.number,
        issued_on=document.issued_on,
        due_on=document.due_on,
        po_number=document.po_number,
        period_from=document.period_from,
        period_to=document.period_to,
        note=document.note,
        transfer=None if automatic else _transfer(parties.seller, document.number),
        **drawn.fields(),
    )


def e_credit_note(
    document: CreditNoteFacts, parties: Parties, *, preceding: str | None
) -> EInvoice:
    """Draw up a credit note; `preceding` is the number of the invoice it corrects."""
    drawn = _drawn(document, parties, 0)
    if drawn.missing:
        raise EInvoiceIncomplete(list(drawn.missing))
    return EInvoice(
        kind="credit_note",
        number=document.number,
        issued_on=document.issued_on,
        note=document.reason,
        preceding=preceding,
        due_on=document.issued_on,
        **drawn.fields(),
    )


class _Drawn(msgspec.Struct, frozen=True):
    """What invoices and credit notes have in common, as far as it is known."""

    document: InvoiceFacts | CreditNoteFacts
    parties: Parties
    breakdown: VatBreakdown | None
    missing: tuple[Missing, ...]

    def fields(self) -> dict[str, Any]:
        """Give it as an e-invoice's fields, in major units."""
        breakdown = self.breakdown or VatBreakdown((), ())
        places = min(exponent(self.document.currency), DECIMALS)
        scale = exponent(self.document.currency)

        def major(minor: int) -> Decimal:
            return Decimal(minor).scaleb(-scale).quantize(Decimal(1).scaleb(-places))

        keyed = zip(self.document.lines, breakdown.of_lines, strict=True)
        outside = any(group.category == "outside_scope" for group in breakdown.groups)
        return {
            "currency": self.document.currency,
            "seller": _seller(self.parties.seller, outside=outside),
            "buyer": _without_vat_number(self.parties.buyer) if outside else self.parties.buyer,
            "lines": tuple(_line(line, key, major(line.amount)) for line, key in keyed),
            "taxes": tuple(
                Tax(
                    category=group.category,
                    rate=group.rate,
                    base=major(group.base),
                    amount=major(group.amount),
                    discount=major(group.discount),
                    exemption=group.exemption,
                )
                for group in breakdown.groups
            ),
            "total": major(self.document.total),
            "due": major(self.document.total),
        }


def _drawn(document: InvoiceFacts | CreditNoteFacts, parties: Parties, discount: int) -> _Drawn:
    unit = 10 ** exponent(document.currency)
    missing: list[Missing] = []
    breakdown = None
    if not all([document.lines, *(line.description.strip() for line in document.lines)]):
        missing.append("lines")
    else:
        try:
            breakdown = vat_breakdown(document.lines, document.taxes, discount, unit)
        except Unclear as unclear:
            missing.append(unclear.doubt)
    if _too_precise(document):
        missing.append("decimals")
    missing += _of_parties(parties, breakdown.groups if breakdown else ())
    return _Drawn(document, parties, breakdown, tuple(missing))


def _too_precise(document: InvoiceFacts | CreditNoteFacts) -> bool:
    beyond = max(0, exponent(document.currency) - DECIMALS)
    amounts = [document.total, *(line.amount for line in document.lines)]
    amounts += [part for tax in document.taxes for part in (tax.base, tax.amount)]
    return any(amount % 10**beyond for amount in amounts)


def _of_parties(parties: Parties, groups: tuple[VatGroup, ...]) -> list[Missing]:
    """Name what the categories ask of the parties (BR-S-02, BR-AE-02, BR-CO-26, BR-11)."""
    missing: list[Missing] = []
    seller, buyer = parties.seller, parties.buyer
    categories = {group.category for group in groups}
    if categories == {"outside_scope"}:
        if not seller.registration_number:
            missing.append("seller_registration_number")
    elif not seller.vat_number and not (
        seller.tax_ids and seller.registration_number and not categories & NEEDS_BOTH_VAT_NUMBERS
    ):
        missing.append("seller_tax_number")
    if not buyer.country:
        missing.append("buyer_country")
    if categories & NEEDS_BOTH_VAT_NUMBERS and not buyer.vat_number:
        missing.append("buyer_vat_number")
    return missing


def _line(line: InvoiceLine, key: Key, amount: Decimal) -> Line:
    """Write a line so that quantity times price is its amount, and no price is negative (BR-27)."""
    quantity, price = Decimal(line.quantity), Decimal(line.unit_price)
    told = None
    if quantity * price != amount or price < 0:
        told = f"{line.quantity} x {line.unit_price}"
        quantity, price = (Decimal(-1), -amount) if amount < 0 else (Decimal(1), amount)
    category, rate = key
    return Line(
        name=line.description,
        description=told,
        quantity=quantity,
        price=price,
        amount=amount,
        category=category,
        rate=rate,
        period_from=line.period_from,
        period_to=line.period_to,
    )


def _seller(seller: EntityFacts, *, outside: bool) -> Party:
    """Name the seller; outside the scope of the tax no VAT number may stand there (BR-O-02)."""
    address = seller.address
    return Party(
        name=seller.legal_name,
        country=address.country,
        lines=address.lines,
        city=address.city,
        postal_code=address.postal_code,
        region=address.region,
        district=address.district,
        vat_number=None if outside else seller.vat_number,
        tax_id=next(iter(seller.tax_ids), None) if not outside else None,
        registration_number=seller.registration_number,
        email=seller.support.email,
    )


def _without_vat_number(buyer: Party) -> Party:
    return msgspec.structs.replace(buyer, vat_number=None)


def _transfer(seller: EntityFacts, number: str) -> Transfer | None:
    bank = seller.bank
    if bank is None or not bank.iban:
        return None
    iban = "".join(bank.iban.split())
    return Transfer(iban, bank.bic, bank.account_holder or seller.legal_name, number)
