"""Kills the worker while it collects, again and again: each invoice is charged once (R10, R3).

`python -m tests.crash.collecting_drill --kills 50` does it on both databases and ends with 1 when
an invoice was not charged, recorded and told once, or when a read model is not what the record
says. Worker, web and sandbox are processes of their own that speak HTTP to each other.
"""

import argparse
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from dependency_injector import providers
from sqlalchemy import select, update

from adapters.clock import SystemClock
from adapters.database import reading, writing
from adapters.memory.payments import MemoryProviders
from adapters.payments_sandbox.records import KeptAttempt
from adapters.schema import OUTBOX
from application.saved_methods import keep
from application.settling import SendReceipt
from domain.bill_group import BillGroup
from domain.invoice import Invoice
from entrypoints.asgi import portal_of_process
from entrypoints.container import Portal, sandbox_room
from entrypoints.verifying import checks
from entrypoints.worker import run
from tests.crash.killing import LOOK_EVERY, PATIENCE, Mortal, When
from tests.databases import KINDS, Databases
from tests.importing import head
from tests.journeys.running import ROOT, environment, free_port, portal_command, stop
from tests.paying import ADA, GROUP, PROVIDER, Till, till_of
from tests.sandbox_provider import SandboxProvider, account_at
from tests.wiring import SECRET, wired

MOMENTS: dict[str, tuple[str, str, When]] = {
    "asked": ("payment_providers", "charge", "before"),
    "answered": ("payment_providers", "charge", "after"),
    "recorded": ("outbox", "finish", "before"),
}
"""Where a worker dies: as it asks, when it has the answer, when that is recorded and the job is
not ended yet. A worker of any other moment is killed from without, wherever it is."""

INVOICES = 4
"""How many are due each time."""


