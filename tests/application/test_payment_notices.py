"""What providers tell counts once, in any order, and only when it is what was asked for."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from application.payment_notices import MarkHandled, mark_handled, take_notice
from application.ports.payment_outcomes import (
    DisputeAtProvider,
    Notice,
    Outcome,
    RefundAtProvider,
    Told,
)
from domain.actor import Staff
from domain.money import Money
from entrypoints.container import Portal
from tests.paying import GROUP, PROVIDER, Till, till_of
from tests.read_models.books import BY, named

WHOLE = Money(11_900, "EUR")


@pytest.fixture
def till(portal: Portal) -> Till:
    return till_of(portal)


def stands(till: Till, payment_id: UUID, status: Any, **changes: Any) -> Outcome:
    said = Outcome(
        attempt_id=payment_id,
        bill_group_id=GROUP,
        purpose="payment",
        status=status,
        reference=f"pay {payment_id}",
        customer=till.customer,
        began_at=BY.at,
        amount=WHOLE,
    )
    return replace(said, **changes)


def refund(payment_id: UUID) -> RefundAtProvider:
    return RefundAtProvider(
        reference=f"ref {payment_id}",
        attempt_id=payment_id,
        bill_group_id=GROUP,
        amount=Money(900, "EUR"),
        status="succeeded",
        at=BY.at,
    )


def dispute(payment_id: UUID, status: Any) -> DisputeAtProvider:
    return DisputeAtProvider(
        reference=f"dis {payment_id}",
        attempt_id=payment_id,
        bill_group_id=GROUP,
        amount=WHOLE,
        status=status,
        at=BY.at,
    )


def tell(till: Till, *all_told: Told, provider: str = PROVIDER) -> None:
    for number, told in enumerate(all_told):
        take_notice(Notice(f"evt {number}", BY.at, told), provider, till.room)


@given(cases=st.data())
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_notices_of_any_moment_in_any_order_and_twice_end_the_same(
    till: Till, cases: st.DataObject
) -> None:
    first = till.invoice(f"NW-{till.portal.ids().uuid7()}")
    payment_id = till.begin(first)
    ends = cases.draw(st.sampled_from(["won", "lost"]))
    told: list[Told] = [
        stands(till, payment_id, "open"),
        stands(till, payment_id, "processing"),
        stands(till, payment_id, "succeeded"),
        refund(payment_id),
        dispute(payment_id, "open"),
        dispute(payment_id, ends),
    ]
    tell(till, *cases.draw(st.permutations([*told, *told])))

    payment, settled = till.payment(payment_id), till.stands(first)
    assert (payment.state, payment.disputed) == ("succeeded", False)
    assert not settled.disputed
    assert settled.open == (0 if ends == "won" else 11_900)
    assert settled.surplus == 0
    assert [sum(part.amount for part in parts) for parts in payment.refunds.values()] == [900]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": Money(11_899, "EUR")}, "amount_differs"),
        ({"amount": Money(11_900, "USD")}, "amount_differs"),
        ({"amount": None}, "amount_differs"),
        ({"bill_group_id": named("OTHER")}, "bill_group_differs"),
        ({"customer": "cus_of_somebody_else"}, "bill_group_differs"),
    ],
)
@pytest.mark.parametrize("status", ["processing", "succeeded"])
def test_money_that_is_not_what_was_asked_for_is_not_recorded_and_staff_are_asked_to_look(
    portal: Portal, changes: dict[str, Any], why: str, status: str
) -> None:
    till = till_of(portal)
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    for _ in range(2):
        tell(till, stands(till, payment_id, status, **changes))

    assert till.payment(payment_id).attention == (why,)
    assert till.payment(payment_id).state == "begun"
    assert (till.stands(first).paid, till.stands(first).processing) == (0, 0)


def test_money_that_another_account_of_the_provider_tells_of_is_not_recorded(
    portal: Portal,
) -> None:
    till = till_of(portal)
    payment_id = till.begin(till.invoice("NW-1"))
    tell(till, stands(till, payment_id, "succeeded"), provider="second")
    assert till.payment(payment_id).attention == ("bill_group_differs",)


def test_a_refund_or_dispute_that_names_another_bill_group_is_told_to_staff(
    portal: Portal,
) -> None:
    till = till_of(portal)
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    tell(till, stands(till, payment_id, "succeeded"))
    tell(till, replace(refund(payment_id), bill_group_id=named("OTHER")))
    tell(till, replace(dispute(payment_id, "open"), bill_group_id=named("OTHER")))
    assert till.payment(payment_id).attention == ("bill_group_differs",)
    assert not till.stands(first).disputed


def test_a_further_dispute_of_a_handled_payment_is_put_on_the_list_again(portal: Portal) -> None:
    till = till_of(portal)
    first = till.invoice("NW-1")
    payment_id = till.begin(first)
    tell(till, stands(till, payment_id, "succeeded"), dispute(payment_id, "open"))
    tell(till, dispute(payment_id, "won"))
    handling = MarkHandled(payment_id=payment_id, reason="Sent the papers to the bank")
    portal.bus().execute(mark_handled, handling, Staff(named("Mara")))
    further = replace(dispute(payment_id, "open"), reference="dis of the same payment")
    tell(till, further, further)
    assert till.stands(first).disputed
    assert till.payment(payment_id).attention == ("disputed",)


def test_what_is_told_of_payments_that_are_not_ours_changes_nothing(portal: Portal) -> None:
    till = till_of(portal)
    nobodys = portal.ids().uuid7()
    tell(till, refund(nobodys), dispute(nobodys, "open"), stands(till, nobodys, "failed"))
    assert till.payment(nobodys).is_new
