"""Tells the portal what happened at the sandbox: signed webhooks, repeated until they are taken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from adapters.http_calls import NoAnswer, call
from adapters.payments_sandbox import telling
from adapters.payments_sandbox.records import Drawer, Undelivered
from adapters.webhook_signatures import signed
from entrypoints.sandbox.room import SandboxRoom

log = structlog.get_logger("portal.sandbox")

NAP = 0.2
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)
TRIES = 40


@contextmanager
def delivering(room: SandboxRoom) -> Iterator[None]:
    """Send webhooks meanwhile."""
    stop = threading.Event()
    teller = threading.Thread(target=run, args=(room, stop), name="sandbox-webhooks")
    teller.start()
    try:
        yield
    finally:
        stop.set()
        teller.join()


def run(room: SandboxRoom, stop: threading.Event) -> None:
    """Deliver until told to stop."""
    while not stop.is_set():
        try:
            deliver_what_is_due(room)
        except Exception:
            log.exception("sandbox_round_failed")
        stop.wait(NAP)


def deliver_what_is_due(room: SandboxRoom) -> int:
    """Try every webhook that is due once; gives how many were taken."""
    if not (room.webhooks_to and room.secret):
        return 0
    with room.bank() as bank:
        due = [one for one in bank.drawer.all(Undelivered) if one.due_at <= bank.now]
    return sum(_deliver(room, one) for one in due)


def _deliver(room: SandboxRoom, waiting: Undelivered) -> bool:
    body = telling.webhook(waiting.key)
    headers = signed(room.secret, waiting.key, room.clock.now(), body)
    try:
        answer = call(
            "POST", room.webhooks_to, {**headers, "Content-Type": "application/json"}, body
        )
        taken = 200 <= answer.status < 300  # noqa: PLR2004 - any 2xx
    except NoAnswer:
        taken = False
    with room.bank() as bank:
        _note(bank.drawer, waiting, taken=taken)
    return taken


def _note(drawer: Drawer, waiting: Undelivered, *, taken: bool) -> None:
    tries = waiting.tries + 1
    if taken or tries >= TRIES:
        drawer.drop(waiting)
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(tries, 20)))
    drawer.put(Undelivered(waiting.key, waiting.due_at + pause, tries))
