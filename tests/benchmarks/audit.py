"""P8: what auditors wait for, in a record of 1,000,000 access events (`--events`).

A fiftieth of the events are one bill group's, granted and revoked over and over; the others are
spread over bill groups of 50 events. The limit reads the stored bytes of the same streams and does
nothing with them.
"""

import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select

from adapters.database import reading
from adapters.schema import EVENTS
from domain.actor import System
from domain.event import Act
from domain.identity import imported_id, portal_access_id
from domain.portal_access import PortalAccess
from entrypoints import auditing
from entrypoints.container import Portal
from read_models.audit_history import Sought
from tests.benchmarks import company
from tests.benchmarks.measuring import Figure, in_turn
from tests.benchmarks.servers import a_portal
from tests.databases import Databases

OF_A_GROUP = 50
BY = System("bench")


def measure(servers: Databases, kind: str, folder: Path, asked: Namespace) -> Iterator[Figure]:
    """Ask who could enter a bill group of 50 events and the largest one, and for a history page."""
    with servers.fresh(kind, folder) as url, a_portal(url, folder) as portal:
        small, large = _fill(portal, asked.events)
        now = datetime.now(UTC)
        questions: tuple[tuple[str, UUID, Callable[[UUID], object]], ...] = (
            ("as-of, one bill group", small, lambda group: auditing.entering(portal, group, now)),
            ("as-of, the largest", large, lambda group: auditing.entering(portal, group, now)),
            ("history of a bill group, a page", large, lambda group: _history(portal, group)),
        )
        for what, group, ask in questions:
            pair = in_turn(
                asked.rounds,
                partial(_milliseconds, partial(_forgetful, portal, ask, group)),
                partial(_milliseconds, partial(_stored, portal, group)),
            )
            yield Figure("P8", f"{what} of {asked.events:,} events", kind, *pair, "ms")


def _forgetful(portal: Portal, ask: Callable[[UUID], object], group: UUID) -> None:
    portal.keys.reset()  # a process that has just started remembers no person's key
    portal.log.reset()
    portal.read_streams.reset()
    ask(group)


def _history(portal: Portal, group: UUID) -> None:
    auditing.looked_up(portal, Sought(bill_group_id=group), OF_A_GROUP)


def _stored(portal: Portal, group: UUID) -> None:
    query = select(EVENTS).where(EVENTS.c.stream_id == portal_access_id(group))
    with reading(portal.engine()) as connection:
        for _ in connection.execute(query):
            pass


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1_000


def _fill(portal: Portal, events: int) -> tuple[UUID, UUID]:
    """Tell the record; gives a bill group of ordinary size and the largest one."""
    largest = events // 50
    groups = max(1, (events - largest) // OF_A_GROUP)
    company.parties(portal, groups + 1)
    ids = [imported_id(company.SOURCE, "bill_group", f"g{which}") for which in range(groups + 1)]
    _told(portal, ids[0], largest)
    for first in range(1, groups + 1, 40):
        portal.log().save(*(_access(group, OF_A_GROUP) for group in ids[first : first + 40]))
    return ids[groups // 2 or 1], ids[0]


def _told(portal: Portal, group: UUID, events: int) -> None:
    access = _access(group, events)
    pending, access.pending = access.pending, []
    for first in range(0, len(pending), 2_000):
        access.pending = pending[first : first + 2_000]
        portal.log().save(access)


def _access(group: UUID, events: int) -> PortalAccess:
    """Grant addresses and take three of four back until there are so many events."""
    access = PortalAccess(portal_access_id(group))
    begun = datetime.now(UTC) - timedelta(days=365)
    access.turn_on(group, f"link-{group.hex}", by=_act(begun))
    for number in count():
        if len(access.pending) >= events:
            break
        grant_id, address = uuid4(), f"person{number}@group-{group.hex[:12]}.example"
        by = _act(begun + timedelta(minutes=number))
        access.grant_address(group, grant_id, address, reason="accounts payable", by=by)
        if number % 4:
            access.revoke(group, grant_id, reason="left the company", by=by)
    return access


def _act(at: datetime) -> Act:
    return Act(at, BY, uuid4())
