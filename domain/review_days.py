"""When auditors are reminded of a review, and when the next one begins; calendar days in UTC."""

from datetime import date, timedelta

from domain.schedule import Interval, occurrence

REMIND = (7, 1, -1)
"""So many days before a review is due its auditors are reminded, and once the day after."""

INTERVALS = range(1, 25)
"""A review repeats every so many months."""


def reminders_by(due_on: date, today: date) -> int:
    """Count the reminders whose day has come."""
    return sum(today >= due_on - timedelta(days=days) for days in REMIND)


def next_review_on(opened_on: date, every_months: int | None) -> date | None:
    """Give the day on which a repeated review begins anew; month ends clamp."""
    if every_months is None:
        return None
    return occurrence(opened_on, Interval(every_months, "month"), 1)
