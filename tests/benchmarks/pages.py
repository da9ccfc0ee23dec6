"""P1 and P2: the pages that customers open most, beside the bare limit, and the list's tail."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks import company
from tests.benchmarks.load import load
from tests.benchmarks.measuring import Figure, in_turn
from tests.benchmarks.servers import a_portal, serving
from tests.databases import Databases


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Measure list (25 and 80 rows), overview and one invoice."""
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        company.fill(portal, asked.invoices)
        cookie, (invoice,) = company.sign_in(portal), company.invoices(portal)
        root = f"/b/{company.GROUP}"
        compared = (
            ("P1", "invoice list, 25 rows", f"{root}/invoices", "/invoices/25"),
            ("P1", "invoice list, 80 rows", f"{root}/invoices?size=80", "/invoices/80"),
            ("P2", "overview", f"{root}/", "/overview"),
            ("P2", "one invoice", f"{root}/invoices/{invoice}", f"/invoice/{invoice}"),
        )
        settings = portal.settings()
        with (
            serving("entrypoints.asgi:web", settings) as ours,
            serving("tests.benchmarks.limit:create", settings) as limit,
        ):
            for measure_, what, path, bare in compared:
                pair = in_turn(
                    asked.rounds,
                    lambda path=path: load(ours, path, cookie, 8, asked.seconds).per_second,
                    lambda bare=bare: load(limit, bare, "", 8, asked.seconds).per_second,
                )
                yield Figure(measure_, what, kind, *pair, "pages/s")
            for concurrency in (8, 32):
                tail = load(ours, compared[0][2], cookie, concurrency, asked.seconds)
                what = f"list, p99 beside p50, concurrency {concurrency}"
                yield Figure("P3", what, kind, tail.p99, tail.p50, "ms")
