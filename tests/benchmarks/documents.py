"""P4 and P5: what new PDFs cost the readers of other pages, and how fast stored ones go out."""

import time
from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from tests.benchmarks import company
from tests.benchmarks.load import Load, load
from tests.benchmarks.measuring import Figure, in_turn
from tests.benchmarks.servers import a_portal, serving
from tests.databases import Databases

AT_ONCE = 32
CONCURRENCY = 8


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Measure the invoice list alone, beside 32 new PDFs, and a PDF that is stored."""
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        company.fill(portal, min(asked.invoices, 10_000))
        cookie, settings = company.sign_in(portal), portal.settings()
        root = f"/b/{company.GROUP}/invoices"
        papers = [f"{root}/{one}/pdf" for one in company.invoices(portal, AT_ONCE)]
        with (
            serving("entrypoints.asgi:web", settings) as ours,
            serving("tests.benchmarks.limit:create", settings) as limit,
        ):
            load(ours, root, cookie, CONCURRENCY, 1.0)  # both processes have seen the page once
            alone = load(ours, root, cookie, CONCURRENCY, asked.seconds)
            beside, took = _beside(ours, root, papers, cookie)
            what = "list's p99 while 32 new PDFs are made"
            note = f"all 32 made in {took:.1f} s"
            yield Figure("P4", what, kind, beside.p99, alone.p99, "ms", note)
            pair = in_turn(
                asked.rounds,
                lambda: load(ours, papers[0], cookie, CONCURRENCY, asked.seconds).per_second,
                lambda: load(limit, "/one", "", CONCURRENCY, asked.seconds).per_second,
            )
            yield Figure("P5", "a stored PDF", kind, *pair, "PDFs/s")


def _beside(port: int, page: str, papers: list[str], cookie: str) -> tuple[Load, float]:
    """Load a page for as long as the PDFs take; gives the load and the seconds."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(papers)) as pool:
        asked = [pool.submit(_fetch, port, paper, cookie) for paper in papers]
        parts = []
        while not all(map(Future.done, asked)):
            parts.append(load(port, page, cookie, CONCURRENCY, 0.5))
        took = max(one.result() for one in asked) - begun
    return max(parts, key=lambda part: part.p99), took


def _fetch(port: int, path: str, cookie: str) -> float:
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"Cookie": cookie, "Host": f"localhost:{port}"})
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200 or not content.startswith(b"%PDF"):
        raise RuntimeError(f"{path} answered {answer.status}")
    return time.perf_counter()
