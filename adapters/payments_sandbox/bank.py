"""The sandbox's bank: decides about attempts as a provider would, and remembers what happened.

One Bank serves one moment: whoever makes it holds the drawer's lock or transaction meanwhile.
"""

import secrets
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec
from msgspec.structs import replace

from adapters.payments_sandbox.records import (
    About,
    Drawer,
    Happening,
    KeptAttempt,
    KeptCustomer,
    KeptMethod,
    Undelivered,
)
from adapters.payments_sandbox.trials import DEBITS, Behaviour, offered
from application.ports.payment_outcomes import AttemptStatus, Failure, FailureCode
from application.ports.payments import Charge, PageAsked, PaymentPageAsked, PaymentRefused
from domain.bill_group_methods import moves
from domain.money import Money

DEBIT_TAKES = timedelta(days=5)
"""How long the sandbox's debits are processing."""

FAILURES: dict[Behaviour, Failure] = {
    "declined": Failure("declined", "Do not honour"),
    "declined_later": Failure("declined", "Do not honour"),
    "insufficient_funds": Failure("insufficient_funds", "Not sufficient funds"),
    "expired": Failure("expired", "Expired card"),
}


class Naming(Protocol):
    """Makes references that nobody can guess."""

    def __call__(self, prefix: str) -> str:
        """Make one."""
        ...


def named(prefix: str) -> str:
    """Make a reference of 144 bits."""
    return f"{prefix}_{secrets.token_hex(18)}"


