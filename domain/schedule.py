"""When billing happens: every n days, weeks, months or years from an anchor date.

Month ends clamp but keep the anchor: 31 January, 28 February, 31 March. A yearly 29 February is
the 28th in other years.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, TypeAlias

import msgspec

Unit: TypeAlias = Literal["day", "week", "month", "year"]

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


class Interval(msgspec.Struct, frozen=True):
    """A stretch of calendar time: `every` (at least 1) of a unit."""

    every: int
    unit: Unit


def occurrence(anchor: date, interval: Interval, number: int) -> date:
    """Give the date of a schedule by its number; number 0 is the anchor itself."""
    if interval.unit in _DAYS:
        return anchor + timedelta(days=_DAYS[interval.unit] * interval.every * number)
    months = anchor.month - 1 + _MONTHS[interval.unit] * interval.every * number
    year, month = anchor.year + months // 12, months % 12 + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def on_or_after(anchor: date, interval: Interval, day: date) -> date:
    """Give the first date of the schedule that is not before `day`; never before the anchor."""
    return occurrence(anchor, interval, _number_on_or_after(anchor, interval, day))


def before(anchor: date, interval: Interval, day: date) -> date | None:
    """Give the last date of the schedule before `day`, or `None` when the anchor is not before."""
    number = _number_on_or_after(anchor, interval, day)
    return occurrence(anchor, interval, number - 1) if number else None


def after(anchor: date, interval: Interval, day: date) -> date:
    """Give the first date of the schedule after `day`; never before the anchor."""
    return on_or_after(anchor, interval, day + timedelta(days=1))


def _number_on_or_after(anchor: date, interval: Interval, day: date) -> int:
    if day <= anchor:
        return 0
    if interval.unit in _DAYS:
        return -((anchor - day).days // (_DAYS[interval.unit] * interval.every))
    step = _MONTHS[interval.unit] * interval.every
    number = ((day.year - anchor.year) * 12 + day.month - anchor.month) // step
    return number if occurrence(anchor, interval, number) >= day else number + 1
