"""Moments of the demo's past: working hours of a day, and what is done then."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

import msgspec

from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.past import PastBus

Deed: TypeAlias = Callable[[PastBus], object]

_FRIDAY = 4


class Happening(msgspec.Struct, frozen=True):
    """Something that somebody did; `do` is given a bus whose clock stands at `at`."""

    at: datetime
    do: Deed


def at_work(day: date, what: str, hour: int | None = None) -> datetime:
    """Give a moment in working hours (UTC) of a day, or of the Friday before a weekend."""
    random = seeded(f"{what} {day}")
    day -= timedelta(days=max(0, day.weekday() - _FRIDAY))
    chosen = random.randint(8, 16) if hour is None else hour
    clock = time(chosen, random.randint(0, 59), random.randint(0, 59), tzinfo=UTC)
    return datetime.combine(day, clock)
