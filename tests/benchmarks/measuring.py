"""What a figure is: ours beside the bare limit, from the same run, and the ratio that decides."""

import time
from collections.abc import Callable
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One line of the table."""

    measure: str
    what: str
    database: str
    ours: float
    limit: float
    unit: str
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.limit if self.limit else 0.0

    def line(self) -> str:
        return (
            f"{self.measure:4} {self.what:44} {self.database:11} ours {self.ours:10.1f}  "
            f"limit {self.limit:10.1f} {self.unit:11} ratio {self.ratio:5.2f}  {self.note}"
        )


def per_second(work: Callable[[], int]) -> float:
    """Run some work that says how many it did; give how many a second."""
    begun = time.perf_counter()
    done = work()
    return done / (time.perf_counter() - begun)


def in_turn(
    rounds: int, ours: Callable[[], float], limit: Callable[[], float]
) -> tuple[float, float]:
    """Measure both in turn, round after round; give the medians."""
    pairs = [(ours(), limit()) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)
