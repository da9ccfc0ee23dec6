"""What the sandbox tells, in the port's words: outcomes, and notices of what happened."""

from uuid import UUID

import msgspec

from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import (
    Happening,
    KeptAttempt,
    KeptCustomer,
    KeptDispute,
    KeptMethod,
    KeptRefund,
)
from application.ports.payment_outcomes import (
    DisputeAtProvider,
    MethodGone,
    Notice,
    Outcome,
    RefundAtProvider,
    Told,
)
from application.ports.payments import NoticeRefused, PaymentRefused


def page_url(base_url: str, attempt: KeptAttempt) -> str:
    """Give the address of an attempt's page; a challenge is shown there too."""
    return f"{base_url}/pages/{attempt.page}"


def outcome(bank: Bank, attempt: KeptAttempt, base_url: str) -> Outcome:
    """Tell how an attempt stands."""
    method = None if attempt.method is None else bank.method(attempt.method)
    return Outcome(
        attempt_id=UUID(attempt.key),
        bill_group_id=attempt.bill_group_id,
        purpose=attempt.purpose,
        status=attempt.status,
        reference=attempt.reference,
        customer=attempt.customer,
        began_at=attempt.began_at,
        amount=attempt.amount,
        method=None if method is None else method.shown(),
        method_saved=method is not None and method.saved,
        failure=attempt.failure,
        action_url=page_url(base_url, attempt) if attempt.status == "needs_action" else None,
    )


def notice(bank: Bank, happening: Happening, base_url: str) -> Notice:
    """Tell of something that happened, as it stands now."""
    return Notice(happening.key, happening.at, _told(bank, happening, base_url))


def webhook(event_id: str) -> bytes:
    """Give the body of a webhook: it names the event, and whoever gets it asks for the rest."""
    return msgspec.json.encode({"event_id": event_id})


def event_of(body: bytes) -> str:
    """Read the event's id from a webhook. Raises NoticeRefused."""
    try:
        return msgspec.json.decode(body, type=_Webhook).event_id
    except msgspec.DecodeError as error:
        raise NoticeRefused("The webhook cannot be read.") from error


class _Webhook(msgspec.Struct, frozen=True):
    event_id: str


def _told(bank: Bank, happening: Happening, base_url: str) -> Told:
    match happening.about:
        case "attempt":
            return outcome(bank, _attempt(bank, happening.subject), base_url)
        case "refund":
            return _refund(bank, happening.subject)
        case "dispute":
            return _dispute(bank, happening.subject)
        case "method":
            return _method_gone(bank, happening.subject)


def _refund(bank: Bank, key: str) -> RefundAtProvider:
    refund = bank.drawer.get(KeptRefund, key)
    if refund is None:
        raise PaymentRefused("There is no such refund.")
    return RefundAtProvider(
        reference=key,
        attempt_id=UUID(refund.attempt),
        bill_group_id=_attempt(bank, refund.attempt).bill_group_id,
        amount=refund.amount,
        status=refund.status,
        at=refund.at,
    )


def _dispute(bank: Bank, key: str) -> DisputeAtProvider:
    dispute = bank.drawer.get(KeptDispute, key)
    if dispute is None:
        raise PaymentRefused("There is no such dispute.")
    return DisputeAtProvider(
        reference=key,
        attempt_id=UUID(dispute.attempt),
        bill_group_id=_attempt(bank, dispute.attempt).bill_group_id,
        amount=dispute.amount,
        status=dispute.status,
        at=dispute.at,
    )


def _method_gone(bank: Bank, key: str) -> MethodGone:
    method = bank.drawer.get(KeptMethod, key)
    customer = None if method is None else bank.drawer.get(KeptCustomer, method.customer)
    if customer is None:
        raise PaymentRefused("There is no such method.")
    return MethodGone(customer.key, customer.bill_group_id, key)


def _attempt(bank: Bank, key: str) -> KeptAttempt:
    attempt = bank.drawer.get(KeptAttempt, key)
    if attempt is None:
        raise PaymentRefused("There is no such attempt.")
    return attempt
