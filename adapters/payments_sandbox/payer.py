"""What the payer does on the sandbox's pages: chooses a method, answers 3-D Secure."""

from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import KeptAttempt, KeptMethod
from adapters.payments_sandbox.trials import DEBITS, TRIALS, offered
from application.ports.payment_outcomes import Failure
from application.ports.payments import PaymentRefused


def submit(bank: Bank, page: str, trial_key: str) -> KeptAttempt:
    """Use a method on a hosted page, as the payer does."""
    attempt = bank.at(page)
    if attempt.status != "open" or not attempt.hosted:
        raise PaymentRefused("This page was used already, or is closed.")
    if trial_key not in {one.key for one in offered(attempt.kinds)}:
        raise PaymentRefused("This page does not offer that method.")
    trial = TRIALS[trial_key]
    method = KeptMethod(
        key=bank.name("pm"),
        customer=attempt.customer,
        trial_key=trial_key,
        added_at=bank.now,
        saved=False,
        expires=trial.expires(bank.now.date()),
        mandate=bank.name("mandate") if trial.kind in DEBITS else None,
    )
    return bank.decided(attempt, method, present=True)


def authenticate(bank: Bank, page: str, *, approved: bool) -> KeptAttempt:
    """Answer the challenge of 3-D Secure, as the payer does."""
    attempt = bank.at(page)
    if attempt.status != "needs_action" or attempt.method is None:
        raise PaymentRefused("Nothing waits for an authentication here.")
    method = bank.method(attempt.method)
    if approved:
        return bank.done(attempt, method, "succeeded")
    return bank.failed(attempt, method, Failure("authentication_failed", "3-D Secure failed"))
