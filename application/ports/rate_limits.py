"""Counting how often something was asked, so that it can be held back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec


class Limit(msgspec.Struct, frozen=True):
    """So many within so long."""

    count: int
    within: timedelta


class Budget(msgspec.Struct, frozen=True):
    """What one subject may use: all limits hold at once. The subject is kept as a keyed hash."""

    subject: str
    limits: tuple[Limit, ...]


class RateLimits(Protocol):
    """What counting promises.

    1. `spend` says yes only when every budget has room in every limit, over any window of time.
    2. A yes uses each of the budgets once; a no uses none.
    3. Asked at the same time, also from several processes, no more than the limit get a yes.
    4. `forget` deletes what no window reaches any more.
    5. `clear` deletes the counts of subjects, and of nobody else.
    """

    def spend(self, budgets: Sequence[Budget], at: datetime) -> bool:
        """Use every budget once, or none."""

    def forget(self, before: datetime) -> int:
        """Delete counts that were last used before a moment; gives how many."""

    def clear(self, subjects: Sequence[str]) -> None:
        """Delete the counts of these subjects."""
