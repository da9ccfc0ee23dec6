"""Payment methods from the provider's page to the record, in whatever order things are told."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.memory.payments import MemoryProviders
from application.bill_group import ChangeDetail, change_detail
from application.method_set_ups import (
    PAGE_LIFE,
    BeginSetUp,
    OpenPage,
    begin_set_up,
    find_out_set_up,
    follow_set_up,
    leave_set_up,
    open_page,
)
from application.paying import PayingNotOffered
from application.payment_attempts import HandOver, hand_over
from application.payment_methods import (
    RemoveAtProvider,
    RemoveMethod,
    remove_at_provider,
    remove_method,
)
from application.payment_notices import take_notice
from application.ports.payments import PaymentRefused, PaymentUnavailable
from domain.aggregate import Refusal
from domain.bill_group import BillGroup, PaymentMethodNeeded, PaymentMethodUnknown
from domain.identity import saved_method_id
from domain.method_set_up import MethodSetUp, SetUpFailed, SetUpUnknown
from entrypoints.container import Portal
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.read_models.books import named


@pytest.fixture
def till(portal: Portal) -> Till:
    return till_of(portal)


def begin(till: Till, **changes: Any) -> UUID:
    stated = {
        "set_up_id": till.portal.ids().uuid7(),
        "bill_group_id": GROUP,
        "provider": PROVIDER,
        "customer": till.customer,
        **changes,
    }
    return till.portal.bus().execute(begin_set_up, BeginSetUp(**stated), ADA)


def url_of(till: Till, set_up_id: UUID) -> str | None:
    asked = OpenPage(set_up_id=set_up_id, return_url="u", cancel_url="u", language="en")
    return open_page(asked, till.room)


def add(till: Till, trial: str = "card-succeeds") -> UUID:
    """Add a method, without being told of it yet."""
    set_up_id = begin(till)
    till.port.pay(till.page(url_of(till, set_up_id)), trial)
    return set_up_id


def group(till: Till) -> BillGroup:
    return till.portal.log().get(BillGroup, GROUP)


def state(till: Till, set_up_id: UUID) -> str:
    return till.portal.log().get(MethodSetUp, set_up_id).state


def saved(till: Till) -> list[UUID]:
    return list(group(till).held)


def remove(till: Till, method_id: UUID) -> None:
    till.portal.bus().execute(remove_method, RemoveMethod(GROUP, method_id), ADA)


def test_coming_back_proves_nothing_and_looking_up_does(till: Till) -> None:
    set_up_id = begin(till)
    page = url_of(till, set_up_id)
    find_out_set_up(set_up_id, till.room)
    assert (state(till, set_up_id), saved(till)) == ("begun", [])
    till.port.pay(till.page(page), "card-succeeds")
    find_out_set_up(set_up_id, till.room)
    find_out_set_up(set_up_id, till.room)
    assert state(till, set_up_id) == "succeeded"
    (method_id,) = saved(till)
    facts = group(till).payment_methods[method_id]
    assert (facts.brand, facts.last4, facts.status) == ("visa", "4242", "usable")


def test_a_debit_brings_the_reference_of_its_mandate(till: Till) -> None:
    find_out_set_up(add(till, "sepa-settles"), till.room)
    (held,) = group(till).held.values()
    assert held.mandate


def test_the_same_visit_has_the_same_page_and_nobody_elses(till: Till) -> None:
    set_up_id = begin(till)
    assert url_of(till, set_up_id) == url_of(till, begin(till, set_up_id=set_up_id))
    visit = till.portal.log().get(MethodSetUp, set_up_id)
    with pytest.raises(SetUpUnknown):
        visit.begin(named("another"), PROVIDER, "cus", by=till.portal.bus().act(ADA))


def test_a_seller_without_that_provider_account_adds_nothing(till: Till) -> None:
    with pytest.raises(PayingNotOffered):
        begin(till, provider="another")


def test_a_visit_that_is_left_or_forgotten_is_closed_at_the_provider(till: Till) -> None:
    left, forgotten = begin(till), begin(till)
    pages = [till.page(url_of(till, each)) for each in (left, forgotten)]
    leave_set_up(left, till.room)
    till.portal.clock().advance(PAGE_LIFE)
    assert follow_set_up(forgotten, till.room) is None
    for each, page in zip((left, forgotten), pages, strict=True):
        assert state(till, each) == "given_up"
        with pytest.raises(PaymentRefused):
            till.port.pay(page, "card-succeeds")
    assert saved(till) == []


@pytest.mark.parametrize(("trouble", "code"), [("refuse", "refused"), ("bar", "not_set_up")])
def test_a_page_that_the_provider_refuses_ends_the_visit_as_failed(
    till: Till, trouble: str, code: str
) -> None:
    set_up_id = begin(till)
    getattr(till.port, trouble)()
    assert url_of(till, set_up_id) is None
    assert state(till, set_up_id) == "failed"
    failed = till.told(set_up_id)[-1]
    assert isinstance(failed, SetUpFailed)
    assert failed.code == code


def test_while_the_provider_is_away_a_visit_waits(till: Till) -> None:
    set_up_id = add(till)
    till.port.time_out()
    assert follow_set_up(set_up_id, till.room) is not None
    with pytest.raises(PaymentUnavailable):
        find_out_set_up(set_up_id, till.room)
    till.port.recover()
    assert follow_set_up(set_up_id, till.room) is None
    assert state(till, set_up_id) == "succeeded"


def test_what_is_removed_here_is_removed_at_the_provider_and_twice_is_no_harm(till: Till) -> None:
    find_out_set_up(add(till), till.room)
    (method_id,) = saved(till)
    remove(till, method_id)
    with pytest.raises(PaymentMethodUnknown):
        remove(till, method_id)
    jobs = till.portal.outbox().claim(till.portal.clock().now(), PAGE_LIFE, 100)
    assert [job.kind for job in jobs].count("remove_method_at_provider") == 1
    held = till.port.methods(till.customer)[0]
    asked = RemoveAtProvider(PROVIDER, till.customer, held.reference)
    for _ in range(2):
        remove_at_provider(asked, MemoryProviders(**{PROVIDER: till.port}))
    assert till.port.methods(till.customer) == []


def test_the_default_that_auto_pay_needs_cannot_be_removed(till: Till) -> None:
    find_out_set_up(add(till), till.room)
    (method_id,) = saved(till)
    prefer(till, method_id)
    with pytest.raises(PaymentMethodNeeded):
        remove(till, method_id)


def prefer(till: Till, method_id: UUID) -> None:
    it = group(till)
    it.change_detail("default_payment_method", str(method_id), by=till.portal.bus().act(ADA))
    till.portal.log().save(it)


def test_a_card_that_is_kept_while_paying_is_on_file_and_one_that_fails_is_marked(
    till: Till,
) -> None:
    first = till.invoice("NW-1")
    till.port.pay(till.page(hand(till, till.begin(first, save_method=True))), "card-succeeds")
    till.deliver()
    assert len(saved(till)) == 1

    find_out_set_up(add(till, "card-declined-later"), till.room)
    newest = till.port.methods(till.customer)[0].reference
    second = till.invoice("NW-2")
    hand(till, till.begin(second, method=newest))
    assert group(till).payment_methods[saved_method_id(PROVIDER, newest)].status == "failing"


def test_of_two_tabs_one_removes_and_one_prefers_and_the_default_is_never_one_that_is_gone(
    till: Till,
) -> None:
    find_out_set_up(add(till), till.room)
    find_out_set_up(add(till, "card-other"), till.room)
    first, second = saved(till)
    prefer(till, second)
    gate = threading.Barrier(3)

    def tab(deed: Callable[[], None]) -> None:
        gate.wait()
        with suppress(Refusal):
            deed()

    chosen = ChangeDetail(GROUP, "default_payment_method", str(first))
    deeds: list[Callable[[], None]] = [
        lambda: remove(till, first),
        lambda: remove(till, first),
        lambda: till.portal.bus().execute(change_detail, chosen, ADA),
    ]
    tabs = [threading.Thread(target=tab, args=[deed]) for deed in deeds]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    it = group(till)
    assert first not in it.payment_methods
    assert it.details["default_payment_method"] == str(second)


def hand(till: Till, payment_id: UUID) -> str | None:
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    return hand_over(asked, till.room)


ORDERS = st.lists(
    st.sampled_from(["webhook", "look up", "remove here", "remove there", "follow"]), max_size=10
)


@given(order=ORDERS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_told_in_whatever_order_a_method_is_there_once_or_gone_for_good(
    till: Till, order: list[str]
) -> None:
    before = set(saved(till))
    set_up_id = add(till)
    reference = till.port.methods(till.customer)[0].reference
    bodies = [body for _, body in till.port.webhooks()]
    method_id, removed = saved_method_id(PROVIDER, reference), False
    for word in order:
        known = method_id in saved(till)
        match word:
            case "webhook":
                deliver(till, bodies)
            case "look up":
                find_out_set_up(set_up_id, till.room)
            case "follow":
                follow_set_up(set_up_id, till.room)
            case "remove here" if known:
                remove(till, method_id)
                removed = True
            case "remove there":
                till.port.remove_method(till.customer, reference)
                bodies += [body for _, body in till.port.webhooks()]
                removed = True
    deliver(till, bodies)
    find_out_set_up(set_up_id, till.room)
    expected = before if removed else before | {method_id}
    assert set(saved(till)) == expected
    assert state(till, set_up_id) != "begun"


def deliver(till: Till, bodies: list[bytes]) -> None:
    for body in reversed(bodies):
        for notice in till.port.notices(body):
            take_notice(notice, PROVIDER, till.room)
