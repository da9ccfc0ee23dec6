"""P7: all read models built anew from the record, and that the memory it takes is flat."""

import gc
import multiprocessing
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from adapters.database import reading
from adapters.schema import EVENTS
from entrypoints.container import Portal
from entrypoints.installing import read_log, rebuilding
from read_models.registry import MODELS
from tests.benchmarks import company
from tests.benchmarks.measuring import Figure
from tests.benchmarks.servers import a_portal
from tests.databases import Databases

EARLY = 200_000
"""The peak of memory after so many events is put beside the peak at the end."""


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Rebuild once; the limit reads the same stored bytes and does nothing with them."""
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        events = company.fill(portal, asked.events * 10 // 19)
        with multiprocessing.get_context("spawn").Pool(1) as alone:
            seconds, early, peak = alone.apply(_rebuild, (url, folder))
        begun = time.perf_counter()
        read = _read(portal)
        limit = read / (time.perf_counter() - begun)
        note = f"{events} events, peak {early} MB by {EARLY}, {peak} MB by the end"
        yield Figure(
            "P7", "rebuild of all read models", kind, events / seconds, limit, "events/s", note
        )


def _rebuild(url: str, folder: Path) -> tuple[float, int, int]:
    """Rebuild as the command does, in a process of its own: seconds, early and last peak (MB)."""
    with a_portal(url, folder) as portal:
        work = rebuilding(portal.engine(), read_log(portal.log().mapper))
        gc.freeze()
        gc.set_threshold(50_000, 50, 50)
        early = 0
        begun = time.perf_counter()
        for position in work.run(MODELS):
            if position <= EARLY:
                early = _peak()
        return time.perf_counter() - begun, early, _peak()


def _read(portal: Portal) -> int:
    with reading(portal.engine()) as connection:
        rows = connection.execution_options(yield_per=5_000).execute(select(EVENTS))
        return sum(1 for _ in rows)


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    (line,) = (each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) // 1024
