"""P7: all read models built anew from the record, and the memory that takes."""

import resource
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from adapters.database import reading
from adapters.schema import EVENTS
from entrypoints.installing import read_log, rebuilding
from read_models.registry import MODELS
from tests.benchmarks import company
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import a_portal
from tests.databases import Databases


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Rebuild once; the limit reads the same stored bytes and does nothing with them."""
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        events = company.fill(portal, asked.invoices)
        work = rebuilding(portal.engine(), read_log(portal.log().mapper))
        begun = time.perf_counter()
        for _ in work.run(MODELS):
            pass
        ours = events / (time.perf_counter() - begun)
        begun = time.perf_counter()
        with reading(portal.engine()) as connection:
            rows = connection.execution_options(yield_per=5_000).execute(select(EVENTS))
            read = sum(1 for _ in rows)
        limit = read / (time.perf_counter() - begun)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        yield Figure(
            "P7", "rebuild of all read models", kind, ours, limit, "events/s", f"peak {peak} MB"
        )
