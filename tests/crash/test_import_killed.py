"""An import that is killed in its middle and run again ends as one that was left alone."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

from application.importing.batches import SMALLEST
from domain.account import Account
from domain.actor import System
from entrypoints.container import Portal
from tests.crash.killing import kill_after
from tests.databases import Databases
from tests.importing import EXAMPLES, facts, head, rows_of_read_models, take
from tests.wiring import SECRET, wired

GROUPS, INVOICES = 5, 600


def _company(path: Path, invoices: int = INVOICES) -> Path:
    """Write a company with many invoices, every tenth one partly paid."""
    lines = path.open("w")
    with lines:
        for row in _rows(invoices):
            lines.write(json.dumps(row) + "\n")
    return path


def _rows(invoices: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        json.loads((EXAMPLES / "company.jsonl").read_text().splitlines()[0])
    ]
    for number in range(GROUPS):
        account, group = f"a{number}", f"g{number}"
        rows += (
            {"kind": "account", "external_id": account, "name": f"Account {number}"},
            {
                "kind": "bill_group",
                "external_id": group,
                "account": account,
                "entity": "northwind-de",
                "name": "Main",
                "currency": "EUR",
                "frequency": {"unit": "month"},
            },
        )
    for number in range(invoices):
        rows.append(_invoice(number))
        if number % 10 == 0:
            rows.append(_payment(number))
    return rows


def _invoice(number: int) -> dict[str, object]:
    return {
        "kind": "invoice",
        "external_id": f"i{number}",
        "bill_group": f"g{number % GROUPS}",
        "status": "issued",
        "number": f"R-{number}",
        "currency": "EUR",
        "issued_on": "2026-10-01",
        "lines": [{"description": "Platform", "amount": "10.00"}],
        "total": "10.00",
    }


def _payment(number: int) -> dict[str, object]:
    return {
        "kind": "payment",
        "external_id": f"p{number}",
        "invoice": f"i{number}",
        "currency": "EUR",
        "amount": "2.50",
        "status": "succeeded",
        "paid_on": "2026-10-02",
    }


def _command(portal: Portal, path: Path) -> subprocess.Popen[bytes]:
    settings = portal.settings()
    environment = {
        **os.environ,
        "PORTAL_DATA": str(settings.data),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_KEYS_URL": settings.keys_url,
        "PORTAL_SECRET": SECRET,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "entrypoints.cli", "import", str(path)],
        env=environment,
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def test_killed_in_the_middle_and_run_again_ends_the_same(
    database_url: str, databases: Databases, tmp_path: Path
) -> None:
    path = _company(tmp_path / "company.jsonl")
    for name in ("killed", "straight"):
        (tmp_path / name).mkdir()
    kind = "sqlite" if database_url.startswith("sqlite") else "postgresql"
    with (
        wired(database_url, tmp_path / "killed") as killed,
        databases.fresh(kind, tmp_path) as other,
        wired(other, tmp_path / "straight") as straight,
    ):
        take(straight, path)
        for events in (1, 300):
            kill_after(_command(killed, path), killed, events)
        assert 0 < head(killed) < head(straight)
        process = _command(killed, path)
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said.decode()[-3000:]) == (0, "")
        assert facts(killed) == facts(straight)
        assert rows_of_read_models(killed) == rows_of_read_models(straight)


def test_others_get_in_between_the_batches_of_an_import(portal: Portal, tmp_path: Path) -> None:
    path = _company(tmp_path / "company.jsonl")
    waits: list[float] = []
    done = threading.Event()

    def write_meanwhile() -> None:
        while not done.is_set():
            act = portal.bus().act(System("test"))
            account = Account(uuid4())
            account.record_facts("test", str(account.id), "Somebody else", by=act)
            started = time.monotonic()
            portal.log().save(account)
            waits.append(time.monotonic() - started)
            time.sleep(0.01)

    other = threading.Thread(target=write_meanwhile)
    other.start()
    try:
        taken = take(portal, path)
    finally:
        done.set()
        other.join()
    assert taken.refused == []
    assert len(waits) > INVOICES // (20 * SMALLEST)
    assert max(waits) < 5
