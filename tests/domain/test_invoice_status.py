from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.invoice_status import DraftHasNoStatus, Pill, beside, is_overdue, pill
from domain.settlement import Settlement

TODAY = date(2026, 3, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
AMOUNTS = some.integers(0, 3)
SETTLEMENTS = some.builds(
    Settlement,
    document=some.sampled_from(["issued", "void", "uncollectible"]),
    total=AMOUNTS,
    paid=AMOUNTS,
    credited=AMOUNTS,
    written_off=AMOUNTS,
    processing=AMOUNTS,
    disputed=some.booleans(),
    failed=some.booleans(),
    open=AMOUNTS,
    adjustment=some.integers(-3, 3),
    surplus=AMOUNTS,
)
DUE = some.one_of(some.none(), some.dates(date(2026, 3, 1), date(2026, 3, 20)))


def stands(**changed: Any) -> Settlement:
    facts: dict[str, Any] = {
        "document": "issued",
        "total": 100,
        "paid": 0,
        "credited": 0,
        "written_off": 0,
        "processing": 0,
        "disputed": False,
        "failed": False,
        "open": 100,
        "adjustment": 0,
        "surplus": 0,
    }
    return Settlement(**{**facts, **changed})


@pytest.mark.parametrize(
    ("settlement", "due_on", "shown"),
    [
        (stands(document="void", open=0, paid=100, disputed=True), YESTERDAY, Pill("void")),
        (stands(document="uncollectible", open=0, paid=100), YESTERDAY, Pill("uncollectible")),
        (stands(open=0, paid=100, disputed=True, processing=9), YESTERDAY, Pill("paid")),
        (stands(disputed=True, processing=100), YESTERDAY, Pill("disputed")),
        (stands(processing=100, paid=10), YESTERDAY, Pill("processing")),
        (stands(processing=99, paid=10), YESTERDAY, Pill("overdue", days=1)),
        (stands(open=60, paid=40), TOMORROW, Pill("partly_paid")),
        (stands(open=60, paid=40), None, Pill("partly_paid")),
        (stands(), TODAY + timedelta(days=9), Pill("due", days=9)),
        (stands(), TODAY, Pill("due", days=0)),
        (stands(), None, Pill("open")),
    ],
)
def test_one_pill_is_shown_in_order_of_precedence(
    settlement: Settlement, due_on: date | None, shown: Pill
) -> None:
    assert pill(settlement, due_on, TODAY) == shown


def test_overdue_starts_the_day_after_the_due_date() -> None:
    assert not is_overdue(stands(), TODAY, TODAY)
    assert is_overdue(stands(), TODAY, TOMORROW)
    assert not is_overdue(stands(), None, date(2099, 1, 1))


def test_a_credit_alone_does_not_make_an_invoice_partly_paid() -> None:
    assert pill(stands(open=60, credited=40), TOMORROW, TODAY) == Pill("due", days=1)


def test_a_payment_that_was_reopened_in_full_does_not_make_an_invoice_partly_paid() -> None:
    assert pill(stands(paid=0), TOMORROW, TODAY).name == "due"


def test_settled_by_credit_alone_is_paid_and_says_so() -> None:
    assert pill(stands(open=0, credited=100), None, TODAY) == Pill("paid", settled_by_credit=True)
    assert pill(stands(open=0, adjustment=-100), None, TODAY).settled_by_credit
    assert not pill(stands(open=0, credited=40, paid=60), None, TODAY).settled_by_credit
    assert not pill(stands(open=0, written_off=100), None, TODAY).settled_by_credit
    assert not pill(stands(open=0, total=0), None, TODAY).settled_by_credit


def test_a_failed_attempt_stands_beside_the_pill_while_something_is_open() -> None:
    assert beside(stands(failed=True)) == ("failed_attempt",)
    assert beside(stands(failed=True, open=0, paid=100)) == ()
    assert beside(stands(failed=True, document="void", open=0)) == ()


def test_a_dispute_stands_beside_paid_and_is_the_pill_otherwise() -> None:
    assert beside(stands(disputed=True, open=0, paid=100)) == ("disputed",)
    assert beside(stands(disputed=True)) == ()
    assert beside(stands()) == ()


def test_drafts_are_never_shown() -> None:
    with pytest.raises(DraftHasNoStatus):
        pill(stands(document="draft", open=0), None, TODAY)
    assert not is_overdue(stands(document="draft"), YESTERDAY, TODAY)


@given(SETTLEMENTS, DUE)
def test_overdue_means_open_past_due_undisputed_and_not_wholly_processing(
    settlement: Settlement, due_on: date | None
) -> None:
    assert is_overdue(settlement, due_on, TODAY) == (
        settlement.document == "issued"
        and settlement.open > 0
        and not settlement.disputed
        and settlement.processing < settlement.open
        and due_on is not None
        and due_on < TODAY
    )


@given(SETTLEMENTS, DUE)
def test_the_first_that_applies_is_shown(settlement: Settlement, due_on: date | None) -> None:
    applies = {
        "void": settlement.document == "void",
        "uncollectible": settlement.document == "uncollectible",
        "paid": settlement.open == 0,
        "disputed": settlement.disputed,
        "processing": settlement.processing >= settlement.open,
        "overdue": due_on is not None and due_on < TODAY,
        "partly_paid": settlement.paid > 0,
        "due": due_on is not None,
        "open": True,
    }

    shown = pill(settlement, due_on, TODAY)
    assert shown.name == next(word for word, true in applies.items() if true)
    assert (shown.days is None) == (shown.name not in {"overdue", "due"})
    assert shown.days is None or shown.days >= (1 if shown.name == "overdue" else 0)
