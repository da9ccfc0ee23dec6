"""An import that is killed while it brings new invoices announces each of them once."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import select

from adapters.database import reading
from adapters.schema import OUTBOX
from application.reactions import SendInvoiceAvailable
from entrypoints.container import Portal
from tests.crash import test_import_killed as importing
from tests.crash.killing import PATIENCE, kill_after
from tests.importing import head

BEFORE, MANY = 20, 400


def _announced(portal: Portal) -> Counter[str]:
    query = select(OUTBOX.c.payload).where(OUTBOX.c.kind == "send_invoice_available")
    with reading(portal.engine()) as connection:
        payloads = [bytes(one) for one in connection.execute(query).scalars()]
    told = [msgspec.json.decode(one, type=SendInvoiceAvailable) for one in payloads]
    return Counter(str(one.invoice_id) for one in told)


def test_killed_twice_and_run_again_announces_every_new_invoice_once(
    portal: Portal, tmp_path: Path
) -> None:
    first = importing._company(tmp_path / "company.jsonl", BEFORE)
    importing._command(portal, first).communicate(timeout=PATIENCE)
    assert not _announced(portal), "a first import"
    rows = [json.loads(line) for line in first.read_text().splitlines()]
    sample = next(row for row in rows if row["kind"] == "invoice")
    today = datetime.now(UTC).date().isoformat()
    new = tmp_path / "new.jsonl"
    lines = [sample | {"external_id": f"n{n}", "issued_on": today} for n in range(MANY)]
    new.write_text("\n".join(json.dumps(line) for line in lines))

    before = head(portal)
    for events in (before + 1, before + 150):
        kill_after(importing._command(portal, new), portal, events)
    assert len(_announced(portal)) < MANY, "it was killed before its end"
    process = importing._command(portal, new)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    told = _announced(portal)
    assert len(told) == MANY
    assert set(told.values()) == {1}
