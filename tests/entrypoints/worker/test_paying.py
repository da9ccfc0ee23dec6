"""The worker sees payments through, compares with the provider, and mails what became of them."""

from datetime import timedelta
from typing import Any

import pytest
from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from application.payment_attempts import HandOver, hand_over
from application.payment_endings import PAGE_LIFE
from application.ports.mail import OutgoingMail
from application.ports.payments import PaymentUnavailable
from domain.actor import System
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from entrypoints.worker import work_once
from entrypoints.worker.paying import reconcile_payments
from tests.entrypoints.customers import sign_in
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import named


@pytest.fixture
def till(portal: Portal) -> Till:
    till = till_of(portal)
    accounts = MemoryProviders(**{PROVIDER: till.port})
    portal.payment_providers.override(providers.Object(accounts))
    return till


def go(till: Till, payment_id: Any) -> str | None:
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    return hand_over(asked, till.room)


def work(till: Till) -> None:
    while work_once(till.portal):
        pass


def later(till: Till, passed: timedelta) -> None:
    till.portal.clock().advance(passed)
    work(till)


def receipt(till: Till) -> OutgoingMail:
    """The one receipt among the mails."""
    sent: list[OutgoingMail] = till.portal.mail().sent
    (mail,) = [one for one in sent if ".receipt@" in one.message_id]
    return mail


def test_the_worker_charges_what_nobody_came_back_for_and_mails_one_receipt(till: Till) -> None:
    sign_in(till.portal)
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    work(till)
    later(till, timedelta(minutes=3))
    later(till, timedelta(minutes=3))

    assert till.stands(first).open == 0
    assert len(till.port.charged()) == 1
    mail = receipt(till)
    assert mail.envelope_to == "ap@acme.example"
    for words in ("€119.00", "NW-1", "Visa 4242", f"?to=/payments/{payment_id}\n"):
        assert words in mail.text


def failures(till: Till) -> list[OutgoingMail]:
    """The mails that tell of a payment that failed."""
    return [one for one in till.portal.mail().sent if ".payment_failed@" in one.message_id]


def declined_with_a_lost_answer(till: Till) -> None:
    """Let the bank decline a saved card while the provider's answer gets lost."""
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method("card-declined-later"))
    till.port.answer_late()
    with pytest.raises(PaymentUnavailable):
        go(till, payment_id)
    till.port.recover()
    later(till, timedelta(minutes=3))
    assert till.payment(payment_id).state == "failed"


def test_a_decline_whose_answer_got_lost_is_mailed_to_the_contact_and_to_who_paid(
    till: Till,
) -> None:
    sign_in(till.portal)
    by = till.portal.bus().act(System("test"))
    access = till.portal.log().get(PortalAccess, portal_access_id(GROUP))
    access.grant_address(GROUP, named("ada's grant"), ADA.address, by=by)
    till.portal.log().save(access)
    declined_with_a_lost_answer(till)
    sent = failures(till)
    assert {one.envelope_to for one in sent} == {"ap@acme.example", ADA.address}
    assert len({one.message_id for one in sent}) == 2
    assert all("declined" in one.text for one in sent)


def test_who_paid_and_has_no_access_any_more_is_told_nothing(till: Till) -> None:
    declined_with_a_lost_answer(till)
    assert [one.envelope_to for one in failures(till)] == ["ap@acme.example"]


def test_a_decline_that_the_payer_is_shown_is_not_mailed(till: Till) -> None:
    sign_in(till.portal)
    payment_id = till.begin(till.invoice("NW-1"), method=till.method("card-declined-later"))
    go(till, payment_id)
    later(till, timedelta(minutes=3))
    assert till.payment(payment_id).state == "failed"
    assert failures(till) == []


def test_a_receipt_links_only_whom_a_grant_covers(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    go(till, payment_id)
    work(till)
    mail = receipt(till)
    assert "/p/" not in mail.text
    assert "billing@northwind.example" in mail.text


def test_an_abandoned_page_is_closed_by_the_worker(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    go(till, payment_id)
    work(till)
    later(till, PAGE_LIFE)
    assert till.payment(payment_id).state == "given_up"
    later(till, timedelta(days=2))
    assert till.portal.mail().sent == []


def test_a_debit_is_followed_for_days_without_any_webhook(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    till.port.pay(till.page(go(till, payment_id)), "sepa-returned")
    for _ in range(30):
        later(till, timedelta(hours=6))
    assert till.payment(payment_id).state == "failed"
    (mail,) = till.portal.mail().sent
    assert "did not come through" in mail.subject
    assert "The bank returned the direct debit." in mail.text


def test_comparing_finds_both_what_is_missing_here_and_what_is_missing_there(till: Till) -> None:
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    here = till.begin(first, method=till.method())
    go(till, here)
    paid = till.begin(second)
    till.port.pay(till.page(go(till, paid)), "card-succeeds")
    till.portal.clock().advance(timedelta(minutes=10))
    reconcile_payments(till.portal, PROVIDER)
    assert (till.stands(second).open, till.payment(here).attention) == (0, ())

    empty = Till(till.portal, type(till.port)(till.portal.clock()), till.customer)
    till.portal.payment_providers.override(
        providers.Object(MemoryProviders(**{PROVIDER: empty.port}))
    )
    till.portal.paying_room.reset()
    reconcile_payments(till.portal, PROVIDER)
    assert till.payment(here).attention == ("not_at_provider",)


def test_a_provider_that_is_away_is_compared_with_the_next_time(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    go(till, payment_id)
    till.port.time_out()
    reconcile_payments(till.portal, PROVIDER)
    assert till.payment(payment_id).attention == ()
