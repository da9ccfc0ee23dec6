"""Paying from the command to what stands of the invoices, with a provider that misbehaves."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from adapters.memory.payments import MemoryPayments
from application.paying import (
    BeginOffSession,
    NothingChosen,
    PayingNotOffered,
    begin_off_session,
    pay_invoices,
)
from application.payment_attempts import IN_FLIGHT, HandOver, hand_over
from application.payment_endings import PAGE_LIFE, TOO_LONG, StillAsking, follow, leave
from application.payment_notices import (
    HandlingReasonInvalid,
    MarkHandled,
    check_recorded,
    mark_handled,
    reconcile,
)
from application.ports.outbox import ClaimedJob
from application.ports.payments import PaymentKeyRefused, PaymentPageAsked, PaymentUnavailable
from domain.actor import Staff, System
from domain.allocation import AmountChanged, PartsNotAllowed
from domain.invoice import Invoice, InvoiceUnknown
from domain.invoice_paying import InvoiceBeingPaid
from domain.money import CurrenciesMixed, Money
from domain.payment import PaymentAlreadyBegun, PaymentFailed, PaymentUnknown
from entrypoints.container import Portal
from read_models import invoice_page, payments
from read_models.scope import Scope
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import SELLER, TODAY, named

DUE = date(2026, 10, 16)


@pytest.fixture
def till(portal: Portal) -> Till:
    return till_of(portal)


def go(till: Till, payment_id: object) -> str | None:
    asked = HandOver(
        payment_id=payment_id,  # type: ignore[arg-type]
        return_url="http://portal.localhost:8000/back",
        cancel_url="http://portal.localhost:8000/left",
        language="en",
    )
    return hand_over(asked, till.room)


def wait(till: Till, passed: timedelta) -> None:
    till.portal.clock().advance(passed)


def test_two_invoices_are_paid_in_one_charge_on_the_providers_page(till: Till) -> None:
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    payment_id = till.begin(first, second)
    till.port.pay(till.page(go(till, payment_id)), "card-succeeds")
    till.deliver()

    assert till.payment(payment_id).state == "succeeded"
    assert [till.stands(one).open for one in (first, second)] == [0, 0]
    (charged,) = till.port.charged()
    assert (charged.attempt_id, charged.amount) == (payment_id, Money(23_800, "EUR"))


def test_an_attempt_is_stored_before_the_provider_is_asked_and_is_told_once(till: Till) -> None:
    first = till.invoice("NW-1")
    till.port.asked.clear()
    command = till.command(first)
    bus = till.portal.bus()
    assert bus.execute(pay_invoices, command, ADA) == bus.execute(pay_invoices, command, ADA)

    assert till.port.asked == []
    assert till.payment(command.payment_id).version == 1


@pytest.mark.parametrize(
    "other", [{"minor": 5_000}, {"method": "pm_1"}, {"seen": {named("NW-9"): 11_900}}]
)
def test_a_known_attempt_is_not_taken_for_another_choice(
    till: Till, other: dict[str, object]
) -> None:
    command = till.command(till.invoice("NW-1"))
    bus = till.portal.bus()
    bus.execute(pay_invoices, command, ADA)
    with pytest.raises(PaymentAlreadyBegun) as refused:
        bus.execute(pay_invoices, replace(command, **other), ADA)
    assert refused.value.facts == {"payment_id": command.payment_id}


def test_a_part_that_is_sent_twice_is_one_attempt(portal: Portal) -> None:
    till = till_of(portal, part_payments=True)
    command = till.command(till.invoice("NW-1"), till.invoice("NW-2"), minor=5_000)
    bus = till.portal.bus()
    assert bus.execute(pay_invoices, command, ADA) == bus.execute(pay_invoices, command, ADA)


def test_whoever_goes_on_later_has_what_is_entered_kept_as_it_was_asked(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), save_method=True)
    till.port.time_out()
    with pytest.raises(PaymentUnavailable):
        go(till, payment_id)
    till.port.recover()
    till.port.pay(till.page(go(till, payment_id)), "card-succeeds")
    assert len(till.port.methods(till.customer)) == 1


def test_a_second_attempt_is_refused_while_one_is_open(till: Till) -> None:
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    payment_id = till.begin(first)
    with pytest.raises(InvoiceBeingPaid) as refused:
        till.begin(first, second)
    assert refused.value.facts["payment_id"] == payment_id
    assert till.portal.log().get(Invoice, second).attempt is None


def test_the_amount_that_a_person_saw_is_refused_once_it_has_changed(till: Till) -> None:
    first = till.invoice("NW-1")
    with pytest.raises(AmountChanged) as refused:
        till.begin(first, seen={first: 11_800}, minor=11_800)
    assert refused.value.facts == {"minor": 11_900, "currency": "EUR"}
    with pytest.raises(AmountChanged):
        till.begin(first, currency="USD")


def test_a_part_is_taken_only_where_the_seller_allows_it_and_for_the_oldest_first(
    portal: Portal,
) -> None:
    strict = till_of(portal)
    new, old = strict.invoice("NW-1", due_on=DUE + timedelta(1)), strict.invoice("NW-2", due_on=DUE)
    with pytest.raises(PartsNotAllowed):
        strict.begin(new, old, minor=12_000)


def test_a_part_is_for_the_oldest_invoice_first(portal: Portal) -> None:
    till = till_of(portal, part_payments=True)
    new, old = till.invoice("NW-1", due_on=DUE + timedelta(1)), till.invoice("NW-2", due_on=DUE)
    payment_id = till.begin(new, old, minor=12_000)
    till.port.pay(till.page(go(till, payment_id)), "card-succeeds")
    till.deliver()
    assert (till.stands(old).open, till.stands(new).open) == (0, 11_800)


def test_invoices_of_two_currencies_are_not_paid_in_one_charge(till: Till) -> None:
    euro, crown = till.invoice("NW-1"), till.invoice("NW-2", currency="DKK")
    with pytest.raises(CurrenciesMixed):
        till.begin(euro, crown)


def test_nobody_pays_for_another_bill_group_nor_sees_its_attempts(till: Till) -> None:
    foreign = till.invoice("NW-9", group="OTHER")
    with pytest.raises(InvoiceUnknown):
        till.begin(foreign)
    mine = till.begin(till.invoice("NW-1"))
    with pytest.raises(PaymentUnknown):
        till.begin(foreign, payment_id=mine, bill_group_id=named("OTHER"))
    with pytest.raises(PaymentUnknown):
        till.begin(till.invoice("NW-2"), payment_id=foreign)


def test_nothing_is_paid_where_the_seller_names_no_provider(portal: Portal) -> None:
    till = till_of(portal, provider=None)
    with pytest.raises(PayingNotOffered):
        till.begin(till.invoice("NW-1"))
    with pytest.raises(NothingChosen):
        till.begin()


def test_a_saved_card_is_charged_at_once(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    assert go(till, payment_id) is None
    assert go(till, payment_id) is None
    assert till.payment(payment_id).state == "succeeded"
    assert len(till.port.charged()) == 1


def test_a_bank_that_wants_a_confirmation_gets_it_on_the_providers_page(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method("card-secure"))
    url = go(till, payment_id)
    assert url
    assert till.payment(payment_id).state == "confirmation_needed"
    till.port.authenticate(url)
    till.deliver()
    assert till.stands(first).open == 0


def test_a_declined_card_leaves_the_invoice_to_be_paid_another_way(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method("card-declined-later"))
    go(till, payment_id)

    assert till.payment(payment_id).state == "failed"
    assert (till.stands(first).open, till.stands(first).failed) == (11_900, True)
    again = till.begin(first)
    till.port.pay(till.page(go(till, again)), "card-succeeds")
    till.deliver()
    assert till.stands(first).open == 0


@pytest.mark.parametrize("late", [True, False])
def test_a_lost_answer_is_looked_up_and_charged_once(till: Till, late: bool) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    (till.port.answer_late if late else till.port.time_out)()
    with pytest.raises(PaymentUnavailable):
        go(till, payment_id)
    assert till.payment(payment_id).is_open

    till.port.recover()
    wait(till, IN_FLIGHT)
    assert follow(payment_id, till.room) is None
    assert till.payment(payment_id).state == "succeeded"
    assert len(till.port.charged()) == 1
    assert till.stands(first).open == 0


def test_a_provider_that_stays_away_for_a_day_is_told_to_staff_once(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method())
    till.port.time_out()
    wait(till, TOO_LONG)
    for _ in range(2):
        assert follow(payment_id, till.room)
    assert till.payment(payment_id).attention == ("outcome_unknown",)


def test_a_key_that_is_not_accepted_is_told_to_staff_at_once_and_waited_for(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method())
    till.port.bar()
    with pytest.raises(PaymentKeyRefused):
        go(till, payment_id)
    for _ in range(2):
        assert follow(payment_id, till.room)
    assert till.payment(payment_id).attention == ("key_refused",)
    assert till.payment(payment_id).is_open
    till.port.recover()
    wait(till, IN_FLIGHT)
    assert follow(payment_id, till.room) is None
    assert till.payment(payment_id).state == "succeeded"


def test_a_key_without_the_permission_to_charge_ends_the_attempt_and_says_why(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    with pytest.MonkeyPatch.context() as only:
        only.setattr(till.port, "charge", barred)
        go(till, payment_id)
    failed = [one for one in till.told(payment_id) if isinstance(one, PaymentFailed)]
    assert [one.code for one in failed] == ["not_set_up"]
    assert till.portal.log().get(Invoice, first).payable == 11_900


def barred(_: object) -> None:
    raise PaymentKeyRefused("The key may not do this.")


def test_a_refusal_of_the_provider_frees_the_invoice(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method="pm_of_nobody")
    go(till, payment_id)
    failed = [one for one in till.told(payment_id) if isinstance(one, PaymentFailed)]
    assert [one.code for one in failed] == ["refused"]
    assert till.portal.log().get(Invoice, first).payable == 11_900


def test_a_page_that_nobody_pays_on_is_closed_at_the_provider_before_it_is_given_up(
    till: Till,
) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    page = till.page(go(till, payment_id))
    wait(till, PAGE_LIFE)
    assert follow(payment_id, till.room) is None

    assert till.payment(payment_id).state == "given_up"
    assert till.portal.log().get(Invoice, first).payable == 11_900
    with pytest.raises(Exception, match="closed"):
        till.port.pay(page, "card-succeeds")


def test_a_page_that_was_paid_in_the_last_second_is_not_given_up(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    till.port.pay(till.page(go(till, payment_id)), "card-succeeds")
    leave(payment_id, till.room)
    assert till.payment(payment_id).state == "succeeded"
    assert till.stands(first).open == 0


def test_an_attempt_is_not_left_while_the_provider_may_still_be_hearing_of_it(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"))
    with pytest.raises(StillAsking):
        leave(payment_id, till.room)
    wait(till, IN_FLIGHT)
    leave(payment_id, till.room)
    assert till.payment(payment_id).state == "given_up"


def test_a_charge_that_was_asked_for_is_found_out_about_and_not_left(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method())
    wait(till, IN_FLIGHT)
    with pytest.raises(StillAsking):
        leave(payment_id, till.room)
    assert till.payment(payment_id).is_open


def test_a_debit_is_processing_until_it_settles(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    till.port.pay(till.page(go(till, payment_id)), "sepa-settles")
    till.deliver()
    assert (till.stands(first).processing, till.stands(first).open) == (11_900, 11_900)
    with pytest.raises(InvoiceBeingPaid):
        till.begin(first)

    till.port.settle(payment_id)
    till.deliver()
    assert till.stands(first).open == 0


def test_a_debit_that_fails_days_later_puts_the_debt_back_and_tells_the_billing_contact(
    till: Till,
) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    till.port.pay(till.page(go(till, payment_id)), "sepa-returned")
    till.deliver()
    wait(till, timedelta(days=5))
    till.deliver()

    assert till.payment(payment_id).state == "failed"
    assert (till.stands(first).open, till.stands(first).processing) == (11_900, 0)
    jobs = [job.kind for job in _jobs(till)]
    assert jobs.count("send_payment_failed") == 2, "to the billing contact, and to who paid"


def test_a_refund_is_shown_and_a_lost_dispute_is_owed_again(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    go(till, payment_id)
    till.port.refund(payment_id, Money(1_900, "EUR"))
    till.deliver()
    till.deliver()
    assert till.stands(first).open == 0
    dispute = till.port.dispute(payment_id)
    till.deliver()
    assert till.stands(first).disputed
    till.port.close_dispute(dispute, won=False)
    till.deliver()
    assert (till.stands(first).disputed, till.stands(first).open) == (False, 11_900)
    assert till.payment(payment_id).attention == ("disputed", "dispute_lost")


def test_a_refund_that_fails_later_is_shown_no_more_and_told_to_staff(till: Till) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    go(till, payment_id)
    till.port.refund(payment_id, Money(1_900, "EUR"))
    till.deliver()
    assert shown(till, first, payment_id) == (1_900, ["payment", "refund"])
    till.port.fail_refunds(payment_id)
    till.deliver()
    assert shown(till, first, payment_id) == (0, ["payment"])
    assert till.stands(first).open == 0
    assert till.payment(payment_id).attention == ("refund_failed",)


def shown(till: Till, invoice_id: UUID, payment_id: UUID) -> tuple[int, list[str]]:
    """What customers see of it: how much went back, and what became of the invoice."""
    scope = Scope(GROUP, SELLER, TODAY)
    with till.portal.reading() as connection:
        payment = payments.of_payment(connection, scope, payment_id)
        invoice = invoice_page.of_invoice(connection, scope, invoice_id)
    return payment.returned, sorted(one.kind for one in invoice.happenings)


def test_invoices_are_charged_with_nobody_there_by_the_worker_and_once(till: Till) -> None:
    first, second = till.invoice("NW-1"), till.invoice("NW-2")
    command = BeginOffSession(
        payment_id=named("due on the 16th, first try"),
        bill_group_id=GROUP,
        invoice_ids=(first, second),
        provider=PROVIDER,
        customer=till.customer,
        method=till.method(),
    )
    for _ in range(2):
        till.portal.bus().execute(begin_off_session, command, System("worker"))
    assert follow(command.payment_id, till.room) is None

    assert till.payment(command.payment_id).state == "succeeded"
    assert len(till.port.charged()) == 1
    assert [till.stands(one).open for one in (first, second)] == [0, 0]


def test_with_nobody_there_a_bank_that_asks_for_one_ends_the_attempt(till: Till) -> None:
    first = till.invoice("NW-1")
    command = BeginOffSession(
        payment_id=named("auto"),
        bill_group_id=GROUP,
        invoice_ids=(first,),
        provider=PROVIDER,
        customer=till.customer,
        method=till.method("card-secure"),
    )
    till.portal.bus().execute(begin_off_session, command, System("worker"))
    follow(command.payment_id, till.room)
    assert till.payment(command.payment_id).state == "failed"
    assert till.portal.log().get(Invoice, first).payable == 11_900


def test_what_was_charged_and_not_recorded_is_found(till: Till) -> None:
    first = till.invoice("NW-1")
    since = till.portal.clock().now()
    payment_id = till.begin(first)
    till.port.pay(till.page(go(till, payment_id)), "card-succeeds")
    till.port.webhooks()
    assert till.stands(first).open == 11_900

    assert reconcile(PROVIDER, since, till.room) == 1
    assert till.stands(first).open == 0
    assert till.payment(payment_id).attention == ()


def test_money_of_an_attempt_that_the_record_does_not_know_is_told_to_staff(till: Till) -> None:
    since = till.portal.clock().now()
    lost = till.portal.ids().uuid7()
    page = till.port.page_to_pay(
        PaymentPageAsked(
            attempt_id=lost,
            bill_group_id=GROUP,
            customer=till.customer,
            kinds=("card",),
            return_url="http://portal.localhost:8000/",
            cancel_url="http://portal.localhost:8000/",
            language="en",
            currency="EUR",
            amount=Money(500, "EUR"),
            description="before the restore",
        )
    )
    till.port.pay(page, "card-succeeds")
    reconcile(PROVIDER, since, till.room)
    assert till.payment(lost).attention == ("unknown_here",)


def test_what_was_recorded_and_not_charged_is_told_to_staff(till: Till, portal: Portal) -> None:
    first = till.invoice("NW-1")
    payment_id = till.begin(first, method=till.method())
    go(till, payment_id)
    assert check_recorded(payment_id, till.room)

    forgetful = till_with_an_empty_provider(till)
    assert not check_recorded(payment_id, forgetful.room)
    assert till.payment(payment_id).attention == ("not_at_provider",)


def test_staff_say_how_they_handled_a_payment(till: Till) -> None:
    payment_id = till.begin(till.invoice("NW-1"), method=till.method())
    go(till, payment_id)
    till.port.dispute(payment_id)
    till.deliver()
    jane = Staff(named("jane"))
    bus = till.portal.bus()
    with pytest.raises(HandlingReasonInvalid):
        bus.execute(mark_handled, MarkHandled(payment_id, "card 4242 4242 4242 4242"), jane)
    bus.execute(mark_handled, MarkHandled(payment_id, "Sent the papers"), jane)
    assert till.payment(payment_id).attention == ()


def till_with_an_empty_provider(till: Till) -> Till:
    return Till(till.portal, MemoryPayments(till.portal.clock()), till.customer)


def _jobs(till: Till) -> list[ClaimedJob]:
    outbox, clock = till.portal.outbox(), till.portal.clock()
    return list(outbox.claim(clock.now(), timedelta(minutes=1), 100))
