"""Backs a portal up while people work, restores it elsewhere, and verifies it: n times over (R13).

`python -m tests.crash.backup_drill --count 100` does it on both databases and ends with 1 when
anything acknowledged before a backup is missing from it, or anything in it differs.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import msgspec
from dependency_injector import providers

from application.ports.event_log import RecordUnavailable
from domain.actor import System
from domain.customer_session import CustomerSession
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.backing_up import back_up
from entrypoints.container import Portal
from entrypoints.restoring import planned, restore
from entrypoints.settings import Settings
from entrypoints.verifying import checks
from tests.databases import Databases
from tests.entrypoints.backing import stored
from tests.wiring import wired

WRITERS = 3


class Busy(threading.Thread):
    """Somebody who grants, signs in and revokes without a pause, each time somebody new."""

    def __init__(self, portal: Portal, stop: threading.Event) -> None:
        super().__init__()
        self.portal = portal
        self.stop = stop
        self.acknowledged = 0

    def run(self) -> None:
        """Work until told to stop."""
        while not self.stop.is_set():
            with suppress(RecordUnavailable):  # whoever waited too long was told so
                self.acknowledged = max(self.acknowledged, self._work())

    def _work(self) -> int:
        group, grant, address = uuid4(), uuid4(), f"{uuid4().hex}@acme.example"
        access = PortalAccess(portal_access_id(group))
        session = CustomerSession(uuid4())
        by = self.portal.bus().act(System("drill"))
        access.turn_on(group, f"link-{uuid4().hex}", by=by)
        access.grant_address(group, grant, address, reason="drill", by=by)
        session.sign_in(group, address, grant, "link", browser="Firefox", by=by)
        return self.portal.log().save(access, session)


@contextmanager
def busy(portal: Portal) -> Iterator[list[Busy]]:
    """Let people work meanwhile."""
    stop = threading.Event()
    people = [Busy(portal, stop) for _ in range(WRITERS)]
    for each in people:
        each.start()
    try:
        yield people
    finally:
        stop.set()
        for each in people:
            each.join()


def drill(live: Portal, databases: Databases, folder: Path) -> Iterator[str]:
    """Do it once; name everything that is not as it should be."""
    for name in ("record", "keys", "restored"):
        (folder / name).mkdir(parents=True)
    tools = msgspec.structs.replace(live.settings(), postgresql_tools=databases.tools)
    live.settings.override(providers.Object(tools))
    with busy(live) as people:
        while min(each.acknowledged for each in people) == 0:
            time.sleep(0.01)
        acknowledged = max(each.acknowledged for each in people)
        record, keys, made = back_up(live, folder / "record", folder / "keys")
    if made.record.position < acknowledged:
        yield f"{acknowledged} was acknowledged, the backup ends at {made.record.position}"
    with databases.empty(live.engine().dialect.name, folder) as url:
        settings = msgspec.structs.replace(
            live.settings(),
            data=folder / "restored",
            database_url=url,
            keys_url=f"sqlite:///{folder / 'restored' / 'keys.db'}",
        )
        yield from _restored(live, settings, record, keys)


def _restored(live: Portal, settings: Settings, record: Path, keys: Path) -> Iterator[str]:
    def portal_of() -> Portal:
        return Portal(settings=settings)

    plan = planned(settings, record, keys, replace=False)
    restore(portal_of, settings, plan)
    portal = portal_of()
    try:
        yield from (words for good, words in checks(portal) if not good)
        head = plan.made.record.position
        if stored(portal)[:head] != stored(live)[:head]:
            yield "the restored record is not the live one up to the backup"
    finally:
        portal.engine().dispose()
        portal.keys_engine().dispose()


def main() -> int:
    """Do it as often as asked on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    asked = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="portal-drill-") as home:
        databases = Databases(Path(home))
        for kind in asked.database or ("sqlite", "postgresql"):
            wrong += _drills(databases, kind, asked.count, Path(home) / kind)
        databases.stop()
    return 1 if wrong else 0


def _drills(databases: Databases, kind: str, count: int, home: Path) -> int:
    wrong = 0
    for number in range(count):
        folder = home / str(number)
        folder.mkdir(parents=True)
        with databases.fresh(kind, folder) as url, wired(url, folder) as live:
            said = list(drill(live, databases, folder / "drill"))
        wrong += bool(said)
        sys.stdout.write(f"{kind} {number + 1}: {', '.join(said) or 'whole'}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{kind}: {count - wrong} of {count} backups came back whole.\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
