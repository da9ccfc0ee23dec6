"""Writes an invoice or credit note as the European norm's XML (EN 16931), in both its syntaxes."""

from datetime import date
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

import msgspec

from application.ports.failures import Refused
from domain.document_lines import TaxCategory

Syntax: TypeAlias = Literal["cii", "ubl"]


class EInvoiceRefused(Refused):
    """The document can never be written in this syntax."""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The seller or the buyer; `country` is ISO 3166-1 alpha-2, `email` where e-invoices may go."""

    name: str
    country: str
    lines: tuple[str, ...] = ()
    city: str | None = None
    postal_code: str | None = None
    region: str | None = None
    district: str | None = None
    vat_number: str | None = None
    tax_id: str | None = None
    registration_number: str | None = None
    email: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line: quantity times price is the amount, exactly; amounts in major units."""

    name: str
    description: str | None = None
    quantity: Decimal
    price: Decimal
    amount: Decimal
    category: TaxCategory
    rate: Decimal
    period_from: date | None = None
    period_to: date | None = None


class Tax(msgspec.Struct, frozen=True, kw_only=True):
    """The tax of one category and rate, and the discount before it, in major units."""

    category: TaxCategory
    rate: Decimal
    base: Decimal
    amount: Decimal
    discount: Decimal
    exemption: str | None = None


class Transfer(msgspec.Struct, frozen=True):
    """Where the money is to be transferred to."""

    iban: str
    bic: str | None
    holder: str
    reference: str


class EInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """What the norm asks for, complete and adding up; amounts in major units of `currency`."""

    kind: Literal["invoice", "credit_note"]
    number: str
    issued_on: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    total: Decimal
    due: Decimal
    due_on: date | None = None
    po_number: str | None = None
    period_from: date | None = None
    period_to: date | None = None
    note: str | None = None
    transfer: Transfer | None = None
    preceding: str | None = None


class EInvoices(Protocol):
    """Writes e-invoices, from any thread.

    1. What is written is valid: its schema and the norm's own rules (schematron) find nothing.
    2. The same document gives the same bytes.
    3. Text stays text: markup in it is written as it is, never obeyed.
    4. Nothing is fetched.
    5. What can never be written raises `EInvoiceRefused`.
    """

    def write(self, document: EInvoice, syntax: Syntax) -> bytes:
        """Write the document."""
        ...
