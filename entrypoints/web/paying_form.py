"""What a person sends to pay: invoices with what was seen of each, a method, and how much."""

import re
from decimal import Decimal, InvalidOperation
from uuid import UUID

import msgspec

from domain.money import AmountTooPrecise, Money, exponent
from entrypoints.http.forms import FieldUnreadable

NEW = "new"
"""The choice of a method that is not saved yet: it is entered on the provider's page."""


class PayForm(msgspec.Struct, frozen=True):
    """What the form sends: each invoice with what was seen of it, as `<id>:<minor>`."""

    payment_id: UUID
    invoice: list[str]
    currency: str
    method: str = NEW
    amount: str = ""
    save: str = ""

    @property
    def seen(self) -> dict[UUID, int]:
        """Give what was seen. Raises FieldUnreadable."""
        try:
            parts = [each.partition(":") for each in self.invoice]
            return {UUID(invoice_id): int(minor) for invoice_id, _, minor in parts}
        except ValueError as error:
            raise FieldUnreadable(field="invoice") from error

    @property
    def minor(self) -> int:
        """Give how much is to be paid: what was typed, else all. Raises AmountTooPrecise."""
        whole = sum(self.seen.values())
        return typed_minor(self.amount, self.currency) if self.amount else whole


_BETWEEN = re.compile(r"[\s'\u2019]")
"""What stands between thousands without any doubt: spaces and the Swiss apostrophe."""

_AMOUNT = re.compile(r"[^0-9.,-]*+([0-9.,-]*+)[^0-9.,-]*+")
"""An amount, with a currency before or after it; letters within it are no amount."""


def typed_minor(typed: str, currency: str) -> int:
    """Read an amount as people write it: the last point or comma begins the decimals.

    More of them than the currency has may have been meant as thousands: 1.000 is not read as one
    euro, but refused. Raises FieldUnreadable, AmountTooPrecise, CurrencyUnknown.
    """
    found = _AMOUNT.fullmatch(_BETWEEN.sub("", typed))
    plain = found[1] if found else ""
    head, mark, tail = plain.replace(",", ".").rpartition(".")
    whole, decimals = (head.replace(".", ""), tail) if mark else (tail, "")
    if len(decimals) > exponent(currency):
        raise AmountTooPrecise(amount=plain, currency=currency)
    try:
        return Money.of(Decimal(f"{whole}.{decimals}"), currency).minor
    except InvalidOperation as error:
        raise FieldUnreadable(field="amount") from error
