"""A provider that does not answer, or a chore that fails, holds up nothing else of a worker."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from dependency_injector import providers

from adapters.memory.payments import MemoryPayments, MemoryProviders
from application.ports.payments import PaymentUnavailable
from domain.bill_group import BillGroup
from domain.entity import Entity
from domain.payment_rules import PaymentRules
from entrypoints.container import Portal
from entrypoints.worker import loop, run
from entrypoints.worker.auto_pay import collect_due_invoices
from entrypoints.worker.paying import reconcile_payments
from tests.auto_paying import DUE, Street, morning
from tests.paying import ADA, GROUP, PROVIDER, Till
from tests.read_models.books import SELLER

PATIENCE = 30.0


class Stuck:
    """A provider that takes every request and answers none until it is let go."""

    def __init__(self, inner: MemoryPayments) -> None:
        self.inner = inner
        self.asked = threading.Event()
        self.answering = threading.Event()

    def __getattr__(self, name: str) -> Any:
        """Do what the provider does, later."""

        def late(*given: Any) -> Any:
            self.asked.set()
            self.answering.wait(PATIENCE)
            return getattr(self.inner, name)(*given)

        return late


@pytest.fixture
def street(portal: Portal) -> Street:
    return Street(portal)


@pytest.fixture
def stuck(street: Street) -> Iterator[Stuck]:
    """The account `main` does not answer; the account `other` does."""
    stuck = Stuck(street.port)
    ports: dict[str, Any] = {PROVIDER: stuck, "other": MemoryPayments(street.portal.clock())}
    accounts = MemoryProviders(**ports)
    street.portal.payment_providers.override(providers.Object(accounts))
    street.portal.paying_room.reset()
    yield stuck
    stuck.answering.set()


@contextmanager
def working(portal: Portal) -> Iterator[None]:
    """Let one worker work."""
    stop = threading.Event()
    worker = threading.Thread(target=run, args=(portal, stop))
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def happens(fact: Callable[[], object]) -> bool:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE / 2
    while not fact() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(fact())


def due_at_the_other_account(street: Street) -> UUID:
    """Let the seller change to another account, where the customer has a method too."""
    portal = street.portal
    port = portal.payment_providers().of("other")
    entity = portal.log().get(Entity, SELLER)
    entity.change_payment_rules(PaymentRules("other"), by=portal.bus().act(ADA))
    portal.log().save(entity)
    street.port = port
    street.till = Till(portal, port, port.customer(GROUP, "ACME Ltd", "ap@acme.example", "en"))
    method_id = street.default("card-other", provider="other")
    assert portal.log().get(BillGroup, GROUP).held[method_id].provider == "other"
    return street.till.invoice("OTHER-1", due_on=DUE)


def test_while_one_account_does_not_answer_mails_go_out_and_other_accounts_collect(
    street: Street, stuck: Stuck
) -> None:
    street.default()
    waiting = [street.till.invoice(f"NW-{number}", due_on=DUE) for number in range(3)]
    street.portal.clock().set(morning(DUE))
    assert collect_due_invoices(street.portal) == 3
    other = due_at_the_other_account(street)
    assert collect_due_invoices(street.portal) == 1
    with working(street.portal):
        assert stuck.asked.wait(PATIENCE)
        assert happens(lambda: street.till.stands(other).open == 0)
        assert happens(lambda: street.portal.mail().sent), "the receipt of the other payment"
        assert [street.till.stands(one).open for one in waiting] == [11_900] * 3
        stuck.answering.set()
        assert happens(lambda: not any(street.till.stands(one).open for one in waiting))
    assert len(stuck.inner.charged()) == 3


def test_a_chore_that_always_fails_keeps_no_other_from_being_done(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Portal) -> None:
        raise ValueError

    monkeypatch.setattr(loop, "end_uncovered_sessions", broken)
    street.default()
    first = street.till.invoice("NW-1", due_on=DUE)
    street.portal.clock().set(morning(DUE))
    with working(street.portal):
        assert happens(lambda: street.till.stands(first).open == 0)


def test_an_account_that_is_away_is_asked_once_when_it_is_compared(street: Street) -> None:
    street.default()
    for number in range(3):
        street.till.invoice(f"NW-{number}", due_on=DUE)
    street.portal.clock().set(morning(DUE))
    collect_due_invoices(street.portal)
    street.port.time_out()
    street.port.asked.clear()
    reconcile_payments(street.portal, PROVIDER)
    assert street.port.asked == ["changes_since"]
    with pytest.raises(PaymentUnavailable):
        street.port.methods(street.till.customer)
