"""Keeps the reports of imports in the portal's database; old ones are forgotten after a year."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    select,
)

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.import_runs import INVOICES, RefusedRow, RunBegun, RunReport

IMPORT_RUNS = Table(
    "import_runs",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("source", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("files", LargeBinary, nullable=False),
    Column("operator", Text, nullable=False),
    Column("begun_at", BigInteger, nullable=False, index=True),
    Column("noted_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("counts", LargeBinary, nullable=False),
)

IMPORT_REFUSALS = Table(
    "import_refusals",
    metadata,
    Column("run_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("refused", LargeBinary, nullable=False),
)


class SqlImportRuns:
    """Implements `ImportRuns` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, run: RunBegun) -> None:
        """Open the report of a run."""
        row = {
            "run_id": run.run_id,
            "source": run.source,
            "format": run.format,
            "files": msgspec.json.encode(run.files),
            "operator": run.operator,
            "begun_at": micros(run.at),
            "noted_at": micros(run.at),
            "status": "running",
            "counts": b"{}",
        }
        with writing(self.engine) as connection:
            connection.execute(IMPORT_RUNS.insert(), row)

    def note(
        self, run_id: UUID, at: datetime, counts: Mapping[str, int], refused: Sequence[RefusedRow]
    ) -> None:
        """Write what stands now."""
        which = IMPORT_RUNS.c.run_id == run_id
        stands = {"noted_at": micros(at), "counts": msgspec.json.encode(counts)}
        last = select(func.max(IMPORT_REFUSALS.c.number)).where(IMPORT_REFUSALS.c.run_id == run_id)
        with writing(self.engine) as connection:
            connection.execute(IMPORT_RUNS.update().where(which).values(stands))
            if refused:
                first = (connection.execute(last).scalar() or 0) + 1
                rows = [
                    {"run_id": run_id, "number": number, "refused": msgspec.json.encode(row)}
                    for number, row in enumerate(refused, first)
                ]
                connection.execute(IMPORT_REFUSALS.insert(), rows)

    def finish(self, run_id: UUID, at: datetime) -> None:
        """Close the report."""
        done = {"noted_at": micros(at), "status": "done"}
        with writing(self.engine) as connection:
            connection.execute(
                IMPORT_RUNS.update().where(IMPORT_RUNS.c.run_id == run_id).values(done)
            )

    def latest(self, limit: int) -> Sequence[RunReport]:
        """Give the newest reports."""
        newest = IMPORT_RUNS.c.begun_at.desc(), IMPORT_RUNS.c.run_id.desc()
        with reading(self.engine) as connection:
            rows = connection.execute(select(IMPORT_RUNS).order_by(*newest).limit(limit))
            return [_report(row) for row in rows]

    def brought_invoices(self, source: str) -> datetime | None:
        """Give when a run of this source that read invoices was last finished."""
        done = IMPORT_RUNS.c.source == source, IMPORT_RUNS.c.status == "done"
        query = select(IMPORT_RUNS).where(*done).order_by(IMPORT_RUNS.c.noted_at.desc())
        with reading(self.engine) as connection:
            reports = map(_report, connection.execute(query))
            return next((one.noted_at for one in reports if INVOICES & one.counts.keys()), None)

    def refused_rows(
        self, run_id: UUID, *, after: int = 0, limit: int = 100
    ) -> Sequence[RefusedRow]:
        """Give refused rows of a run in order, leaving out the first `after`."""
        query = select(IMPORT_REFUSALS.c.refused).where(
            IMPORT_REFUSALS.c.run_id == run_id, IMPORT_REFUSALS.c.number > after
        )
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(IMPORT_REFUSALS.c.number).limit(limit))
            return [msgspec.json.decode(bytes(row.refused), type=RefusedRow) for row in rows]

    def forget(self, oldest: datetime) -> int:
        """Drop the reports of runs that begun earlier; says how many."""
        old = select(IMPORT_RUNS.c.run_id).where(IMPORT_RUNS.c.begun_at < micros(oldest))
        with writing(self.engine) as connection:
            connection.execute(IMPORT_REFUSALS.delete().where(IMPORT_REFUSALS.c.run_id.in_(old)))
            gone = IMPORT_RUNS.delete().where(IMPORT_RUNS.c.begun_at < micros(oldest))
            return connection.execute(gone).rowcount


def _report(row: Any) -> RunReport:
    return RunReport(
        run_id=row.run_id,
        source=row.source,
        format=row.format,
        files=msgspec.json.decode(bytes(row.files), type=tuple[str, ...]),
        operator=row.operator,
        begun_at=moment(row.begun_at),
        noted_at=moment(row.noted_at),
        status=row.status,
        counts=msgspec.json.decode(bytes(row.counts), type=dict[str, int]),
    )
