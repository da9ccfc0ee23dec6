"""Whether invoices are paid by themselves: On, Needs attention with the reason, or Off."""

from datetime import date
from typing import Literal, TypeAlias

import msgspec

from domain.bill_group import BillGroupFacts, PaymentMethodFacts

Attention: TypeAlias = Literal[
    "no_method", "not_chargeable", "failed", "expired", "expires_before_collection"
]


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
    *,
    chargeable: bool = True,
) -> AutoPay:
    """Tell how auto-pay stands on `today` in the entity's time zone; what is closed is not paid.

    `chargeable` says that whoever collects can charge the default method.
    """
    if facts.collection == "manual" or facts.closed:
        return Off()
    if default_method is None:
        return NeedsAttention("no_method")
    trouble = _trouble(default_method, next_collection_on, today) if chargeable else _ELSEWHERE
    return NeedsAttention(trouble) if trouble else On()


_ELSEWHERE: Attention = "not_chargeable"


def _trouble(
    method: PaymentMethodFacts, next_collection_on: date | None, today: date
) -> Attention | None:
    """Say why the default method would not work."""
    last_day = method.last_day
    if method.status == "failing":
        return "failed"
    if method.status == "expired" or (last_day and last_day < today):
        return "expired"
    if last_day and next_collection_on and last_day < next_collection_on:
        return "expires_before_collection"
    return None
