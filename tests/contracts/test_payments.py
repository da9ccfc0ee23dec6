"""What every payment provider promises."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from adapters.memory.clock import SetClock
from application.payment_attempts import KINDS
from application.ports.payment_outcomes import (
    DisputeAtProvider,
    MethodGone,
    Notice,
    Outcome,
    RefundAtProvider,
)
from application.ports.payments import (
    Charge,
    NoticeRefused,
    NoticesOff,
    PageAsked,
    PaymentKeyRefused,
    PaymentPageAsked,
    PaymentRefused,
    PaymentUnavailable,
    Sought,
)
from domain.money import Money
from tests.contracts.tills import Till, at_stripe, in_memory, over_http

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GROUP = UUID("019a0000-0000-7000-8000-000000000001")
A_HUNDRED = Money(10_000, "EUR")


@pytest.fixture(params=[in_memory, over_http, at_stripe], ids=["memory", "sandbox", "stripe"])
def till(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Till]:
    with request.param(tmp_path, SetClock(NOON)) as till:
        yield till


def known(till: Till) -> str:
    return till.port.customer(GROUP, "Acme Ltd", "ap@acme.example", "en")


def a_page(till: Till, **changes: Any) -> PaymentPageAsked:
    asked = PaymentPageAsked(
        attempt_id=uuid7(),
        bill_group_id=GROUP,
        customer=known(till),
        kinds=KINDS,
        return_url="http://localhost:8000/back",
        cancel_url="http://localhost:8000/left",
        language="en",
        currency="EUR",
        amount=A_HUNDRED,
        description="Invoice R-1001",
    )
    return replace(asked, **changes)


def a_page_to_add(till: Till, **changes: Any) -> PageAsked:
    asked = a_page(till, **changes)
    names = PageAsked.__struct_fields__
    return PageAsked(**{name: getattr(asked, name) for name in names})


def saved(till: Till, trial_key: str = "card-succeeds") -> str:
    asked = a_page_to_add(till)
    till.hands.pay(till.port.page_to_add_method(asked), trial_key)
    method = at(till, asked.attempt_id, "set_up").method
    assert method is not None
    return method.reference


def a_charge(till: Till, method: str, **changes: Any) -> Charge:
    charge = Charge(
        attempt_id=uuid7(),
        bill_group_id=GROUP,
        customer=known(till),
        method=method,
        amount=A_HUNDRED,
        description="Invoice R-1001",
    )
    return replace(charge, **changes)


def sought(till: Till, attempt_id: UUID, purpose: Any = "payment") -> Sought:
    return Sought(attempt_id, purpose, known(till), till.clock.now())


def at(till: Till, attempt_id: UUID, purpose: Any = "payment") -> Outcome:
    found = till.port.look_up(sought(till, attempt_id, purpose))
    assert found is not None
    return found


def told(till: Till) -> list[Notice]:
    return [
        notice for _headers, body in till.hands.webhooks() for notice in till.port.notices(body)
    ]


def test_1_a_bill_group_has_one_reference(till: Till) -> None:
    assert known(till) == known(till)
    other = till.port.customer(uuid7(), "Other", "ap@other.example", "de")
    assert other != known(till)


def test_2_an_attempt_has_one_page_and_asking_for_it_charges_nothing(till: Till) -> None:
    asked = a_page(till)
    page = till.port.page_to_pay(asked)
    assert till.port.page_to_pay(asked) == page
    assert at(till, asked.attempt_id).status == "open"


def test_2_asked_again_in_another_language_an_attempt_has_the_same_page(till: Till) -> None:
    asked = a_page(till, save_method=True)
    page = till.port.page_to_pay(asked)
    again = till.port.page_to_pay(replace(asked, language="de", save_method=False))
    assert again.url == page.url
    till.hands.pay(again, "card-succeeds")
    assert at(till, asked.attempt_id).method_saved
    adding = a_page_to_add(till)
    page = till.port.page_to_add_method(adding)
    assert till.port.page_to_add_method(replace(adding, language="de")).url == page.url


def test_2_a_page_for_another_amount_under_the_same_attempt_is_refused(till: Till) -> None:
    asked = a_page(till)
    till.port.page_to_pay(asked)
    with pytest.raises(PaymentRefused):
        till.port.page_to_pay(replace(asked, amount=Money(20_000, "EUR")))
    assert at(till, asked.attempt_id).amount == A_HUNDRED


def test_2_a_page_is_paid_on_once(till: Till) -> None:
    asked = a_page(till)
    page = till.port.page_to_pay(asked)
    till.hands.pay(page, "card-succeeds")
    with pytest.raises(PaymentRefused):
        till.hands.pay(page, "card-other")
    outcome = at(till, asked.attempt_id)
    assert (outcome.status, outcome.amount) == ("succeeded", A_HUNDRED)


DEBITS = {"EUR": "sepa-settles", "USD": "ach-settles", "GBP": "bacs-settles"}


@pytest.mark.parametrize("currency", [*DEBITS, "CHF"])
def test_2_a_page_to_pay_offers_cards_and_the_debit_of_its_currency(
    till: Till, currency: str
) -> None:
    for trial_key in ("card-succeeds", *DEBITS.values()):
        asked = a_page(till, currency=currency, amount=Money(10_000, currency))
        page = till.port.page_to_pay(asked)
        if trial_key in {"card-succeeds", DEBITS.get(currency)}:
            till.hands.pay(page, trial_key)
            assert at(till, asked.attempt_id).amount == Money(10_000, currency)
        else:
            with pytest.raises(PaymentRefused):
                till.hands.pay(page, trial_key)


@pytest.mark.parametrize("currency", [*DEBITS, "CHF"])
def test_2_a_page_to_add_a_method_offers_cards_and_the_debit_of_its_currency(
    till: Till, currency: str
) -> None:
    for trial_key in ("card-succeeds", *DEBITS.values()):
        asked = a_page_to_add(till, currency=currency)
        page = till.port.page_to_add_method(asked)
        if trial_key in {"card-succeeds", DEBITS.get(currency)}:
            till.hands.pay(page, trial_key)
            assert at(till, asked.attempt_id, "set_up").status == "succeeded"
        else:
            with pytest.raises(PaymentRefused):
                till.hands.pay(page, trial_key)


def test_3_an_attempt_is_charged_once_however_often_it_is_asked_for(till: Till) -> None:
    charge = a_charge(till, saved(till))
    first = till.port.charge(charge)
    assert first.status == "succeeded"
    assert till.port.charge(charge).reference == first.reference


@pytest.mark.parametrize("other", ["amount", "method"])
def test_3_another_amount_or_method_under_the_same_attempt_is_refused(
    till: Till, other: str
) -> None:
    charge = a_charge(till, saved(till))
    till.port.charge(charge)
    changes = {"amount": Money(20_000, "EUR"), "method": saved(till, "card-other")}
    with pytest.raises(PaymentRefused):
        till.port.charge(replace(charge, **{other: changes[other]}))
    assert at(till, charge.attempt_id).amount == A_HUNDRED


def test_4_an_outcome_has_our_ids_and_the_amount_asked(till: Till) -> None:
    charge = a_charge(till, saved(till), amount=Money(1999, "JPY"))
    outcome = till.port.charge(charge)
    assert (outcome.attempt_id, outcome.bill_group_id) == (charge.attempt_id, GROUP)
    assert (outcome.customer, outcome.amount) == (charge.customer, Money(1999, "JPY"))
    assert outcome.method is not None
    assert (outcome.method.kind, outcome.method.last4) == ("card", "4242")


@pytest.mark.parametrize("currency", ["EUR", "JPY", "ISK", "KWD"])
def test_4_amounts_keep_the_precision_of_their_currency(till: Till, currency: str) -> None:
    amount = Money(12_340, currency)
    outcome = till.port.charge(a_charge(till, saved(till), amount=amount))
    assert outcome.amount == amount


def test_4_a_decline_is_an_outcome_with_our_code(till: Till) -> None:
    outcome = till.port.charge(a_charge(till, saved(till, "card-declined-later")))
    assert outcome.status == "failed"
    assert outcome.failure is not None
    assert outcome.failure.code == "declined"


@pytest.mark.parametrize(
    ("trial_key", "code"),
    [
        ("card-declined", "declined"),
        ("card-no-funds", "insufficient_funds"),
        ("card-expired", "expired"),
    ],
)
def test_4_a_decline_on_a_hosted_page_leaves_another_try(
    till: Till, trial_key: str, code: str
) -> None:
    asked = a_page(till)
    page = till.port.page_to_pay(asked)
    till.hands.pay(page, trial_key)
    outcome = at(till, asked.attempt_id)
    assert (outcome.status, outcome.failure and outcome.failure.code) == ("open", code)
    till.hands.pay(page, "card-succeeds")
    assert at(till, asked.attempt_id).status == "succeeded"


def test_5_an_authentication_is_asked_of_who_is_there(till: Till) -> None:
    method = saved_with_authentication(till)
    charge = a_charge(till, method, return_url="http://localhost:8000/back")
    outcome = till.port.charge(charge)
    assert outcome.status == "needs_action"
    assert outcome.action_url is not None
    till.hands.authenticate(outcome.action_url)
    assert at(till, charge.attempt_id).status == "succeeded"


def test_5_an_authentication_that_fails_charges_nothing(till: Till) -> None:
    charge = a_charge(till, saved_with_authentication(till), return_url="http://localhost:8000/b")
    outcome = till.port.charge(charge)
    till.hands.authenticate(outcome.action_url or "", approved=False)
    found = at(till, charge.attempt_id)
    assert (found.status, found.failure and found.failure.code) == (
        "failed",
        "authentication_failed",
    )


def test_5_an_authentication_is_not_asked_of_who_is_not_there(till: Till) -> None:
    outcome = till.port.charge(a_charge(till, saved_with_authentication(till)))
    assert (outcome.status, outcome.action_url) == ("failed", None)
    assert outcome.failure is not None
    assert outcome.failure.code == "authentication_needed"


def saved_with_authentication(till: Till) -> str:
    asked = a_page_to_add(till)
    till.hands.pay(till.port.page_to_add_method(asked), "card-secure")
    waiting = at(till, asked.attempt_id, "set_up")
    assert waiting.action_url is not None
    till.hands.authenticate(waiting.action_url)
    method = at(till, asked.attempt_id, "set_up").method
    assert method is not None
    return method.reference


def test_6_a_look_up_tells_how_an_attempt_stands(till: Till) -> None:
    assert till.port.look_up(sought(till, uuid7())) is None
    assert till.port.look_up(sought(till, uuid7(), "set_up")) is None
    charge = a_charge(till, saved(till))
    assert at_once(till.port.charge(charge)) == at_once(at(till, charge.attempt_id))
    adding = a_page_to_add(till)
    till.port.page_to_add_method(adding)
    assert at(till, adding.attempt_id, "set_up").status == "open"


def at_once(outcome: Outcome) -> tuple[Any, ...]:
    return (outcome.attempt_id, outcome.status, outcome.amount, outcome.reference, outcome.method)


def test_7_a_lost_answer_is_unavailable_and_a_look_up_tells_the_rest(till: Till) -> None:
    charge = a_charge(till, saved(till))
    till.lose_answers()
    with pytest.raises(PaymentUnavailable):
        till.port.charge(charge)
    till.recover()
    outcome = at(till, charge.attempt_id)
    assert outcome.status == "succeeded"
    assert till.port.charge(charge).reference == outcome.reference


def test_7_a_provider_that_is_away_has_done_nothing(till: Till) -> None:
    charge = a_charge(till, saved(till))
    till.away()
    with pytest.raises(PaymentUnavailable):
        till.port.charge(charge)
    with pytest.raises(PaymentUnavailable):
        till.port.look_up(sought_of(charge))
    till.recover()
    assert till.port.look_up(sought_of(charge)) is None


def sought_of(charge: Charge) -> Sought:
    return Sought(charge.attempt_id, "payment", charge.customer, NOON)


@pytest.mark.parametrize("change", [{"amount": Money(0, "EUR")}, {"method": "pm_of_nobody"}])
def test_8_what_cannot_be_done_is_refused(till: Till, change: dict[str, Any]) -> None:
    charge = replace(a_charge(till, saved(till)), **change)
    with pytest.raises(PaymentRefused):
        till.port.charge(charge)
    assert till.port.look_up(sought(till, charge.attempt_id)) is None


@pytest.mark.parametrize("kinds", [("bank_transfer",), ("ach_debit", "bacs_debit")])
def test_8_a_page_for_methods_that_nobody_takes_is_refused(till: Till, kinds: Any) -> None:
    with pytest.raises(PaymentRefused):
        till.port.page_to_pay(a_page(till, kinds=kinds))
    with pytest.raises(PaymentRefused):
        till.port.page_to_add_method(a_page_to_add(till, kinds=kinds))


def test_8_a_method_of_another_customer_is_refused(till: Till) -> None:
    method = saved(till)
    stranger = till.port.customer(uuid7(), "Other", "ap@other.example", "en")
    with pytest.raises(PaymentRefused):
        till.port.charge(a_charge(till, method, customer=stranger))


def test_9_nobody_pays_on_a_cancelled_page(till: Till) -> None:
    asked = a_page(till)
    page = till.port.page_to_pay(asked)
    cancelled = till.port.cancel(sought(till, asked.attempt_id))
    assert cancelled is not None
    assert cancelled.status == "cancelled"
    with pytest.raises(PaymentRefused):
        till.hands.pay(page, "card-succeeds")
    assert at(till, asked.attempt_id).status == "cancelled"


def test_9_a_cancelled_page_to_add_a_method_adds_none(till: Till) -> None:
    asked = a_page_to_add(till)
    page = till.port.page_to_add_method(asked)
    till.port.cancel(sought(till, asked.attempt_id, "set_up"))
    with pytest.raises(PaymentRefused):
        till.hands.pay(page, "card-succeeds")
    assert list(till.port.methods(known(till))) == []


def test_9_what_was_paid_stays_paid(till: Till) -> None:
    asked = a_page(till)
    till.hands.pay(till.port.page_to_pay(asked), "card-succeeds")
    found = till.port.cancel(sought(till, asked.attempt_id))
    assert found is not None
    assert found.status == "succeeded"
    assert till.port.cancel(sought(till, uuid7())) is None


def test_9_an_authentication_that_is_waited_for_can_be_cancelled(till: Till) -> None:
    charge = a_charge(till, saved_with_authentication(till), return_url="http://localhost:8000/b")
    till.port.charge(charge)
    found = till.port.cancel(sought(till, charge.attempt_id))
    assert found is not None
    assert found.status == "cancelled"


def test_10_a_saved_method_is_listed_without_its_number(till: Till) -> None:
    first, second = saved(till), saved(till, "card-other")
    assert [method.reference for method in till.port.methods(known(till))] == [second, first]
    method = till.port.methods(known(till))[1]
    assert (method.kind, method.brand, method.last4) == ("card", "visa", "4242")
    assert method.expires is not None
    assert len(method.expires) == len("2029-03")


def test_10_a_method_used_to_pay_is_saved_when_that_was_asked(till: Till) -> None:
    for save in (False, True):
        asked = a_page(till, save_method=save)
        till.hands.pay(till.port.page_to_pay(asked), "card-succeeds")
        assert at(till, asked.attempt_id).method_saved is save
        assert len(till.port.methods(known(till))) == int(save)


def test_10_a_removed_method_cannot_be_charged(till: Till) -> None:
    method = saved(till)
    till.port.remove_method(known(till), method)
    till.port.remove_method(known(till), method)
    assert list(till.port.methods(known(till))) == []
    with pytest.raises(PaymentRefused):
        till.port.charge(a_charge(till, method))


def test_11_a_debit_is_processing_until_it_settles(till: Till) -> None:
    charge = a_charge(till, saved(till, "sepa-settles"))
    outcome = till.port.charge(charge)
    assert outcome.status == "processing"
    assert outcome.method is not None
    assert (outcome.method.kind, outcome.method.mandate is not None) == ("sepa_debit", True)
    till.hands.settle(charge.attempt_id)
    assert at(till, charge.attempt_id).status == "succeeded"


def test_11_a_debit_can_fail_days_later(till: Till) -> None:
    charge = a_charge(till, saved(till, "sepa-returned"))
    assert till.port.charge(charge).status == "processing"
    till.hands.give_back(charge.attempt_id)
    found = at(till, charge.attempt_id)
    assert (found.status, found.failure and found.failure.code) == ("failed", "debit_returned")


def test_12_a_genuine_webhook_is_accepted_with_its_event_id(till: Till) -> None:
    till.port.charge(a_charge(till, saved(till)))
    webhooks = till.hands.webhooks()
    ids = [till.port.accept(headers, body, till.clock.now()) for headers, body in webhooks]
    assert len(set(ids)) == len(ids) > 0


def test_12_a_webhook_that_is_forged_altered_unsigned_or_old_is_refused(till: Till) -> None:
    saved(till)
    headers, body = till.hands.webhooks()[-1]
    now = till.clock.now()
    late, early = now + timedelta(seconds=301), now - timedelta(seconds=301)
    unsigned = dict.fromkeys(headers, "")
    wrong = {name: text.replace("v1", "v0") for name, text in headers.items()}
    for given, sent, moment in (
        (headers, body + b" ", now),
        (headers, body, late),
        (headers, body, early),
        (unsigned, body, now),
        (wrong, body, now),
        ({}, body, now),
    ):
        with pytest.raises(NoticeRefused):
            till.port.accept(given, sent, moment)


def test_12_another_secret_of_ours_counts_and_no_secret_refuses_everything(till: Till) -> None:
    saved(till)
    headers, body = till.hands.webhooks()[-1]
    now, own = till.clock.now(), till.secret
    other = "whsec_" + "b3RoZXIgc2VjcmV0IG9mIHRoZSB0ZXN0cw=="
    assert till.with_secrets([other, own]).accept(headers, body, now)
    for secrets, refusal in (([], NoticesOff), ([""], NoticesOff), ([other], NoticeRefused)):
        with pytest.raises(refusal):
            till.with_secrets(secrets).accept(headers, body, now)


def test_13_notices_tell_how_things_stand_in_any_order(till: Till) -> None:
    asked = a_page(till)
    page = till.port.page_to_pay(asked)
    till.hands.pay(page, "card-declined")
    till.hands.pay(page, "card-succeeds")
    outcomes = [
        notice.told
        for _headers, body in reversed(till.hands.webhooks())
        for notice in till.port.notices(body)
        if isinstance(notice.told, Outcome) and notice.told.purpose == "payment"
    ]
    assert outcomes
    assert {outcome.status for outcome in outcomes} == {"succeeded"}


def test_13_a_removed_method_is_told(till: Till) -> None:
    method = saved(till)
    till.port.remove_method(known(till), method)
    gone = [one.told for one in told(till) if isinstance(one.told, MethodGone)]
    assert [(one.reference, one.bill_group_id) for one in gone] == [(method, GROUP)]


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing", b"{}", b'{"event_id": 1}'])
def test_13_what_cannot_be_read_is_refused_or_tells_nothing(till: Till, body: bytes) -> None:
    with suppress(NoticeRefused):
        assert list(till.port.notices(body)) == []


def test_14_refunds_are_told_with_their_attempt(till: Till) -> None:
    charge = a_charge(till, saved(till))
    till.port.charge(charge)
    till.hands.refund(charge.attempt_id, Money(2_500, "EUR"))
    refunds = [one.told for one in told(till) if isinstance(one.told, RefundAtProvider)]
    assert {(one.attempt_id, one.bill_group_id, one.amount.minor) for one in refunds} == {
        (charge.attempt_id, GROUP, 2_500)
    }
    assert refunds[-1].status == "succeeded"
    till.hands.fail_refunds(charge.attempt_id)
    refunds = [one.told for one in told(till) if isinstance(one.told, RefundAtProvider)]
    assert [(one.attempt_id, one.status) for one in refunds] == [(charge.attempt_id, "failed")]


@pytest.mark.parametrize("won", [True, False])
def test_14_disputes_are_told_with_their_attempt(till: Till, won: bool) -> None:
    charge = a_charge(till, saved(till))
    till.port.charge(charge)
    reference = till.hands.dispute(charge.attempt_id)
    disputes = [one.told for one in told(till) if isinstance(one.told, DisputeAtProvider)]
    assert [(one.attempt_id, one.status) for one in disputes] == [(charge.attempt_id, "open")]
    till.hands.close_dispute(reference, won=won)
    disputes = [one.told for one in told(till) if isinstance(one.told, DisputeAtProvider)]
    assert disputes[-1].status == ("won" if won else "lost")


def test_15_changes_tell_what_webhooks_told(till: Till) -> None:
    start = till.clock.now()
    charge = a_charge(till, saved(till))
    till.port.charge(charge)
    till.hands.refund(charge.attempt_id, Money(2_500, "EUR"))
    by_webhook = told(till)
    assert list(till.port.changes_since(start)) == by_webhook
    assert list(till.port.changes_since(till.clock.now() + timedelta(days=1))) == []


def test_16_a_key_that_is_not_accepted_does_nothing_and_is_told_apart(till: Till) -> None:
    charge, asked = a_charge(till, saved(till)), a_page(till)
    till.bar()
    for ask in (
        lambda: till.port.charge(charge),
        lambda: till.port.page_to_pay(asked),
        lambda: till.port.customer(GROUP, "Acme Ltd", "ap@acme.example", "en"),
        lambda: till.port.look_up(sought_of(charge)),
        lambda: list(till.port.changes_since(NOON)),
    ):
        with pytest.raises(PaymentKeyRefused):
            ask()
    till.recover()
    assert till.port.look_up(sought_of(charge)) is None
