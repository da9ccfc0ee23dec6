"""P6: a command that stores one event with read models, durably, beside a bare insert."""

import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table

from adapters.database import writing
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from tests.benchmarks.company import act
from tests.benchmarks.measuring import Figure, in_turn
from tests.benchmarks.servers import a_portal
from tests.databases import Databases

BARE = Table(
    "bare",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("state", LargeBinary, nullable=False),
)


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Measure one and four writers; each commit waits for the disk."""
    if kind == "postgresql":
        servers.be_durable()
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        engine = portal.engine()
        with writing(engine) as connection:
            BARE.create(connection)
        for writers in (1, 4):
            pair = in_turn(
                asked.rounds,
                lambda n=writers: _many(n, asked.seconds, lambda: _command(portal)),
                lambda n=writers: _many(n, asked.seconds, lambda: _insert(engine)),
            )
            yield Figure("P6", f"one event, durable, {writers} writers", kind, *pair, "commands/s")


def _command(portal: Portal) -> None:
    group = uuid4()
    access = portal.log().get(PortalAccess, portal_access_id(group))
    access.grant_domain(group, uuid4(), "customer.example", "ordinary", by=act())
    portal.log().save(access)


def _insert(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(BARE.insert(), {"state": b"x" * 400})


def _many(writers: int, seconds: float, work: Callable[[], None]) -> float:
    done = [0] * writers
    until = time.perf_counter() + seconds

    def write(which: int) -> None:
        while time.perf_counter() < until:
            work()
            done[which] += 1

    threads = [threading.Thread(target=write, args=(which,)) for which in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds
