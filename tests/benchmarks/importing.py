"""P9: invoices taken by an import, and how long its batches hold the writer (`product.md` 7)."""

import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import msgspec

from application.importing.runs import run
from entrypoints.container import Portal
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import a_portal
from tests.databases import Databases
from tests.importing import EXAMPLES, batches

LONGEST_HOLD_MS = 200.0
PARTIES = {"entity", "account", "contract", "bill_group"}


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Import invoices with lines; the limit reads and checks the same rows and stores nothing."""
    file = _file(folder, asked.invoices)
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        taking = batches(portal, "import")
        begun = time.perf_counter()
        run(portal.import_rows()([file]), taking, lambda _: None)
        ours = asked.invoices / (time.perf_counter() - begun)
        limit = asked.invoices / _reading(portal, file)
        yield Figure("P9", "import of invoices with lines", kind, ours, limit, "invoices/s")
        longest = taking.longest * 1_000
        yield Figure("P9", "longest hold of the writer", kind, longest, LONGEST_HOLD_MS, "ms")


def _file(folder: Path, invoices: int) -> Path:
    """Write the example's company with so many invoices like its first."""
    rows = [msgspec.json.decode(line) for line in (EXAMPLES / "company.jsonl").open("rb")]
    file = folder / "invoices.jsonl"
    invoice = next(row for row in rows if row["kind"] == "invoice")
    invoice.pop("pdf", None)
    with file.open("wb") as out:
        out.writelines(msgspec.json.encode(row) + b"\n" for row in rows if row["kind"] in PARTIES)
        for number in range(invoices):
            named = {"external_id": f"bench-{number}", "number": f"B-{number}"}
            out.write(msgspec.json.encode({**invoice, **named}) + b"\n")
    return file


def _reading(portal: Portal, file: Path) -> float:
    begun = time.perf_counter()
    for _ in portal.import_rows()([file]):
        pass
    return time.perf_counter() - begun
