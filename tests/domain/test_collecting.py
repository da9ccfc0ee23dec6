"""When auto-pay tries again."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.collecting import Try, next_try_on

DUE = date(2026, 1, 30)
DAYS = (3, 7, 14)


def failed(began: int, ended: int | None = None) -> Try:
    """A try that failed, in days after the due date."""
    ended_on = DUE + timedelta(began if ended is None else ended)
    return Try(DUE + timedelta(began), "failed", ended_on)


def test_the_first_try_is_on_the_due_date_and_retries_follow_the_schedule() -> None:
    tries: list[Try] = []
    planned = []
    while day := next_try_on(DUE, tries, DAYS):
        planned.append((day - DUE).days)
        tries.append(failed(planned[-1]))
    assert planned == [0, 3, 7, 14]


def test_while_a_try_is_open_or_when_one_succeeded_there_is_no_next() -> None:
    assert next_try_on(DUE, [Try(DUE, "open")], DAYS) is None
    assert next_try_on(DUE, [failed(0), Try(DUE, "succeeded", DUE)], DAYS) is None


def test_a_debit_that_is_returned_after_days_is_tried_on_the_next_day_of_the_schedule() -> None:
    assert next_try_on(DUE, [failed(0, ended=5)], DAYS) == DUE + timedelta(7)
    assert next_try_on(DUE, [failed(0, ended=14)], DAYS) is None


def test_the_schedule_counts_from_the_first_try_when_that_was_late() -> None:
    assert next_try_on(DUE, [failed(10)], DAYS) == DUE + timedelta(13)


def test_an_attempt_that_never_reached_the_provider_is_no_try() -> None:
    given_up = Try(DUE, "given_up", DUE)
    assert next_try_on(DUE, [given_up], DAYS) == DUE
    assert next_try_on(DUE, [failed(0), given_up], DAYS) == DUE + timedelta(3)


@given(
    st.lists(st.integers(1, 60), unique=True, max_size=8).map(sorted),
    st.lists(st.integers(0, 9), min_size=1, max_size=12),
)
def test_however_long_each_try_takes_there_are_never_more_tries_than_the_schedule_has(
    days: list[int], durations: list[int]
) -> None:
    tries: list[Try] = []
    for lasted in durations:
        day = next_try_on(DUE, tries, days)
        if day is None:
            break
        ended = day + timedelta(lasted)
        assert not tries or day > max(each.ended_on or day for each in tries)
        tries.append(Try(day, "failed", ended))
    assert len(tries) <= len(days) + 1
