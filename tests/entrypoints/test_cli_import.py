"""`portal import` as an operator types it."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from sqlalchemy import Table

from adapters.database import open_database, reading
from adapters.event_store.log import SqlEventLog
from adapters.import_runs import IMPORT_RUNS, SqlImportRuns
from adapters.schema import DOCUMENTS, EVENTS
from application.ports.event_log import RecordUnavailable
from entrypoints.cli import main
from tests.importing import EXAMPLES

COMPANY, BROKEN = str(EXAMPLES / "company.jsonl"), str(EXAMPLES / "broken.jsonl")
STRIPE = [str(path) for path in sorted((EXAMPLES / "stripe").glob("*.jsonl"))]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    return tmp_path


def _portal(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(main, ["import", *arguments])
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    return ended.exit_code, ended.output


def _count(folder: Path, table: Table) -> int:
    engine = open_database(f"sqlite:///{folder / 'data' / 'portal.db'}")
    with reading(engine) as connection:
        count = len(connection.execute(table.select()).all())
    engine.dispose()
    return count


def test_a_first_import_makes_the_database_and_says_what_was_taken(folder: Path) -> None:
    code, said = _portal(COMPANY)
    assert code == 0
    assert "14 rows taken, 0 known already, 0 refused." in said
    assert "Made the portal's secrets" in said


def test_a_second_import_says_that_all_is_known(folder: Path) -> None:
    _portal(COMPANY)
    before = _count(folder, EVENTS)
    code, said = _portal(COMPANY)
    assert (code, said) == (0, "0 rows taken, 14 known already, 0 refused.\n")
    assert _count(folder, EVENTS) == before


def test_refused_rows_are_named_with_file_line_field_and_reason(folder: Path) -> None:
    _portal(COMPANY)
    code, said = _portal(BROKEN)
    assert code == 1
    assert f"{BROKEN}:2: status: isued is none of: draft, issued, void, uncollectible." in said
    assert f"{BROKEN}:2: colour: There is no such field." in said
    assert f"{BROKEN}:3: name: This looks like a card number. The portal keeps none." in said
    assert f"{BROKEN}:4: invoice: No invoice nobody-knows is known yet." in said
    assert f"{BROKEN}:5: This is not a line of JSON" in said
    assert "1 rows taken, 0 known already, 4 refused." in said


def test_a_dry_run_decides_everything_and_stores_nothing(folder: Path) -> None:
    code, said = _portal("--dry-run", COMPANY, BROKEN)
    assert code == 1
    assert "15 rows would be taken, 0 known already, 4 refused." in said
    assert _count(folder, EVENTS) == 0
    assert _count(folder, DOCUMENTS) == 0


def test_every_run_leaves_a_report(folder: Path) -> None:
    _portal(COMPANY)
    _portal(BROKEN)
    _portal("--dry-run", BROKEN)
    engine = open_database(f"sqlite:///{folder / 'data' / 'portal.db'}")
    runs = SqlImportRuns(engine)
    last, first = runs.latest(10)
    assert (first.status, first.counts["invoice.taken"]) == ("done", 3)
    assert [row.line for row in runs.refused_rows(last.run_id)] == [2, 2, 3, 4, 5]
    assert "@" in last.operator
    with reading(engine) as connection:
        assert len(connection.execute(IMPORT_RUNS.select()).all()) == 2
    engine.dispose()


def test_sources_keep_their_ids_apart(folder: Path) -> None:
    _portal(COMPANY)
    code, said = _portal("--source", "crm", COMPANY)
    assert (code, said) == (0, "14 rows taken, 0 known already, 0 refused.\n")


def test_stripes_lists_are_imported_for_an_entity_that_is_known(folder: Path) -> None:
    code, said = _portal("--format", "stripe", *STRIPE)
    assert code == 2
    assert "--entity" in said
    code, said = _portal("--format", "stripe", "--entity", "northwind-de", *STRIPE)
    assert code == 2
    assert "No entity northwind-de is known" in said
    _portal(COMPANY)
    code, said = _portal("--format", "stripe", "--entity", "northwind-de", *STRIPE)
    assert code == 1
    assert "subscriptions.jsonl:4:" in said
    assert "This price has tiers" in said


def test_the_schema_describes_every_example(folder: Path) -> None:
    code, said = _portal("--schema")
    assert code == 0
    validator = jsonschema.Draft202012Validator(json.loads(said))
    rows = [json.loads(line) for line in Path(COMPANY).read_text().splitlines()]
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []
    assert not validator.is_valid({"kind": "account", "external_id": "a"})


def test_a_database_that_is_away_ends_with_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _portal(COMPANY)

    def away(*_: object, **__: object) -> int:
        raise RecordUnavailable

    monkeypatch.setattr(SqlEventLog, "save", away)
    code, said = _portal("--source", "crm", COMPANY)
    assert code == 75
    assert "run the same import again" in said


def test_without_a_file_it_says_what_is_missing(folder: Path) -> None:
    code, said = _portal()
    assert code == 2
    assert "Name at least one file" in said
