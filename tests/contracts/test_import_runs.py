"""What every keeper of import reports promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from adapters.database import open_database
from adapters.import_runs import SqlImportRuns
from adapters.memory.import_runs import MemoryImportRuns
from application.ports.import_runs import ImportRuns, RefusedRow, RunBegun
from tests.databases import Databases

AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def runs(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[ImportRuns]:
    if request.param == "memory":
        yield MemoryImportRuns()
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield SqlImportRuns(engine)
        engine.dispose()


def _begun(run_id: UUID, at: datetime = AT) -> RunBegun:
    return RunBegun(
        run_id=run_id,
        source="import",
        format="rows",
        files=("a.jsonl", "b.csv"),
        operator="root@billing-1",
        at=at,
    )


def _refused(line: int) -> RefusedRow:
    return RefusedRow("a.jsonl", line, "total", "amount_too_precise", {"amount": "0.001"})


def test_1_a_run_that_begun_is_running_with_no_counts(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    (report,) = runs.latest(10)
    assert (report.run_id, report.status, report.counts) == (FIRST, "running", {})
    assert (report.files, report.begun_at) == (("a.jsonl", "b.csv"), AT)


def test_2_notes_replace_counts_and_add_refused_rows_in_order(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    runs.note(FIRST, LATER, {"invoice.taken": 1}, [_refused(1), _refused(2)])
    runs.note(FIRST, LATER, {"invoice.taken": 5}, [_refused(3)])
    assert runs.latest(1)[0].counts == {"invoice.taken": 5}
    assert [row.line for row in runs.refused_rows(FIRST)] == [1, 2, 3]
    assert [row.line for row in runs.refused_rows(FIRST, after=1, limit=1)] == [2]
    assert runs.refused_rows(FIRST)[0] == _refused(1)


def test_3_a_finished_run_is_done_and_a_killed_one_was_last_heard_of(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    runs.note(FIRST, LATER, {}, [])
    assert (runs.latest(1)[0].status, runs.latest(1)[0].noted_at) == ("running", LATER)
    runs.finish(FIRST, LATER)
    assert runs.latest(1)[0].status == "done"


def test_4_the_newest_runs_come_first(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    runs.begin(_begun(SECOND, LATER))
    assert [run.run_id for run in runs.latest(10)] == [SECOND, FIRST]
    assert [run.run_id for run in runs.latest(1)] == [SECOND]


def test_6_forgetting_drops_whole_runs(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    runs.note(FIRST, AT, {}, [_refused(1)])
    runs.begin(_begun(SECOND, LATER))
    assert runs.forget(LATER) == 1
    assert [run.run_id for run in runs.latest(10)] == [SECOND]
    assert runs.refused_rows(FIRST) == []


def test_5_the_last_run_of_a_source_that_was_finished_and_read_invoices_says_when(
    runs: ImportRuns,
) -> None:
    runs.begin(_begun(FIRST))
    runs.note(FIRST, AT, {"account.taken": 1, "invoice.taken": 2}, [])
    assert runs.brought_invoices("import") is None
    runs.finish(FIRST, LATER)
    runs.begin(_begun(SECOND, LATER))
    runs.note(SECOND, LATER + timedelta(hours=1), {"invoice.same": 2}, [])
    assert runs.brought_invoices("import") == LATER
    assert runs.brought_invoices("stripe") is None
    runs.finish(SECOND, LATER + timedelta(hours=2))
    assert runs.brought_invoices("import") == LATER + timedelta(hours=2)


def test_5_a_run_that_read_no_invoice_does_not_count(runs: ImportRuns) -> None:
    runs.begin(_begun(FIRST))
    runs.note(FIRST, AT, {"account.taken": 1, "invoice.refused": 2}, [])
    runs.finish(FIRST, LATER)
    assert runs.brought_invoices("import") is None
