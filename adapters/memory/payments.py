"""A payment provider that stays in this process."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from uuid import UUID

from adapters.payment_providers import NamedProviders
from adapters.payments_sandbox import clearing, payer, telling
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import Happening, KeptAttempt, MemoryDrawer, Undelivered
from adapters.webhook_signatures import checked, signed
from application.ports.clock import Clock
from application.ports.payment_outcomes import MethodAtProvider, Notice, Outcome
from application.ports.payments import (
    Charge,
    HostedPage,
    PageAsked,
    PaymentKeyRefused,
    PaymentPageAsked,
    PaymentRefused,
    Payments,
    PaymentUnavailable,
    Sought,
)
from domain.money import Money

SECRET = "whsec_bWVtb3J5IHByb3ZpZGVyIG9mIHRoZSB0ZXN0cw=="  # noqa: S105 - of a provider in memory
PAGES = "https://pay.example"


class MemoryPayments:
    """Behaves as the sandbox does (`trials.TRIALS` says how), without HTTP.

    `refuse()` refuses whatever is asked, `time_out()` does nothing and loses the answer,
    `answer_late()` does it and loses the answer, `bar()` accepts our key no more, `recover()` ends
    all of it. What payers and banks do stands below; `webhooks()` gives what was not delivered yet.
    """

    def __init__(self, clock: Clock, secrets: Sequence[str] = (SECRET,)) -> None:
        self.clock = clock
        self.secrets = secrets
        self.asked: list[str] = []
        self._drawer = MemoryDrawer()
        self._lock = threading.RLock()
        self.recover()

    def customer(self, bill_group_id: UUID, name: str, email: str, language: str) -> str:
        """Know a bill group."""
        with self._asked("customer") as bank:
            return bank.customer(bill_group_id, name, email, language)

    def page_to_add_method(self, asked: PageAsked) -> HostedPage:
        """Open a page to add a method on."""
        with self._asked("page_to_add_method") as bank:
            return _page(bank.open_page(asked))

    def page_to_pay(self, asked: PaymentPageAsked) -> HostedPage:
        """Open a page to pay on."""
        with self._asked("page_to_pay") as bank:
            return _page(bank.open_page(asked))

    def charge(self, charge: Charge) -> Outcome:
        """Charge a saved method."""
        with self._asked("charge") as bank:
            return telling.outcome(bank, bank.charge(charge), PAGES)

    def look_up(self, sought: Sought) -> Outcome | None:
        """Tell how an attempt stands."""
        with self._asked("look_up") as bank:
            found = bank.drawer.get(KeptAttempt, str(sought.attempt_id))
            return None if found is None else telling.outcome(bank, found, PAGES)

    def cancel(self, sought: Sought) -> Outcome | None:
        """Close an attempt."""
        with self._asked("cancel") as bank:
            found = bank.cancel(sought.attempt_id)
            return None if found is None else telling.outcome(bank, found, PAGES)

    def methods(self, customer: str) -> Sequence[MethodAtProvider]:
        """List what a customer has saved."""
        with self._asked("methods") as bank:
            return [method.shown() for method in bank.methods(customer)]

    def remove_method(self, customer: str, reference: str) -> None:
        """Take a saved method away."""
        with self._asked("remove_method") as bank:
            bank.remove_method(customer, reference)

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Check a webhook's signature."""
        return checked(self.secrets, headers, body, now)

    def notices(self, body: bytes) -> Sequence[Notice]:
        """Read what a webhook tells."""
        event_id = telling.event_of(body)
        with self._asked("notices") as bank:
            found = bank.drawer.get(Happening, event_id)
            return [] if found is None else [telling.notice(bank, found, PAGES)]

    def changes_since(self, moment: datetime) -> Iterator[Notice]:
        """Tell everything that happened since a moment."""
        with self._asked("changes_since") as bank:
            found = [one for one in bank.drawer.all(Happening) if one.at >= moment]
            return iter([telling.notice(bank, one, PAGES) for one in found])

    def refuse(self) -> None:
        """Refuse whatever is asked from now on."""
        self._refusing = True

    def time_out(self) -> None:
        """Do nothing from now on, and answer nothing."""
        self._away = True

    def answer_late(self) -> None:
        """Do what is asked from now on, and lose the answer."""
        self._late = True

    def bar(self) -> None:
        """Accept our key no more."""
        self._barred = True

    def recover(self) -> None:
        """Behave again."""
        self._refusing = self._away = self._late = self._barred = False

    def pay(self, page: HostedPage, trial_key: str) -> None:
        """Let the payer use a method on a hosted page."""
        with self.bank() as bank:
            payer.submit(bank, page.url.rpartition("/")[2], trial_key)

    def authenticate(self, action_url: str, *, approved: bool = True) -> None:
        """Let the payer answer 3-D Secure."""
        with self.bank() as bank:
            payer.authenticate(bank, action_url.rpartition("/")[2], approved=approved)

    def settle(self, attempt_id: UUID) -> None:
        """Let a debit succeed."""
        with self.bank() as bank:
            clearing.settle(bank, attempt_id)

    def give_back(self, attempt_id: UUID) -> None:
        """Let a debit be returned."""
        with self.bank() as bank:
            clearing.give_back(bank, attempt_id)

    def refund(self, attempt_id: UUID, amount: Money) -> None:
        """Send money back."""
        with self.bank() as bank:
            clearing.refund(bank, attempt_id, amount)

    def fail_refunds(self, attempt_id: UUID) -> None:
        """Let what went back not arrive."""
        with self.bank() as bank:
            clearing.fail_refunds(bank, attempt_id)

    def dispute(self, attempt_id: UUID) -> str:
        """Let the payer dispute a payment; gives the dispute's reference."""
        with self.bank() as bank:
            return clearing.dispute(bank, attempt_id).key

    def close_dispute(self, reference: str, *, won: bool) -> None:
        """Decide a dispute."""
        with self.bank() as bank:
            clearing.close_dispute(bank, reference, won=won)

    def webhooks(self) -> list[tuple[dict[str, str], bytes]]:
        """Give headers and body of every webhook that was not given yet, the oldest first."""
        with self.bank() as bank:
            waiting = list(bank.drawer.all(Undelivered))
            for one in waiting:
                bank.drawer.drop(one)
        return [self._webhook(one.key) for one in waiting]

    def charged(self) -> list[Outcome]:
        """Give every payment that took money, or is about to."""
        with self.bank() as bank:
            return [
                telling.outcome(bank, one, PAGES)
                for one in bank.drawer.all(KeptAttempt)
                if one.purpose == "payment" and one.status in {"succeeded", "processing"}
            ]

    @contextmanager
    def bank(self) -> Iterator[Bank]:
        """Give the bank at the clock's moment, to one caller at a time."""
        with self._lock:
            bank = Bank(self._drawer, self.clock.now())
            clearing.pass_time(bank)
            yield bank

    @contextmanager
    def _asked(self, what: str) -> Iterator[Bank]:
        self.asked.append(what)
        if self._refusing:
            raise PaymentRefused("The provider said no.")
        if self._barred:
            raise PaymentKeyRefused("The provider does not accept the account's key.")
        if self._away:
            raise PaymentUnavailable("The provider did not answer.")
        with self.bank() as bank:
            yield bank
        if self._late:
            raise PaymentUnavailable("The provider's answer was lost.")

    def _webhook(self, event_id: str) -> tuple[dict[str, str], bytes]:
        body = telling.webhook(event_id)
        return signed(self.secrets[0], event_id, self.clock.now(), body), body


class MemoryProviders(NamedProviders):
    """Provider accounts by name, as they are given."""

    def __init__(self, **accounts: Payments) -> None:
        super().__init__({name: partial(lambda one: one, one) for name, one in accounts.items()})


def _page(attempt: KeptAttempt) -> HostedPage:
    return HostedPage(attempt.reference, telling.page_url(PAGES, attempt))
