"""Pays from two tabs, kills whoever pays, shuffles what is told: n times over (R10).

`python -m tests.crash.paying_drill --count 50` does it on both databases and ends with 1 when an
invoice was charged twice, or not recorded once.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from dependency_injector import providers

from adapters.memory.payments import MemoryProviders
from adapters.payments_sandbox.client import SandboxPayments
from adapters.payments_sandbox.records import KeptAttempt
from application.paying import PayInvoices, pay_invoices
from application.payment_attempts import IN_FLIGHT, HandOver, hand_over
from application.payment_endings import follow
from application.payment_notices import take_notice
from application.ports.payments import Payments
from domain.aggregate import Refusal
from domain.invoice import Invoice
from entrypoints.container import Portal
from tests.crash.killing import Mortal, When, die
from tests.databases import KINDS, Databases
from tests.paying import ADA, PROVIDER, Till, till_of
from tests.sandbox_provider import KEY, SECRET, SandboxProvider, running
from tests.wiring import wired

TABS = 2
MOMENTS = ("asked", "answered", "recorded")
"""When a paying process is killed: as it asks, when it has the answer, after it recorded it."""
WHEN: dict[str, When] = {"asked": "before", "answered": "after"}
"""Which of them are around the provider's charge."""


def press(portal: Portal, command: PayInvoices) -> None:
    """Press the button: store the attempt, ask the provider."""
    with suppress(Refusal):
        payment_id = portal.bus().execute(pay_invoices, command, ADA)
        asked = HandOver(
            payment_id=payment_id,
            return_url="http://portal.localhost:8000/back",
            cancel_url="http://portal.localhost:8000/left",
            language="en",
        )
        hand_over(asked, portal.paying_room())


def from_two_tabs(till: Till, number: str) -> list[str]:
    """Press the button in every tab twice, at the same moment; gives what went wrong."""
    invoice_id, method = till.invoice(number), till.method()
    before = len(till.port.charged())
    commands = [till.command(invoice_id, method=method) for _ in range(TABS)]
    gate = threading.Barrier(TABS * 2)

    def tab(command: PayInvoices) -> None:
        gate.wait()
        press(till.portal, command)

    tabs = [threading.Thread(target=tab, args=[each]) for each in commands * 2]
    for each in tabs:
        each.start()
    for each in tabs:
        each.join()
    return list(_wrong(till, invoice_id, len(till.port.charged()) - before))


def shuffled(till: Till, number: str, dice: random.Random) -> list[str]:
    """Let webhooks come in any order, twice each, also before the answer; gives what went wrong."""
    invoice_id, method = till.invoice(number), till.method()
    before = len(till.port.charged())
    payment_id = till.begin(invoice_id, method=method)
    till.port.webhooks()
    asked = HandOver(payment_id=payment_id, return_url="u", cancel_url="u", language="en")
    late = dice.random() < 0.5
    if late:
        till.port.answer_late()
        with suppress(Exception):
            hand_over(asked, till.room)
        till.port.recover()
    else:
        hand_over(asked, till.room)
    bodies = [body for _, body in till.port.webhooks()] * 2
    dice.shuffle(bodies)
    for body in bodies:
        for notice in till.port.notices(body):
            take_notice(notice, PROVIDER, till.room)
    return list(_wrong(till, invoice_id, len(till.port.charged()) - before))


def killed(portal: Portal, sandbox: SandboxProvider, number: str, moment: str) -> list[str]:
    """Kill a process that pays at a moment; gives what went wrong once the worker has looked."""
    port: Any = sandbox.payments
    till = Till(portal, port, "")
    invoice_id = till.invoice(number)
    charged = _charges(sandbox)
    status = _child(portal, sandbox, str(invoice_id), moment)
    if status != -signal.SIGKILL:
        return [f"{number}: the process ended with {status}, and was to be killed"]
    invoice = portal.log().get(Invoice, invoice_id)
    payment_id = invoice.attempt or next(iter(invoice.ledger.payments))
    portal.clock().advance(IN_FLIGHT)
    follow(payment_id, portal.paying_room())
    follow(payment_id, portal.paying_room())
    return list(_wrong(till, invoice_id, _charges(sandbox) - charged))


