"""What an e-invoice cannot be drawn up without, named all at once."""

from typing import Any

import pytest
from msgspec.structs import replace

from application.e_invoice import EInvoiceIncomplete, Parties, e_invoice
from application.ports.e_invoice import EInvoice, Party
from domain.document_lines import TaxLine
from domain.entity import EntityFacts
from domain.invoice import InvoiceFacts
from tests.contracts.e_invoices import (
    AMERICAN,
    DOMESTIC,
    FINE_CURRENCY,
    FRENCH,
    GERMAN,
    SELLER,
    invoice,
    line,
    untaxed,
)

NUMBERLESS = replace(SELLER, vat_number=None, registration_number=None)


def drawn(document: InvoiceFacts = DOMESTIC, buyer: Party = GERMAN, **facts: Any) -> EInvoice:
    parties = Parties(facts.get("seller", SELLER), buyer)
    return e_invoice(document, parties, automatic=facts.get("automatic", False))


@pytest.mark.parametrize(
    ("document", "buyer", "seller", "missing"),
    [
        (replace(DOMESTIC, number=None), GERMAN, SELLER, ["number"]),
        (replace(DOMESTIC, due_on=None), GERMAN, SELLER, ["due_on"]),
        (replace(DOMESTIC, lines=()), GERMAN, SELLER, ["lines"]),
        (invoice(line(1), taxes=()), GERMAN, SELLER, ["tax_category"]),
        (untaxed("exempt"), GERMAN, SELLER, ["exemption_reason"]),
        (replace(FINE_CURRENCY, total=12963), AMERICAN, SELLER, ["decimals"]),
        (DOMESTIC, replace(GERMAN, country=""), SELLER, ["buyer_country"]),
        (untaxed("reverse_charge"), AMERICAN, SELLER, ["buyer_vat_number"]),
        (DOMESTIC, GERMAN, NUMBERLESS, ["seller_tax_number"]),
        (untaxed("outside_scope"), AMERICAN, NUMBERLESS, ["seller_registration_number"]),
        (
            replace(DOMESTIC, number=None, due_on=None), replace(GERMAN, country=""), NUMBERLESS,
            ["seller_tax_number", "buyer_country", "due_on", "number"],
        ),
    ],
)  # fmt: skip
def test_everything_that_is_missing_is_named(
    document: InvoiceFacts, buyer: Party, seller: EntityFacts, missing: list[str]
) -> None:
    with pytest.raises(EInvoiceIncomplete) as incomplete:
        drawn(document, buyer, seller=seller)
    assert incomplete.value.missing == missing


def test_what_is_collected_by_itself_does_not_ask_for_a_transfer() -> None:
    assert drawn().transfer is not None
    assert drawn(automatic=True).transfer is None


def test_outside_the_scope_of_the_tax_nobody_is_named_by_vat_number() -> None:
    document = drawn(untaxed("outside_scope"), FRENCH)
    assert (document.seller.vat_number, document.buyer.vat_number) == (None, None)


def test_a_line_whose_price_does_not_give_its_amount_is_one_of_its_amount() -> None:
    odd = line(1000, quantity="3", unit_price="3.33")
    (written,) = drawn(invoice(odd, taxes=(TaxLine("VAT", "19", 1000, 190),))).lines
    assert (str(written.quantity), str(written.price)) == ("1", "10.00")
    assert written.description == "3 x 3.33"
