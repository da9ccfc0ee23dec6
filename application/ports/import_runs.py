"""The report of every import: what was counted, and each row that was refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

RunStatus: TypeAlias = Literal["running", "done"]


class RunBegun(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it begins; `operator` is who started it: account and machine."""

    run_id: UUID
    source: str
    format: str
    files: tuple[str, ...]
    operator: str
    at: datetime


class RefusedRow(msgspec.Struct, frozen=True):
    """One problem of one row; `facts` are what its words need."""

    file: str
    line: int
    field: str
    code: str
    facts: Mapping[str, Any]


INVOICES = {"invoice.taken", "invoice.same"}
"""The counts of a run that read invoices."""


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it stands: counts by `kind.result`, such as `invoice.taken`."""

    run_id: UUID
    source: str
    format: str
    files: tuple[str, ...]
    operator: str
    begun_at: datetime
    noted_at: datetime
    status: RunStatus
    counts: Mapping[str, int]


class ImportRuns(Protocol):
    """Keeps reports of runs.

    1. A run that begun is found by its id, running, with no counts.
    2. What is noted replaces the counts and adds to the refused rows, which keep their order.
    3. A finished run is done; a killed one stays running, with the moment it was last heard of.
    4. The newest runs come first.
    5. `brought_invoices` gives when a run of a source that read invoices was last finished, nothing
       when none was.
    6. Forgetting drops whole runs that begun before a moment, with their refused rows.
    """

    def begin(self, run: RunBegun) -> None:
        """Open the report of a run."""

    def note(
        self, run_id: UUID, at: datetime, counts: Mapping[str, int], refused: Sequence[RefusedRow]
    ) -> None:
        """Write what stands now."""

    def finish(self, run_id: UUID, at: datetime) -> None:
        """Close the report."""

    def latest(self, limit: int) -> Sequence[RunReport]:
        """Give the newest reports."""

    def brought_invoices(self, source: str) -> datetime | None:
        """Give when a run of this source that read invoices was last finished."""

    def refused_rows(
        self, run_id: UUID, *, after: int = 0, limit: int = 100
    ) -> Sequence[RefusedRow]:
        """Give refused rows of a run in order, leaving out the first `after`."""

    def forget(self, oldest: datetime) -> int:
        """Drop the reports of runs that begun earlier; says how many."""
