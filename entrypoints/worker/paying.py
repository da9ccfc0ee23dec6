"""Sees payments through: follows each attempt until it has ended, and compares with providers."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog

from application.paying import FollowPayment
from application.payment_attempts import PayingRoom
from application.payment_endings import follow
from application.payment_notices import check_recorded, reconcile
from application.ports.failures import PortFailure
from entrypoints.container import Portal
from entrypoints.worker.jobs import JobLater
from read_models import payments

log = structlog.get_logger("portal.worker")

LOOKED_BACK = timedelta(days=3)
"""How far what providers told is compared: longer than a weekend without webhooks."""

JUST_RECORDED = timedelta(hours=1)
"""How far back money in the record is asked for at its provider: some times each."""


def follow_payment(portal: Portal, payload: bytes) -> None:
    """Ask how an attempt stands; raises JobLater until it has ended."""
    job = msgspec.json.decode(payload, type=FollowPayment)
    again = follow(job.payment_id, portal.paying_room())
    if again is not None:
        raise JobLater(again, "It waits for the payment provider.")


def reconcile_payments(portal: Portal) -> None:
    """Compare the record with every provider account, both ways.

    What was charged and not recorded is recorded; what does not agree is told to staff. A provider
    that is away is compared with the next time.
    """
    room, now = portal.paying_room(), portal.clock().now()
    for name in room.providers.names():
        try:
            reconcile(name, now - LOOKED_BACK, room)
        except PortFailure as failure:
            log.warning("provider_not_compared", provider=name, why=failure.why)
    with portal.reading() as connection:
        still_open = payments.still_open(connection)
        recorded = payments.with_money_since(connection, now - JUST_RECORDED)
    for payment_id in still_open:
        _unless_away(portal, payment_id, follow)
    for payment_id in recorded:
        _unless_away(portal, payment_id, check_recorded)


def _unless_away(
    portal: Portal, payment_id: UUID, ask: Callable[[UUID, PayingRoom], object]
) -> None:
    try:
        ask(payment_id, portal.paying_room())
    except PortFailure as failure:
        log.warning("payment_not_compared", payment_id=str(payment_id), why=failure.why)
