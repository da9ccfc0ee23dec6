"""The lines and taxes of a billing document: an invoice or a credit note."""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

TaxCategory: TypeAlias = Literal[
    "standard", "zero", "exempt", "reverse_charge", "intra_community", "export", "outside_scope"
]
"""How value added tax applies (the categories of EN 16931, BT-118); *standard* at any rate."""


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
    tax_category: TaxCategory | None = None


class TaxLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tax on a document; `base` and `amount` in minor units, `rate` a percentage as text.

    `exemption` says why nothing is charged, where the category asks for a reason.
    """

    name: str
    rate: str
    base: int
    amount: int
    category: TaxCategory | None = None
    exemption: str | None = None