class Bank(msgspec.Struct):
    """Customers, methods and attempts at one moment `now` in UTC. Raises PaymentRefused."""

    drawer: Drawer
    now: datetime
    name: Naming = named

    def customer(self, bill_group_id: UUID, name: str, email: str, language: str) -> str:
        """Know a bill group; the newest name, address and language count."""
        found = [one for one in self.drawer.all(KeptCustomer) if one.bill_group_id == bill_group_id]
        key = found[0].key if found else self.name("cus")
        self.drawer.put(KeptCustomer(key, bill_group_id, name, email, language))
        return key

    def open_page(self, asked: PageAsked) -> KeptAttempt:
        """Open a hosted page, or give the one that this attempt has."""
        self._known(asked.customer)
        paying = isinstance(asked, PaymentPageAsked)
        amount = asked.amount if isinstance(asked, PaymentPageAsked) else None
        there = self.drawer.get(KeptAttempt, str(asked.attempt_id))
        if there is not None:
            return _same(there, asked.customer, amount, None)
        if amount is not None:
            positive(amount)
        if not offered(asked.offered):
            raise PaymentRefused(f"None of these methods takes {asked.currency}.")
        attempt = KeptAttempt(
            key=str(asked.attempt_id),
            reference=self.name("page"),
            page=self.name("p"),
            purpose="payment" if paying else "set_up",
            bill_group_id=asked.bill_group_id,
            customer=asked.customer,
            began_at=self.now,
            kinds=asked.offered,
            currency=asked.currency,
            amount=amount,
            description=asked.description if isinstance(asked, PaymentPageAsked) else "",
            save_method=asked.save_method if isinstance(asked, PaymentPageAsked) else True,
            return_url=asked.return_url,
            cancel_url=asked.cancel_url,
            language=asked.language,
        )
        self.drawer.put(attempt)
        return attempt

    def charge(self, charge: Charge) -> KeptAttempt:
        """Charge a saved method, once for an attempt."""
        there = self.drawer.get(KeptAttempt, str(charge.attempt_id))
        if there is not None:
            return _same(there, charge.customer, charge.amount, charge.method)
        positive(charge.amount)
        method = self.usable(charge.customer, charge.method)
        _moves(method, charge.amount.currency)
        attempt = KeptAttempt(
            key=str(charge.attempt_id),
            reference=self.name("pay"),
            page=self.name("p"),
            purpose="payment",
            bill_group_id=charge.bill_group_id,
            customer=charge.customer,
            began_at=self.now,
            hosted=False,
            currency=charge.amount.currency,
            amount=charge.amount,
            description=charge.description,
            return_url=charge.return_url or "",
        )
        return self.decided(attempt, method, present=charge.return_url is not None)

    def cancel(self, attempt_id: UUID) -> KeptAttempt | None:
        """Close an attempt that nobody has paid on."""
        attempt = self.drawer.get(KeptAttempt, str(attempt_id))
        if attempt is None or attempt.status not in {"open", "needs_action"}:
            return attempt
        return self.keep(replace(attempt, status="cancelled"))

    def methods(self, customer: str) -> list[KeptMethod]:
        """List what a customer has saved, the newest first."""
        found = [
            one for one in self.drawer.all(KeptMethod) if one.customer == customer and one.saved
        ]
        return found[::-1]

    def remove_method(self, customer: str, key: str) -> None:
        """Take a saved method away."""
        method = self.drawer.get(KeptMethod, key)
        if method is not None and method.customer == customer and method.saved:
            self.drawer.put(replace(method, saved=False))
            self.happened("method", key)

    def at(self, page: str) -> KeptAttempt:
        """Find the attempt of a hosted page or a challenge."""
        for attempt in self.drawer.all(KeptAttempt):
            if secrets.compare_digest(attempt.page, page):
                return attempt
        raise PaymentRefused("There is no such page.")

    def method(self, key: str) -> KeptMethod:
        """Find a method that was used."""
        method = self.drawer.get(KeptMethod, key)
        if method is None:
            raise PaymentRefused("There is no such method.")
        return method

    def usable(self, customer: str, key: str) -> KeptMethod:
        """Find a saved method of a customer."""
        self._known(customer)
        method = self.method(key)
        if method.customer != customer or not method.saved:
            raise PaymentRefused("This customer has no such method.")
        return method

    def decided(self, attempt: KeptAttempt, method: KeptMethod, *, present: bool) -> KeptAttempt:
        """Decide by the method's behaviour; `present` says that the payer is there."""
        behaviour = method.trial.behaviour
        failure = FAILURES.get(behaviour)
        adding_it = behaviour == "declined_later" and attempt.purpose == "set_up"
        if method.expires is not None and method.expires < self.now.strftime("%Y-%m"):
            return self.failed(attempt, method, FAILURES["expired"])
        if failure is not None and not adding_it:
            return self.failed(attempt, method, failure)
        if behaviour == "secure" and present:
            return self.done(attempt, method, "needs_action")
        if behaviour == "secure":
            code: FailureCode = "authentication_needed"
            return self.failed(attempt, method, Failure(code, "Authentication required"))
        if method.trial.kind in DEBITS and attempt.purpose == "payment":
            waiting = replace(attempt, decides_at=self.now + DEBIT_TAKES)
            return self.done(waiting, method, "processing")
        return self.done(attempt, method, "succeeded")

    def done(self, attempt: KeptAttempt, method: KeptMethod, status: AttemptStatus) -> KeptAttempt:
        """Note that a method was taken, and keep it where that was wanted."""
        save = method.saved or (attempt.save_method and status != "needs_action")
        self.drawer.put(replace(method, saved=save))
        return self.keep(replace(attempt, status=status, method=method.key, failure=None))

    def failed(self, attempt: KeptAttempt, method: KeptMethod, failure: Failure) -> KeptAttempt:
        """Note a failure; on a hosted page another try is open."""
        self.drawer.put(method)
        status: AttemptStatus = "open" if attempt.hosted else "failed"
        return self.keep(replace(attempt, status=status, method=method.key, failure=failure))

    def keep(self, attempt: KeptAttempt) -> KeptAttempt:
        """Keep an attempt's new state, and that it changed."""
        self.drawer.put(attempt)
        self.happened("attempt", attempt.key)
        return attempt

    def happened(self, about: About, subject: str) -> None:
        """Note a change that webhooks tell of."""
        happening = Happening(self.name("evt"), self.now, about, subject)
        self.drawer.put(happening)
        self.drawer.put(Undelivered(happening.key, self.now))

    def _known(self, customer: str) -> None:
        if self.drawer.get(KeptCustomer, customer) is None:
            raise PaymentRefused("There is no such customer.")


def _same(
    there: KeptAttempt, customer: str, amount: Money | None, method: str | None
) -> KeptAttempt:
    """Take an attempt that is known already for the same one only when it asks the same."""
    other_method = method is not None and there.method != method
    if there.hosted is not (method is None) or other_method:
        raise PaymentRefused("This attempt was begun with another method.")
    if (there.customer, there.amount) != (customer, amount):
        raise PaymentRefused("This attempt was begun with another customer or amount.")
    return there


def positive(amount: Money) -> None:
    """Refuse an amount of nothing or less."""
    if amount.minor <= 0:
        raise PaymentRefused("An amount is more than nothing.")


def _moves(method: KeptMethod, currency: str) -> None:
    if not moves(method.trial.kind, currency):
        raise PaymentRefused(f"This method does not take {currency}.")
