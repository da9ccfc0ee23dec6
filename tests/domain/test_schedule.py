from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.schedule import Interval, after, before, occurrence, on_or_after

DATES = some.dates(date(1990, 1, 1), date(2090, 12, 31))
INTERVALS = some.builds(
    Interval, some.integers(1, 30), some.sampled_from(["day", "week", "month", "year"])
)


def test_month_ends_clamp_but_keep_the_anchor() -> None:
    monthly = Interval(1, "month")

    assert [occurrence(date(2026, 1, 31), monthly, number) for number in range(5)] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_a_leap_day_is_the_28th_in_other_years_and_itself_again_in_the_next_leap_year() -> None:
    yearly = Interval(1, "year")

    assert occurrence(date(2024, 2, 29), yearly, 1) == date(2025, 2, 28)
    assert occurrence(date(2024, 2, 29), yearly, 4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("interval", "day", "next_day"),
    [
        (Interval(10, "day"), date(2026, 1, 12), date(2026, 1, 21)),
        (Interval(2, "week"), date(2026, 1, 12), date(2026, 1, 15)),
        (Interval(1, "month"), date(2026, 1, 12), date(2026, 2, 1)),
        (Interval(3, "month"), date(2026, 4, 2), date(2026, 7, 1)),
        (Interval(1, "year"), date(2026, 1, 12), date(2027, 1, 1)),
    ],
)
def test_the_next_date_follows_the_frequency_from_the_anchor(
    interval: Interval, day: date, next_day: date
) -> None:
    assert on_or_after(date(2026, 1, 1), interval, day) == next_day


def test_the_billing_day_itself_is_the_next_billing_date_and_after_it_comes_the_next_one() -> None:
    monthly = Interval(1, "month")

    assert on_or_after(date(2026, 1, 31), monthly, date(2026, 2, 28)) == date(2026, 2, 28)
    assert after(date(2026, 1, 31), monthly, date(2026, 2, 28)) == date(2026, 3, 31)
    assert before(date(2026, 1, 31), monthly, date(2026, 2, 28)) == date(2026, 1, 31)


def test_nothing_is_billed_before_the_anchor() -> None:
    monthly = Interval(1, "month")

    assert on_or_after(date(2026, 6, 15), monthly, date(2026, 1, 1)) == date(2026, 6, 15)
    assert before(date(2026, 6, 15), monthly, date(2026, 6, 15)) is None


@given(DATES, INTERVALS, DATES)
def test_the_next_date_is_the_first_of_the_schedule_that_is_not_past(
    anchor: date, interval: Interval, day: date
) -> None:
    found = on_or_after(anchor, interval, day)
    number = next(n for n in range(50_000) if occurrence(anchor, interval, n) >= day)

    assert found == occurrence(anchor, interval, number)


@given(DATES, INTERVALS, some.integers(0, 60))
def test_a_schedule_only_ever_goes_forward(anchor: date, interval: Interval, number: int) -> None:
    this, following = (occurrence(anchor, interval, n) for n in (number, number + 1))

    assert this < following
    assert after(anchor, interval, this) == following
    assert before(anchor, interval, following) == this
    assert before(anchor, interval, this + timedelta(days=1)) == this


@given(DATES, some.integers(1, 30), some.integers(0, 60))
def test_a_monthly_date_is_the_anchors_day_or_the_last_of_a_shorter_month(
    anchor: date, every: int, number: int
) -> None:
    day = occurrence(anchor, Interval(every, "month"), number)

    assert day.day == anchor.day or (
        day.day < anchor.day and (day + timedelta(days=1)).month != day.month
    )
    assert (day.year - anchor.year) * 12 + day.month - anchor.month == every * number
