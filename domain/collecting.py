"""When auto-pay tries to collect an invoice: on its due date, then on the days of a schedule."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, TypeAlias

import msgspec

TryState: TypeAlias = Literal["open", "failed", "given_up", "succeeded"]


class Try(msgspec.Struct, frozen=True):
    """One attempt of auto-pay at an invoice; days in the entity's time zone.

    One that was `given_up` never reached the provider, and does not count.
    """

    began_on: date
    state: TryState
    ended_on: date | None = None


def next_try_on(due_on: date, tries: Sequence[Try], retry_after_days: Sequence[int]) -> date | None:
    """Give the day from which the next try is due, or nothing: one is open, or all were made.

    Retries are days after the first try; those that passed while a try was under way, or while
    nobody could try, are not made up for.
    """
    made = [each for each in tries if each.state != "given_up"]
    if any(each.state != "failed" for each in made):
        return None
    if not made:
        return due_on
    first = min(each.began_on for each in made)
    last = max(each.ended_on or each.began_on for each in made)
    return next((day for day in retry_days(first, retry_after_days) if day > last), None)


def retry_days(first: date, retry_after_days: Sequence[int]) -> list[date]:
    """Give the days of the schedule, counted from the first try."""
    return [first + timedelta(days=days) for days in retry_after_days]
