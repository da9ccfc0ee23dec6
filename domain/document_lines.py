"""The lines and taxes of a billing document: an invoice or a credit note."""

from datetime import date

import msgspec


class InvoiceLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line; `amount` in minor units, quantity, unit price and percentage as decimal text.

    `period_to` is the last day of the period.
    """

    description: str
    quantity: str
    unit_price: str
    amount: int
    tax_rate: str | None = None
    period_from: date | None = None
    period_to: date | None = None


class TaxLine(msgspec.Struct, frozen=True):
    """A tax on a document; `base` and `amount` in minor units, `rate` a percentage as text."""

    name: str
    rate: str
    base: int
    amount: int
