"""`portal import` announces what is new, and nothing of what a first import brings."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from adapters.database import open_database, reading
from adapters.schema import OUTBOX
from application.reactions import SendInvoiceAvailable
from domain.identity import imported_id
from entrypoints.cli import main
from tests.databases import Databases
from tests.importing import EXAMPLES

TODAY = datetime.now(UTC).date()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> object:
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))
    with databases.fresh(request.param, tmp_path) as address:
        monkeypatch.setenv("PORTAL_DATABASE_URL", address)
        monkeypatch.setenv("PORTAL_KEYS_URL", f"sqlite:///{tmp_path / 'keys.db'}")
        yield address


def rows(
    *names: str, days: int = 0, status: str = "issued", group: str = "g"
) -> list[dict[str, object]]:
    """Write invoices that are dated some days back."""
    issued = (TODAY - timedelta(days=days)).isoformat()
    return [
        {
            "kind": "invoice",
            "external_id": name,
            "bill_group": group,
            "status": status,
            "number": f"R-{name}",
            "currency": "EUR",
            **({} if status == "draft" else {"issued_on": issued}),
            "lines": [{"description": "Platform", "amount": "10.00"}],
            "total": "10.00",
        }
        for name in names
    ]


def company(group: str = "g") -> list[dict[str, object]]:
    """Write an entity, an account and a bill group."""
    return [
        json.loads((EXAMPLES / "company.jsonl").read_text().splitlines()[0]),
        {"kind": "account", "external_id": f"{group} a", "name": "Acme"},
        {
            "kind": "bill_group",
            "external_id": group,
            "account": f"{group} a",
            "entity": "northwind-de",
            "name": "Main",
            "currency": "EUR",
            "frequency": {"unit": "month"},
        },
    ]


def take(folder: Path, *given: dict[str, object], options: tuple[str, ...] = ()) -> None:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in given))
    ended = CliRunner().invoke(main, ["import", *options, str(path)])
    assert ended.exit_code == 0, ended.output


def announced(url: str) -> list[str]:
    """The external ids of the invoices that jobs announce."""
    engine = open_database(url)
    query = select(OUTBOX.c.payload).where(OUTBOX.c.kind == "send_invoice_available")
    with reading(engine) as connection:
        payloads = [bytes(one) for one in connection.execute(query).scalars()]
    engine.dispose()
    known = {imported_id("import", "invoice", name): name for name in "abcdefgh"}
    told = [msgspec.json.decode(one, type=SendInvoiceAvailable).invoice_id for one in payloads]
    return sorted(known[invoice_id] for invoice_id in told)


def test_a_first_import_announces_nothing_and_the_next_one_what_is_new(
    url: str, tmp_path: Path
) -> None:
    take(tmp_path, *company(), *rows("a", "b"), *rows("c", status="draft"))
    assert announced(url) == []
    take(tmp_path, *company(), *rows("a", "b", "c", "d"))
    assert announced(url) == ["c", "d"]
    take(tmp_path, *rows("a", "b", "c", "d"))
    take(tmp_path, *[row | {"note": "changed"} for row in rows("c", "d")])
    assert announced(url) == ["c", "d"], "once for each invoice"


def test_a_first_import_may_come_in_steps_and_announces_nothing(url: str, tmp_path: Path) -> None:
    take(tmp_path, *company())
    take(tmp_path, *rows("a", "b"))
    assert announced(url) == []
    take(tmp_path, *rows("c"))
    assert announced(url) == ["c"]


def test_accounts_that_come_later_than_others_and_in_a_run_of_their_own_are_imported_first_too(
    url: str, tmp_path: Path
) -> None:
    take(tmp_path, *company(), *rows("a"))
    take(tmp_path, *company("h"))
    take(tmp_path, *rows("b", group="h"), *rows("c"))
    assert announced(url) == ["c"]
    take(tmp_path, *rows("d", group="h"))
    assert announced(url) == ["c", "d"]


def test_old_void_and_draft_invoices_are_not_announced(url: str, tmp_path: Path) -> None:
    take(tmp_path, *company(), *rows("d"))
    take(tmp_path, *rows("a", days=6), *rows("b", status="void"), *rows("c", status="draft"))
    assert announced(url) == []


def test_a_bill_group_that_comes_later_has_a_first_import_of_its_own(
    url: str, tmp_path: Path
) -> None:
    take(tmp_path, *company(), *rows("a"))
    take(tmp_path, *company("h"), *rows("b", group="h"), *rows("c"))
    assert announced(url) == ["c"]
    take(tmp_path, *rows("d", group="h"))
    assert announced(url) == ["c", "d"]


def test_a_first_import_that_was_stopped_is_a_first_import_when_it_is_run_again(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr("adapters.import_runs.SqlImportRuns.finish", lambda *_: None)
        take(tmp_path, *company(), *rows("a"))
    take(tmp_path, *company(), *rows("a", "b"))
    assert announced(url) == []
    take(tmp_path, *rows("c"))
    assert announced(url) == ["c"]


def test_a_dry_run_announces_nothing_and_is_no_first_import(url: str, tmp_path: Path) -> None:
    take(tmp_path, *company())
    take(tmp_path, *rows("a"), options=("--dry-run",))
    assert announced(url) == []
    take(tmp_path, *rows("a"))
    assert announced(url) == []
    take(tmp_path, *rows("b"), options=("--dry-run",))
    assert announced(url) == []
    take(tmp_path, *rows("b"))
    assert announced(url) == ["b"]