def _wrong(till: Till, invoice_id: UUID, charges: int) -> Iterator[str]:
    stands = till.stands(invoice_id)
    told = till.portal.log().get(Invoice, invoice_id).ledger.payments
    if charges != 1:
        yield f"{invoice_id}: charged {charges} times"
    if (stands.paid, stands.open, stands.surplus) != (11_900, 0, 0):
        yield f"{invoice_id}: paid {stands.paid}, open {stands.open}, surplus {stands.surplus}"
    if [each.status for each in told.values()].count("succeeded") != 1:
        yield f"{invoice_id}: recorded {len(told)} times"


def _charges(sandbox: SandboxProvider) -> int:
    with sandbox.room.bank() as bank:
        kept = [one for one in bank.drawer.all(KeptAttempt) if one.purpose == "payment"]
    return sum(one.status in {"succeeded", "processing"} for one in kept)


def _child(portal: Portal, sandbox: SandboxProvider, invoice_id: str, moment: str) -> int:
    settings = portal.settings()
    now = portal.clock().now().isoformat()
    asked = [settings.database, str(settings.data), now, sandbox.room.url, invoice_id, moment]
    command = [sys.executable, "-m", "tests.crash.paying_drill", "--pay", *asked]
    return subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode


def _pay_and_die(  # noqa: PLR0917 - what the command line says
    database: str, folder: str, now: str, url: str, invoice_id: str, moment: str
) -> None:
    """Be the process that pays."""
    with wired(database, Path(folder)) as portal:
        portal.clock().set(datetime.fromisoformat(now))
        port = SandboxPayments(url, KEY, (SECRET,))
        mortal: Any = Mortal(port, "charge", WHEN[moment]) if moment in WHEN else port
        lend(portal, mortal)
        till = Till(portal, mortal, port.customer(ADA.bill_group_id, "A", "ap@acme.example", "en"))
        (method, *_) = port.methods(till.customer)
        press(portal, till.command(UUID(invoice_id), method=method.reference))
        die()


def lend(portal: Portal, port: Payments) -> None:
    """Give a portal its provider account."""
    portal.payment_providers.override(providers.Object(MemoryProviders(**{PROVIDER: port})))


def seller(portal: Portal, sandbox: SandboxProvider) -> None:
    """Let the seller take payments through the sandbox, with a card that is saved there."""
    lend(portal, sandbox.payments)
    port: Any = sandbox.payments
    till = Till(portal, port, port.customer(ADA.bill_group_id, "A", "ap@acme.example", "en"))
    sandbox.pay(till.page_to_add(), "card-succeeds")


def drill(portal: Portal, folder: Path, count: int, kills: int) -> Iterator[str]:
    """Do all of it; gives what went wrong."""
    dice = random.Random(count)
    till = till_of(portal)
    lend(portal, till.port)
    for number in range(count):
        yield from from_two_tabs(till, f"TABS-{number}")
        yield from shuffled(till, f"HOOKS-{number}", dice)
    with running(folder, portal.clock()) as sandbox:
        portal.payment_providers.reset_override()
        portal.paying_room.reset()
        seller(portal, sandbox)
        for number in range(kills):
            portal.clock().advance(timedelta(minutes=1))
            yield from killed(portal, sandbox, f"KILL-{number}", MOMENTS[number % len(MOMENTS)])


def main() -> None:
    """Drill on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--kills", type=int, help="as many as --count")
    parser.add_argument("--pay", nargs=6, help=argparse.SUPPRESS)
    parser.add_argument("--on", choices=KINDS, help="only this database")
    asked = parser.parse_args()
    if asked.pay:
        _pay_and_die(*asked.pay)
    wrong, kills = 0, asked.count if asked.kills is None else asked.kills
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        for kind in [asked.on] if asked.on else KINDS:
            place = Path(folder) / kind
            place.mkdir()
            with databases.fresh(kind, place) as url, wired(url, place) as portal:
                for problem in drill(portal, place, asked.count, kills):
                    wrong += 1
                    sys.stdout.write(f"{kind}: {problem}\n")
                    sys.stdout.flush()
        databases.stop()
    sys.stdout.write(f"{asked.count} times, {kills} kills, on each database: {wrong} wrong\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
