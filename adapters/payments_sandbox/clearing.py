"""What the banks do afterwards: debits settle or come back, money is refunded or disputed."""

from uuid import UUID

from msgspec.structs import replace

from adapters.payments_sandbox.bank import Bank, positive
from adapters.payments_sandbox.records import KeptAttempt, KeptDispute, KeptRefund
from application.ports.payment_outcomes import Failure
from application.ports.payments import PaymentRefused
from domain.money import Money


def settle(bank: Bank, attempt_id: UUID) -> KeptAttempt:
    """Let a debit that is processing succeed."""
    return bank.keep(replace(_processing(bank, attempt_id), status="succeeded"))


def give_back(bank: Bank, attempt_id: UUID) -> KeptAttempt:
    """Let a debit that is processing be returned by the payer's bank."""
    failure = Failure("debit_returned", "Returned by the payer's bank")
    return bank.keep(replace(_processing(bank, attempt_id), status="failed", failure=failure))


def pass_time(bank: Bank) -> None:
    """Decide the debits that are due by now."""
    for attempt in bank.drawer.all(KeptAttempt):
        due = attempt.decides_at is not None and attempt.decides_at <= bank.now
        if attempt.status == "processing" and due and attempt.method is not None:
            settles = bank.method(attempt.method).trial.behaviour == "settles"
            decide = settle if settles else give_back
            decide(bank, UUID(attempt.key))


def refund(bank: Bank, attempt_id: UUID, amount: Money) -> KeptRefund:
    """Send money back, no more than was paid."""
    attempt = _paid(bank, attempt_id)
    back = [one.amount.minor for one in refunds(bank, attempt_id)]
    positive(amount)
    if amount + Money(sum(back), amount.currency) > (attempt.amount or Money(0, "")):
        raise PaymentRefused("More than was paid cannot go back.")
    refund = KeptRefund(bank.name("ref"), attempt.key, amount, bank.now)
    bank.drawer.put(refund)
    bank.happened("refund", refund.key)
    return refund


def refunds(bank: Bank, attempt_id: UUID) -> list[KeptRefund]:
    """List what went back of a payment."""
    kept = bank.drawer.all(KeptRefund)
    ours = str(attempt_id)
    return [one for one in kept if one.attempt == ours and one.status == "succeeded"]


def fail_refunds(bank: Bank, attempt_id: UUID) -> None:
    """Let what went back of a payment not arrive: the payer's account is closed, say."""
    for one in refunds(bank, attempt_id):
        bank.drawer.put(replace(one, status="failed"))
        bank.happened("refund", one.key)


def dispute(bank: Bank, attempt_id: UUID) -> KeptDispute:
    """Let the payer dispute the whole amount."""
    attempt = _paid(bank, attempt_id)
    if any(one.attempt == attempt.key for one in bank.drawer.all(KeptDispute)):
        raise PaymentRefused("It is disputed already.")
    amount = attempt.amount or Money(0, attempt.currency)
    dispute = KeptDispute(bank.name("dis"), attempt.key, amount, bank.now)
    bank.drawer.put(dispute)
    bank.happened("dispute", dispute.key)
    return dispute


def close_dispute(bank: Bank, key: str, *, won: bool) -> KeptDispute:
    """Decide a dispute; `won` means that the seller keeps the money."""
    dispute = bank.drawer.get(KeptDispute, key)
    if dispute is None or dispute.status != "open":
        raise PaymentRefused("There is no such open dispute.")
    closed = replace(dispute, status="won" if won else "lost")
    bank.drawer.put(closed)
    bank.happened("dispute", key)
    return closed


def _processing(bank: Bank, attempt_id: UUID) -> KeptAttempt:
    attempt = bank.drawer.get(KeptAttempt, str(attempt_id))
    if attempt is None or attempt.status != "processing":
        raise PaymentRefused("This payment is not processing.")
    return attempt


def _paid(bank: Bank, attempt_id: UUID) -> KeptAttempt:
    attempt = bank.drawer.get(KeptAttempt, str(attempt_id))
    if attempt is None or attempt.status != "succeeded" or attempt.amount is None:
        raise PaymentRefused("Nothing was paid on it.")
    return attempt
