"""What a payment provider tells: how attempts, refunds, disputes and saved methods stand there."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.bill_group import PaymentMethodKind
from domain.money import Money

Purpose: TypeAlias = Literal["payment", "set_up"]
"""Whether an attempt pays something, or only adds a payment method."""

AttemptStatus: TypeAlias = Literal[
    "open", "needs_action", "processing", "succeeded", "failed", "cancelled"
]
"""`open`: a hosted page waits, also after a decline on it. `needs_action`: go to `action_url`."""

FailureCode: TypeAlias = Literal[
    "declined",
    "insufficient_funds",
    "expired",
    "authentication_needed",
    "authentication_failed",
    "debit_returned",
    "refused",
    "not_set_up",
    "other",
]
"""`refused`: the provider would not do what we asked. `not_set_up`: it does not accept our key."""


class MethodAtProvider(msgspec.Struct, frozen=True, kw_only=True):
    """A saved payment method; `expires` is `YYYY-MM`, `mandate` the reference of a debit's."""

    reference: str
    kind: PaymentMethodKind
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None
    bank_name: str | None = None
    mandate: str | None = None


class Failure(msgspec.Struct, frozen=True):
    """Why an attempt failed, in our words, and in the provider's for staff."""

    code: FailureCode
    said: str | None = None


class Outcome(msgspec.Struct, frozen=True, kw_only=True, tag="attempt"):
    """How an attempt stands at the provider. `amount` is None when it adds a method only.

    `began_at` is the provider's moment in UTC; `method` is the one used, saved or not.
    """

    attempt_id: UUID
    bill_group_id: UUID
    purpose: Purpose
    status: AttemptStatus
    reference: str
    customer: str
    began_at: datetime
    amount: Money | None = None
    method: MethodAtProvider | None = None
    method_saved: bool = False
    failure: Failure | None = None
    action_url: str | None = None


class RefundAtProvider(msgspec.Struct, frozen=True, kw_only=True, tag="refund"):
    """Money that goes back, in whole or in part, for an attempt of ours."""

    reference: str
    attempt_id: UUID
    bill_group_id: UUID
    amount: Money
    status: Literal["processing", "succeeded", "failed"]
    at: datetime


class DisputeAtProvider(msgspec.Struct, frozen=True, kw_only=True, tag="dispute"):
    """The payer's bank takes an amount of an attempt back, until it is won."""

    reference: str
    attempt_id: UUID
    bill_group_id: UUID
    amount: Money
    status: Literal["open", "won", "lost"]
    at: datetime


class MethodChanged(msgspec.Struct, frozen=True, tag="method_changed"):
    """A saved method is new or reads differently now: a bank has renewed a card."""

    customer: str
    bill_group_id: UUID
    method: MethodAtProvider


class MethodGone(msgspec.Struct, frozen=True, tag="method_gone"):
    """A saved method can no longer be charged: it was removed, or its mandate withdrawn."""

    customer: str
    bill_group_id: UUID
    reference: str


Told: TypeAlias = Outcome | RefundAtProvider | DisputeAtProvider | MethodChanged | MethodGone


class Notice(msgspec.Struct, frozen=True):
    """Something that happened at the provider, and how it stands; `at` is when, in UTC."""

    event_id: str
    at: datetime
    told: Told
