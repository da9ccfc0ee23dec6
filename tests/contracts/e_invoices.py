"""Documents of every kind that the norm knows: what is taxed, what is not, and why."""

from datetime import date
from typing import Any

from application.ports.e_invoice import Party
from domain.address import Address
from domain.credit_note import CreditNoteFacts
from domain.document_lines import InvoiceLine, TaxLine
from domain.entity import BankDetails, EntityFacts, SupportContact
from domain.invoice import InvoiceFacts

SELLER = EntityFacts(
    name="Northwind",
    legal_name="Northwind Software GmbH",
    address=Address(("Hauptstraße 1", "Aufgang B"), "Berlin", "DE", "10115"),
    support=SupportContact("billing@northwind.example", "+49 30 1234567"),
    time_zone="Europe/Berlin",
    language="de",
    vat_number="DE136695976",
    registration_number="HRB 86891",
    bank=BankDetails("Northwind Software GmbH", "DE02 1203 0000 0000 2020 51", "BYLADEM1001"),
)
GERMAN = Party(
    name="Müller & Söhne KG",
    country="DE",
    lines=("Am Markt 5",),
    city="Köln",
    postal_code="50667",
    vat_number="DE811569869",
    email="rechnung@mueller.example",
)
FRENCH = Party(
    name="Boulangerie SARL", country="FR", city="Lyon", postal_code="69001",
    vat_number="FR83404833048",
)  # fmt: skip
AMERICAN = Party(name="Acme Inc.", country="US", city="Boston", region="MA", postal_code="02108")


def line(amount: int, rate: str | None = "19", **facts: Any) -> InvoiceLine:
    """One piece at its price, in cents."""
    price = f"{amount / 100:.2f}"
    told: dict[str, Any] = {"description": "Plattform", "quantity": "1", "unit_price": price}
    return InvoiceLine(**{**told, "amount": amount, "tax_rate": rate, **facts})


def invoice(*lines: InvoiceLine, taxes: tuple[TaxLine, ...], **facts: Any) -> InvoiceFacts:
    """An invoice whose sums agree."""
    subtotal = sum(one.amount for one in lines)
    discount = facts.get("discount", 0)
    told: dict[str, Any] = {
        "status": "issued",
        "currency": "EUR",
        "number": "NW-2026-0001",
        "issued_on": date(2026, 11, 1),
        "due_on": date(2026, 11, 15),
        "subtotal": subtotal,
        "total": subtotal - discount + sum(tax.amount for tax in taxes),
    }
    return InvoiceFacts(lines=lines, taxes=taxes, **{**told, **facts})


def untaxed(category: Any, base: int = 10000, **facts: Any) -> InvoiceFacts:
    """An invoice on which nothing is charged, and the category says why."""
    exemption = facts.pop("exemption", None)
    tax = TaxLine("VAT", "0", base, 0, category, exemption)
    return invoice(line(base, "0"), taxes=(tax,), **facts)


PERIOD: dict[str, Any] = {"period_from": date(2026, 10, 1), "period_to": date(2026, 10, 31)}
DOMESTIC = invoice(
    line(10000, quantity="4", unit_price="25.00", **PERIOD),
    taxes=(TaxLine("USt", "19", 10000, 1900),),
    po_number="PO-4711",
    note="Vielen Dank für Ihren Auftrag.",
    **PERIOD,
)
MULTI_RATE = invoice(
    line(10000), line(5000, "7"), line(333),
    taxes=(TaxLine("USt", "19", 10333, 1963), TaxLine("USt", "7", 5000, 350)),
)  # fmt: skip
DISCOUNTED = invoice(
    line(10000), line(5000, "7"),
    taxes=(TaxLine("USt", "19", 9000, 1710), TaxLine("USt", "7", 4500, 315)), discount=1500,
)  # fmt: skip
PRORATED = invoice(
    line(10000),
    line(-2500, quantity="1", unit_price="-25.00", description="Nicht genutzte Zeit"),
    line(1234, quantity="3", unit_price="4.1133"),
    taxes=(TaxLine("USt", "19", 8734, 1659),),
)
SMALL_CURRENCY = invoice(
    line(70000, "10", unit_price="70000"), currency="JPY",
    taxes=(TaxLine("消費税", "10", 70000, 7000),),
)  # fmt: skip
FINE_CURRENCY = invoice(
    line(12340, "5", unit_price="12.34"), currency="KWD", taxes=(TaxLine("VAT", "5", 12340, 620),)
)
NO_PRICE = invoice(line(0, "19"), taxes=(TaxLine("USt", "19", 0, 0),), due_on=None)
HOSTILE = invoice(
    line(10000, description="<script>&amp;]]> \x0b\ufffe \u202egnp.exe"),
    taxes=(TaxLine("<VAT>", "19", 10000, 1900),),
    number="NW/<1>&2",
    note="--> <!ENTITY x SYSTEM 'file:///etc/passwd'>&x;",
)
CREDIT_NOTE = CreditNoteFacts(
    number="GS-2026-0007",
    currency="EUR",
    issued_on=date(2026, 11, 20),
    total=11900,
    lines=(line(10000),),
    taxes=(TaxLine("USt", "19", 10000, 1900),),
    reason="Zu viel berechnet",
)

INVOICES: dict[str, tuple[InvoiceFacts, Party]] = {
    "domestic": (DOMESTIC, GERMAN),
    "several rates": (MULTI_RATE, GERMAN),
    "discount over two rates": (DISCOUNTED, GERMAN),
    "prorated": (PRORATED, GERMAN),
    "reverse charge": (untaxed("reverse_charge"), FRENCH),
    "exempt": (untaxed("exempt", exemption="§ 4 Nr. 21 UStG"), GERMAN),
    "zero rated": (untaxed("zero"), GERMAN),
    "intra-community": (untaxed("intra_community"), FRENCH),
    "export": (untaxed("export"), AMERICAN),
    "outside the scope": (untaxed("outside_scope"), AMERICAN),
    "exempt beside taxed": (
        invoice(
            line(10000), line(2000, "0", tax_category="exempt"),
            taxes=(TaxLine("USt", "19", 10000, 1900),
                   TaxLine("USt", "0", 2000, 0, "exempt", "§ 4 Nr. 21 UStG")),
        ),
        GERMAN,
    ),
    "by lines alone": (
        invoice(line(10000, None, tax_category="export"), taxes=()), AMERICAN,
    ),
    "yen": (SMALL_CURRENCY, AMERICAN),
    "dinars": (FINE_CURRENCY, AMERICAN),
    "nothing to pay": (NO_PRICE, GERMAN),
    "hostile text": (HOSTILE, GERMAN),
}  # fmt: skip
