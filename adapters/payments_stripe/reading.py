"""Stripe's objects in the port's words."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from adapters.payments_stripe.shapes import (
    Card,
    Charged,
    Disputed,
    Intent,
    Method,
    Refunded,
    Session,
    Trouble,
)
from application.ports.payment_outcomes import (
    AttemptStatus,
    DisputeAtProvider,
    Failure,
    FailureCode,
    MethodAtProvider,
    Outcome,
    Purpose,
    RefundAtProvider,
)
from application.stripe_objects.minor_units import major
from domain.bill_group import PaymentMethodKind
from domain.money import Money

ATTEMPT, BILL_GROUP, ON_PAGE = "attempt_id", "bill_group_id", "hosted"
"""Our names in the metadata of what we make at Stripe."""

TYPES: dict[PaymentMethodKind, str] = {
    "card": "card",
    "sepa_debit": "sepa_debit",
    "ach_debit": "us_bank_account",
    "bacs_debit": "bacs_debit",
}
KINDS: dict[str, PaymentMethodKind] = {name: kind for kind, name in TYPES.items()}

_CODES: dict[str, FailureCode] = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired",
    "authentication_required": "authentication_needed",
    "payment_intent_authentication_failure": "authentication_failed",
    "setup_intent_authentication_failure": "authentication_failed",
    "card_declined": "declined",
    "payment_intent_payment_attempt_failed": "debit_returned",
}
_STATUSES: dict[str, AttemptStatus] = {
    "requires_payment_method": "failed",
    "requires_confirmation": "open",
    "requires_action": "needs_action",
    "processing": "processing",
    "requires_capture": "processing",
    "succeeded": "succeeded",
    "canceled": "cancelled",
}
_REFUNDS: dict[str, Literal["processing", "succeeded", "failed"]] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}
_DISPUTES: dict[str, Literal["open", "won", "lost"]] = {
    "won": "won",
    "lost": "lost",
    "warning_closed": "won",
}
_UNDECIDED = {"open", "failed", "needs_action", "cancelled"}


def money(amount: int, currency: str) -> Money:
    """Read an amount in Stripe's minor units; its currency codes are in lower case."""
    code = currency.upper()
    return Money.of(Decimal(major(amount, code)), code)


def moment(seconds: int) -> datetime:
    """Read Stripe's seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def method(given: Method, mandate: str | None = None) -> MethodAtProvider:
    """Tell what may be shown of a payment method."""
    details = given.details
    return MethodAtProvider(
        reference=given.id,
        kind=KINDS.get(given.type, "other"),
        brand=details.brand,
        last4=details.last4,
        expires=_month(details),
        bank_name=details.bank_name,
        mandate=mandate,
    )


def failure(trouble: Trouble | None) -> Failure | None:
    """Tell why an intent failed: the bank's own reason goes before the general code."""
    if trouble is None:
        return None
    codes = (trouble.decline_code or "", trouble.code or "")
    found = next((_CODES[code] for code in codes if code in _CODES), None)
    return Failure(found or "other", trouble.message)


def of_intent(intent: Intent, purpose: Purpose = "payment") -> Outcome:
    """Tell how a charge of a saved method stands."""
    trouble = intent.last_payment_error or intent.last_setup_error
    used = intent.payment_method or (trouble.payment_method if trouble else None)
    charged = intent.latest_charge
    mandate = charged.mandate if isinstance(charged, Charged) else intent.mandate
    status = _STATUSES.get(intent.status, "processing")
    if intent.status == "requires_payment_method" and trouble is None:
        status = "open"
    action = intent.next_action.redirect_to_url if intent.next_action else None
    return Outcome(
        attempt_id=UUID(intent.metadata[ATTEMPT]),
        bill_group_id=UUID(intent.metadata[BILL_GROUP]),
        purpose=purpose,
        status=status,
        reference=intent.id,
        customer=intent.customer or "",
        began_at=moment(intent.created),
        amount=_amount(intent.amount, intent.currency),
        method=method(used, mandate) if isinstance(used, Method) else None,
        method_saved=isinstance(used, Method) and used.customer is not None,
        failure=failure(trouble) if status in {"failed", "open", "cancelled"} else None,
        action_url=action.url if action and status == "needs_action" else None,
    )


def of_session(session: Session) -> Outcome:
    """Tell how an attempt on a hosted page stands: a decline leaves the page open."""
    purpose: Purpose = "set_up" if session.mode == "setup" else "payment"
    intent = session.setup_intent if purpose == "set_up" else session.payment_intent
    stands = of_intent(intent, purpose) if isinstance(intent, Intent) else None
    amount = _amount(session.amount_total, session.currency) if purpose == "payment" else None
    status = _on_page(session, stands)
    return Outcome(
        attempt_id=UUID(session.metadata[ATTEMPT]),
        bill_group_id=UUID(session.metadata[BILL_GROUP]),
        purpose=purpose,
        status=status,
        reference=session.id,
        customer=session.customer or "",
        began_at=moment(session.created),
        amount=stands.amount or amount if stands else amount,
        method=stands.method if stands else None,
        method_saved=stands.method_saved if stands else False,
        failure=stands.failure if stands else None,
        action_url=session.url if status == "needs_action" else None,
    )


def refund(given: Refunded, intent: Intent) -> RefundAtProvider:
    """Tell of a refund."""
    return RefundAtProvider(
        reference=given.id,
        attempt_id=UUID(intent.metadata[ATTEMPT]),
        bill_group_id=UUID(intent.metadata[BILL_GROUP]),
        amount=money(given.amount, given.currency),
        status=_REFUNDS.get(given.status or "", "processing"),
        at=moment(given.created),
    )


def dispute(given: Disputed, intent: Intent) -> DisputeAtProvider:
    """Tell of a dispute; a warning that was closed took nothing."""
    return DisputeAtProvider(
        reference=given.id,
        attempt_id=UUID(intent.metadata[ATTEMPT]),
        bill_group_id=UUID(intent.metadata[BILL_GROUP]),
        amount=money(given.amount, given.currency),
        status=_DISPUTES.get(given.status, "open"),
        at=moment(given.created),
    )


def _on_page(session: Session, stands: Outcome | None) -> AttemptStatus:
    if session.status == "expired" and (stands is None or stands.status in _UNDECIDED):
        return "cancelled"
    if stands is None or (session.status == "open" and stands.status == "failed"):
        return "open"
    return stands.status


def _amount(amount: int | None, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else money(amount, currency)


def _month(details: Card) -> str | None:
    if details.exp_year is None or details.exp_month is None:
        return None
    return f"{details.exp_year:04d}-{details.exp_month:02d}"
