"""Whether invoices are paid by themselves: On, Needs attention with the reason, or Off."""

from calendar import monthrange
from datetime import date
from typing import Literal, TypeAlias

import msgspec

from domain.bill_group import BillGroupFacts, PaymentMethodFacts

Attention: TypeAlias = Literal["no_method", "failed", "expired", "expires_before_collection"]


class On(msgspec.Struct, frozen=True):
    """Collection is automatic and the default method is usable."""


class NeedsAttention(msgspec.Struct, frozen=True):
    """Collection is automatic, but it would not work."""

    reason: Attention


class Off(msgspec.Struct, frozen=True):
    """Invoices are paid by hand, or nothing is billed any more."""


AutoPay: TypeAlias = On | NeedsAttention | Off


def auto_pay(
    facts: BillGroupFacts,
    default_method: PaymentMethodFacts | None,
    next_collection_on: date | None,
    today: date,
) -> AutoPay:
    """Tell how auto-pay stands on `today` in the entity's time zone; what is closed is not paid."""
    if facts.collection == "manual" or facts.closed:
        return Off()
    if default_method is None:
        return NeedsAttention("no_method")
    if default_method.status == "failing":
        return NeedsAttention("failed")
    last_day = last_day_of(default_method)
    if default_method.status == "expired" or (last_day and last_day < today):
        return NeedsAttention("expired")
    if last_day and next_collection_on and last_day < next_collection_on:
        return NeedsAttention("expires_before_collection")
    return On()


def last_day_of(method: PaymentMethodFacts) -> date | None:
    """Give the last day a method can be used: a card is good through the month printed on it."""
    if method.expires is None:
        return None
    year, month = (int(part) for part in method.expires.split("-"))
    return date(year, month, monthrange(year, month)[1])
