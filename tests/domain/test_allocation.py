from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.allocation import (
    Allocation,
    AmountMissing,
    AmountTooHigh,
    PartsNotAllowed,
    Payable,
    newest_first,
    oldest_first,
)
from tests.domain.telling import name

OLD = Payable(name("old"), 5_000, date(2026, 1, 31), date(2026, 1, 1), "1")
NEW = Payable(name("new"), 7_000, date(2026, 3, 31), date(2026, 3, 1), "2")
UNDATED = Payable(name("undated"), 1_000, None, date(2025, 1, 1), "0")


def test_what_is_due_first_is_paid_first_and_what_is_never_due_last() -> None:
    parts = oldest_first([UNDATED, NEW, OLD], 12_500, "EUR", parts=True)

    assert parts == (
        Allocation(OLD.invoice_id, 5_000),
        Allocation(NEW.invoice_id, 7_000),
        Allocation(UNDATED.invoice_id, 500),
    )


def test_a_part_is_for_the_oldest_and_nothing_is_said_of_invoices_that_get_none() -> None:
    assert oldest_first([NEW, OLD], 4_000, "EUR", parts=True) == (
        Allocation(OLD.invoice_id, 4_000),
    )


def test_a_part_is_refused_where_only_the_whole_amount_is_taken() -> None:
    with pytest.raises(PartsNotAllowed) as refused:
        oldest_first([NEW, OLD], 11_999, "EUR", parts=False)
    assert refused.value.facts == {"minor": 12_000, "currency": "EUR"}
    assert oldest_first([OLD], 5_000, "EUR", parts=False) == (Allocation(OLD.invoice_id, 5_000),)


def test_more_than_is_open_and_less_than_something_are_refused() -> None:
    with pytest.raises(AmountTooHigh):
        oldest_first([OLD], 5_001, "EUR", parts=True)
    for nothing in (0, -1):
        with pytest.raises(AmountMissing):
            oldest_first([OLD], nothing, "EUR", parts=True)


def test_money_that_goes_back_leaves_the_newest_invoice_first_and_never_twice() -> None:
    paid = (Allocation(OLD.invoice_id, 5_000), Allocation(NEW.invoice_id, 7_000))

    assert newest_first(paid, {}, 8_000) == (
        Allocation(NEW.invoice_id, 7_000),
        Allocation(OLD.invoice_id, 1_000),
    )
    assert newest_first(paid, {NEW.invoice_id: 7_000}, 9_000) == (
        Allocation(OLD.invoice_id, 5_000),
    )


@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=6), st.data())
def test_every_cent_that_is_paid_is_for_an_invoice_and_none_gets_more_than_it_owes(
    owed: list[int], cases: st.DataObject
) -> None:
    payables = [Payable(name(str(at)), minor) for at, minor in enumerate(owed)]
    minor = cases.draw(st.integers(1, sum(owed)))

    parts = oldest_first(payables, minor, "EUR", parts=True)
    most = {payable.invoice_id: payable.minor for payable in payables}
    assert sum(part.amount for part in parts) == minor
    assert all(0 < part.amount <= most[part.invoice_id] for part in parts)
    assert sum(part.amount for part in newest_first(parts, {}, minor)) == minor
