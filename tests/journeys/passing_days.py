"""A portal on which days pass: its clock is set, and the sandbox provider goes by the same one.

Both apps, the workers and the provider are the ones that operators run, and talk over HTTP and
SMTP. They run in threads of the test, because no command of the portal can be told the time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from dependency_injector import providers

from entrypoints.admin.app import create as create_admin
from entrypoints.container import Portal
from entrypoints.installing import install
from entrypoints.sandbox.serving import serving_app
from entrypoints.settings import Settings
from entrypoints.web.app import create as create_web
from entrypoints.worker.loop import lanes, work_once
from entrypoints.worker.loop import run as work
from tests.databases import let_go
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import SECRET, free_port
from tests.sandbox_provider import SandboxProvider, await_port, running

WORKERS = 2
MORNING = hour(9, tzinfo=UTC)


class MovedClock:
    """Runs as the machine's does, from the moment it was set to."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def set(self, at: datetime) -> None:
        """Make it a moment in UTC."""
        self._set_to, self._since = at, time.monotonic()

    def now(self) -> datetime:
        """Say the moment in UTC."""
        return self._set_to + timedelta(seconds=time.monotonic() - self._since)


class PassingDays:
    """The portal that is served, its provider, and the days that pass for both."""

    def __init__(
        self, portal: Portal, clock: MovedClock, sandbox: SandboxProvider, mailbox: Mailbox
    ) -> None:
        self.portal, self.sandbox, self.mailbox = portal, sandbox, mailbox
        self.web_url = portal.settings().web_url
        self.admin_url = portal.settings().admin_url
        self._clock = clock
        self._stop = threading.Event()
        self._workers: list[threading.Thread] = []

    def become(self, day: date) -> None:
        """Let it be nine o'clock in the morning (UTC) of a day; two workers start anew."""
        self.rest()
        self._clock.set(datetime.combine(day, MORNING))
        self._stop = threading.Event()
        self._workers = [
            threading.Thread(target=work, args=(self.portal, self._stop)) for _ in range(WORKERS)
        ]
        for worker in self._workers:
            worker.start()

    def work_through(self) -> None:
        """Let a further worker do all that is due by the clock, and every job."""
        for lane in lanes(self.portal):
            for chore in lane.chores:
                chore.work(self.portal)
        while work_once(self.portal):
            pass

    def rest(self) -> None:
        """Let the workers end what they are at."""
        self._stop.set()
        for worker in self._workers:
            worker.join()
        self._workers = []


@contextmanager
def passing_days(
    folder: Path, database_url: str, mailbox: Mailbox, first: date
) -> Iterator[PassingDays]:
    """Serve the portal and the sandbox from the morning of a day on, until the block ends."""
    web, admin = free_port(), free_port()
    clock = MovedClock(datetime.combine(first, MORNING))
    webhooks = f"http://localhost:{web}/webhooks/main"
    with running(folder, clock, webhooks) as sandbox:
        settings = Settings(
            data=folder,
            database_url=database_url,
            secret=SECRET,
            web_url=f"http://localhost:{web}",
            admin_url=f"http://admin.localhost:{admin}",
            smtp_host="127.0.0.1",
            smtp_port=mailbox.port,
            payments={"main": sandbox.settings},
        )
        install(settings.database, settings.keys)
        portal = Portal(settings=settings)
        portal.clock.override(providers.Object(clock))
        with (
            serving_app(create_web(portal), "127.0.0.1", web),
            serving_app(create_admin(portal), "127.0.0.1", admin),
        ):
            for port in (web, admin):
                await_port(port)
            days = PassingDays(portal, clock, sandbox, mailbox)
            try:
                days.become(first)
                yield days
            finally:
                days.rest()
        let_go(portal.engine(), portal.keys_engine())
