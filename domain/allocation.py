"""Which invoices a sum of money is for: what is due first is paid first."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import msgspec

from domain.aggregate import Refusal


class AmountMissing(Refusal):
    """A payment is of more than nothing."""

    code = "amount_missing"


class AmountTooHigh(Refusal):
    """More was offered than can be paid (`minor` and `currency` say how much that is)."""

    code = "amount_too_high"


class PartsNotAllowed(Refusal):
    """This seller takes the whole amount only (`minor` and `currency` say how much that is)."""

    code = "parts_not_allowed"


class AmountChanged(Refusal):
    """What can be paid is not what the person saw; `minor` and `currency` say what it is now."""

    code = "amount_changed"


class Payable(msgspec.Struct, frozen=True):
    """An invoice as far as it can be paid now, in minor units."""

    invoice_id: UUID
    minor: int
    due_on: date | None = None
    issued_on: date | None = None
    number: str | None = None


class Allocation(msgspec.Struct, frozen=True):
    """So much of a sum is for this invoice; minor units."""

    invoice_id: UUID
    amount: int


def oldest_first(
    payables: Sequence[Payable], minor: int, currency: str, *, parts: bool
) -> tuple[Allocation, ...]:
    """Spread a sum over invoices of one currency; `parts` when less than all may be paid.

    Raises AmountMissing, AmountTooHigh, PartsNotAllowed.
    """
    most = sum(payable.minor for payable in payables)
    if minor <= 0:
        raise AmountMissing
    if minor > most:
        raise AmountTooHigh(minor=most, currency=currency)
    if minor < most and not parts:
        raise PartsNotAllowed(minor=most, currency=currency)
    wanted = {payable.invoice_id: payable.minor for payable in sorted(payables, key=_age)}
    return _spread(wanted, minor)


def must_be_as_seen(
    payables: Sequence[Payable], currency: str, seen: Mapping[UUID, int], seen_currency: str
) -> None:
    """Refuse when the amounts or the currency that a person saw have changed since."""
    now = {payable.invoice_id: payable.minor for payable in payables}
    if (now, currency) != (dict(seen), seen_currency):
        raise AmountChanged(minor=sum(now.values()), currency=currency)


def newest_first(
    paid: Sequence[Allocation], returned: Mapping[UUID, int], minor: int
) -> tuple[Allocation, ...]:
    """Spread money that went back: the invoice that was paid last is the first to lose it.

    `returned` is what went back before; money beyond what was paid is for no invoice.
    """
    left = {part.invoice_id: part.amount - returned.get(part.invoice_id, 0) for part in paid[::-1]}
    return _spread(left, minor)


def _spread(wanted: Mapping[UUID, int], minor: int) -> tuple[Allocation, ...]:
    parts = []
    for invoice_id, most in wanted.items():
        amount = min(most, minor)
        minor -= amount
        if amount:
            parts.append(Allocation(invoice_id, amount))
    return tuple(parts)


def _age(payable: Payable) -> tuple[date, date, str, str]:
    """Without a due date an invoice waits for the others; the number decides between equals."""
    return (
        payable.due_on or date.max,
        payable.issued_on or date.max,
        payable.number or "",
        str(payable.invoice_id),
    )
