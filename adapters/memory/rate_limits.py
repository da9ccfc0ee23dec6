"""Counts that stay in this process."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from application.ports.rate_limits import Budget


class MemoryRateLimits:
    """Keeps every use of every subject."""

    def __init__(self) -> None:
        self._uses: dict[str, list[datetime]] = {}
        self._lock = Lock()

    def spend(self, budgets: Sequence[Budget], at: datetime) -> bool:
        """Use every budget once, or none."""
        with self._lock:
            if not all(self._has_room(budget, at) for budget in budgets):
                return False
            for budget in budgets:
                self._uses.setdefault(budget.subject, []).append(at)
        return True

    def forget(self, before: datetime) -> int:
        """Drop subjects that were last used before a moment."""
        old = [subject for subject, uses in self._uses.items() if uses[-1] < before]
        for subject in old:
            del self._uses[subject]
        return len(old)

    def clear(self, subjects: Sequence[str]) -> None:
        """Drop these subjects."""
        for subject in subjects:
            self._uses.pop(subject, None)

    def _has_room(self, budget: Budget, at: datetime) -> bool:
        uses = self._uses.get(budget.subject, [])
        return all(
            sum(use > at - limit.within for use in uses) < limit.count for limit in budget.limits
        )
