"""Reports of imports that are forgotten when the test is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import asdict, replace

from application.ports.import_runs import INVOICES, RefusedRow, RunBegun, RunReport


class MemoryImportRuns:
    """Implements `ImportRuns` with dictionaries."""

    def __init__(self) -> None:
        self._runs: dict[UUID, RunReport] = {}
        self._refused: dict[UUID, list[RefusedRow]] = {}

    def begin(self, run: RunBegun) -> None:
        """Open the report of a run."""
        told = asdict(run)
        at = told.pop("at")
        self._runs[run.run_id] = RunReport(
            **told, begun_at=at, noted_at=at, status="running", counts={}
        )
        self._refused[run.run_id] = []

    def note(
        self, run_id: UUID, at: datetime, counts: Mapping[str, int], refused: Sequence[RefusedRow]
    ) -> None:
        """Write what stands now."""
        self._runs[run_id] = replace(self._runs[run_id], noted_at=at, counts=dict(counts))
        self._refused[run_id].extend(refused)

    def finish(self, run_id: UUID, at: datetime) -> None:
        """Close the report."""
        self._runs[run_id] = replace(self._runs[run_id], noted_at=at, status="done")

    def latest(self, limit: int) -> Sequence[RunReport]:
        """Give the newest reports."""
        newest = sorted(self._runs.values(), key=lambda run: (run.begun_at, run.run_id))
        return newest[::-1][:limit]

    def brought_invoices(self, source: str) -> datetime | None:
        """Give when a run of this source that read invoices was last finished."""
        runs = self._runs.values()
        done = [run for run in runs if (run.source, run.status) == (source, "done")]
        return max((run.noted_at for run in done if INVOICES & run.counts.keys()), default=None)

    def refused_rows(
        self, run_id: UUID, *, after: int = 0, limit: int = 100
    ) -> Sequence[RefusedRow]:
        """Give refused rows of a run in order, leaving out the first `after`."""
        return self._refused.get(run_id, [])[after : after + limit]

    def forget(self, oldest: datetime) -> int:
        """Drop the reports of runs that begun earlier; says how many."""
        old = [run_id for run_id, run in self._runs.items() if run.begun_at < oldest]
        for run_id in old:
            del self._runs[run_id], self._refused[run_id]
        return len(old)