class Street(msgspec.Struct):
    """A portal of several processes, one customer who pays by itself, and the drill's dice."""

    portal: Portal
    sandbox: SandboxProvider
    till: Till
    surroundings: dict[str, str]
    dice: random.Random
    issued: list[UUID] = []
    kills: Counter[str] = msgspec.field(default_factory=Counter)

    def round(self, moments: Sequence[str]) -> Iterator[str]:
        """Let invoices fall due, kill a worker at each moment, and let the last one live.

        Gives what went wrong.
        """
        due_on = datetime.now(UTC).date() - timedelta(days=1)
        for _ in range(INVOICES):
            self.issued.append(self.till.invoice(f"NW-{len(self.issued)}", due_on=due_on))
        for moment in moments:
            yield from self.killed(moment)
        worker = self.start()
        if not self.waited(worker):
            yield f"after {', '.join(moments)}: not all was paid in {PATIENCE:.0f} s"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        yield from self.wrong()

    def killed(self, moment: str) -> Iterator[str]:
        """Kill a worker at a moment; one that had nothing left to do counts as no kill."""
        if moment in MOMENTS:
            calls = 1 if moment == "recorded" else self.dice.randint(1, 2)
            worker = self.start(moment, str(calls))
            self.waited(worker)
        else:
            more = head(self.portal) + self.dice.randint(1, max(1, self.left() - 1))
            worker = self.start()
            self.waited(worker, lambda: head(self.portal) >= more)
        died = worker.poll() is not None or bool(self.unpaid())
        worker.send_signal(signal.SIGKILL)
        if worker.wait() != -signal.SIGKILL:
            yield f"{moment}: the worker ended with {worker.returncode}, and was to be killed"
        self.kills[moment] += died
        if self.dice.random() < 0.5:
            self.let_leases_run_out()
        yield from (f"killed {moment}: {words}" for good, words in checks(self.portal) if not good)

    def left(self) -> int:
        """Count the events that the record lacks: begun and paid, of a payment and its invoice."""
        invoices = self.portal.log().get_many(Invoice, self.unpaid())
        return sum(2 if each.attempt else 4 for each in invoices.values())

    def start(self, *moment: str) -> subprocess.Popen[bytes]:
        """Start a worker; one that is given a moment carries its death in it."""
        here = [sys.executable, "-m", "tests.crash.collecting_drill", "--work", *moment]
        return subprocess.Popen(
            here if moment else portal_command("worker"),
            env=environment(self.surroundings),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def waited(
        self, worker: subprocess.Popen[bytes], so_long: Callable[[], bool] = lambda: False
    ) -> bool:
        """Wait until the worker ended, or enough is done; gives whether everything is paid."""
        deadline = time.monotonic() + PATIENCE
        while worker.poll() is None and time.monotonic() < deadline:
            if so_long() or not self.unpaid():
                break
            time.sleep(LOOK_EVERY)
        return not self.unpaid()

    def unpaid(self) -> list[UUID]:
        """Name what is not recorded as paid yet."""
        ids = self.issued[-INVOICES:]
        invoices = self.portal.log().get_many(Invoice, ids)
        return [one for one in ids if invoices[one].settlement.open]

    def let_leases_run_out(self) -> None:
        """Let two minutes pass for the jobs of whoever was killed."""
        with writing(self.portal.engine()) as connection:
            connection.execute(update(OUTBOX).values(leased_until=0))

    def wrong(self) -> Iterator[str]:
        """Say what is not as it should be with all that was ever collected."""
        charged, told = self.charged(), self.receipts()
        invoices = self.portal.log().get_many(Invoice, self.issued)
        for number, invoice in enumerate(invoices[one] for one in self.issued):
            name, stands = f"NW-{number}", invoice.settlement
            states = [each.status for each in invoice.ledger.payments.values()]
            if charged[name] != 1:
                yield f"{name}: charged {charged[name]} times"
            if (stands.paid, stands.open, stands.surplus) != (11_900, 0, 0):
                yield f"{name}: paid {stands.paid}, open {stands.open}, surplus {stands.surplus}"
            if states != ["succeeded"]:
                yield f"{name}: recorded as {states}"
            receipts = sum(told[one] for one in invoice.ledger.payments)
            if receipts != 1:
                yield f"{name}: told {receipts} times"
        yield from (words for good, words in checks(self.portal) if not good)

    def charged(self) -> Counter[str]:
        """Count the provider's charges of each invoice, whatever they were asked for as."""
        with self.sandbox.room.bank() as bank:
            kept = [one for one in bank.drawer.all(KeptAttempt) if one.purpose == "payment"]
        return Counter(one.description for one in kept if one.status == "succeeded")

    def receipts(self) -> Counter[UUID]:
        """Count the receipts of each payment."""
        query = select(OUTBOX.c.payload).where(OUTBOX.c.kind == "send_receipt")
        with reading(self.portal.engine()) as connection:
            payloads = [bytes(one) for one in connection.execute(query).scalars()]
        return Counter(msgspec.json.decode(one, type=SendReceipt).payment_id for one in payloads)


@contextmanager
def street(database: str, folder: Path, seed: int) -> Iterator[Street]:
    """Run web and sandbox, with a customer whose card is charged when an invoice is due."""
    web, there = free_port(), free_port()
    account = account_at(f"http://localhost:{there}")
    web_url = f"http://localhost:{web}"
    with wired(database, folder, web_url=web_url, payments={PROVIDER: account}) as portal:
        portal.clock.override(providers.Object(SystemClock()))
        settings = portal.settings()
        named = f"PORTAL_PAYMENTS_{PROVIDER.upper()}_"
        surroundings = {
            "PORTAL_DATA": str(folder),
            "PORTAL_DATABASE_URL": settings.database,
            "PORTAL_KEYS_URL": settings.keys,
            "PORTAL_SECRET": SECRET,
            "PORTAL_WEB_URL": web_url,
            "PORTAL_WEB_PORT": str(web),
            "PORTAL_SMTP_PORT": str(free_port()),
            f"{named}KIND": account.kind,
            f"{named}KEY": account.key,
            f"{named}URL": account.url,
            f"{named}WEBHOOK_SECRETS": " ".join(account.webhook_secrets),
        }
        commands = (("web",), ("sandbox", "--port", str(there)))
        with going_on(surroundings, commands, (web, there)):
            sandbox = SandboxProvider(sandbox_room(settings, PROVIDER))
            with sandbox.browser:
                till = _customer(portal, sandbox)
                yield Street(portal, sandbox, till, surroundings, random.Random(seed))


@contextmanager
def going_on(
    surroundings: dict[str, str], commands: Sequence[Sequence[str]], ports: Sequence[int]
) -> Iterator[None]:
    """Run commands of the portal until the block ends; begins when the ports answer."""
    running = [
        subprocess.Popen(
            portal_command(*words),
            env=environment(surroundings),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for words in commands
    ]
    try:
        for port in ports:
            _answering(port)
        yield
    finally:
        for process in running:
            stop(process)


def _answering(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers on port {port}")


def _customer(portal: Portal, sandbox: SandboxProvider) -> Till:
    """Let a customer save a card on the sandbox's page, and charge it by itself from now on."""
    port: Any = sandbox.payments
    till_of(portal)
    till = Till(portal, port, port.customer(GROUP, "ACME Ltd", "ap@acme.example", "en"))
    sandbox.pay(till.page_to_add(), "card-succeeds")
    (method,) = port.methods(till.customer)
    group, act = portal.log().get(BillGroup, GROUP), portal.bus().act(ADA)
    method_id = keep(group, PROVIDER, till.customer, method, act)
    group.change_detail("default_payment_method", str(method_id), by=act)
    portal.log().save(group)
    return till


def drill(street: Street, kills: int) -> Iterator[str]:
    """Kill so often, at every moment as often, and mostly several workers in a row."""
    moments = [*MOMENTS, "anywhere"]
    given = 0
    while given < kills:
        row = [
            moments[(given + number) % len(moments)]
            for number in range(street.dice.choice((1, 3, 4)))
        ]
        given += len(row)
        yield from street.round(row)


def _work_and_die(moment: str, calls: str) -> None:
    """Be the worker that is killed at a moment."""
    portal = portal_of_process()
    where, method, when = MOMENTS[moment]
    if where == "outbox":
        mortal: Any = Mortal(portal.outbox(), method, when, int(calls))
        portal.outbox.override(providers.Object(mortal))
    else:
        mortal = Mortal(portal.payment_providers().of(PROVIDER), method, when, int(calls))
        accounts = MemoryProviders(**{PROVIDER: mortal})
        portal.payment_providers.override(providers.Object(accounts))
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run(portal, stop)


def main() -> None:
    """Drill on both databases."""
    parser = argparse.ArgumentParser(prog="tests.crash.collecting_drill", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--work", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--on", choices=KINDS, help="only this database")
    asked = parser.parse_args()
    if asked.work:
        _work_and_die(*asked.work)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # end what was started, too
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        for kind in [asked.on] if asked.on else KINDS:
            place = Path(folder) / kind
            place.mkdir()
            with databases.fresh(kind, place) as url, street(url, place, asked.seed) as here:
                for problem in drill(here, asked.kills):
                    wrong += 1
                    sys.stdout.write(f"{kind}: {problem}\n")
                    sys.stdout.flush()
                counted = ", ".join(f"{count} {moment}" for moment, count in here.kills.items())
                sys.stdout.write(f"{kind}: {len(here.issued)} invoices; killed: {counted}\n")
                sys.stdout.flush()
        databases.stop()
    sys.stdout.write(f"{asked.kills} kills and more on each database: {wrong} wrong\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
