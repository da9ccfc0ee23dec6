"""Sees payments through: follows each attempt until it has ended, and compares with providers."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import msgspec
import structlog

from application.paying import FollowPayment
from application.payment_endings import follow
from application.payment_notices import check_recorded, reconcile
from application.ports.failures import Refused, Unavailable
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


def reconcile_payments(portal: Portal, account: str) -> None:
    """Compare the record with a provider account, both ways.

    What was charged and not recorded is recorded; what does not agree is told to staff. An account
    that is away is compared with the next time.
    """
    room, now = portal.paying_room(), portal.clock().now()
    try:
        _unless_refused(account, lambda: reconcile(account, now - LOOKED_BACK, room))
        with portal.reading() as connection:
            still_open = payments.still_open(connection, account)
            recorded = payments.with_money_since(connection, account, now - JUST_RECORDED)
        for payment_id in still_open:
            _unless_refused(account, partial(follow, payment_id, room))
        for payment_id in recorded:
            _unless_refused(account, partial(check_recorded, payment_id, room))
    except Unavailable as away:
        log.warning("provider_not_compared", provider=account, why=away.why)


def _unless_refused(account: str, ask: Callable[[], object]) -> None:
    try:
        ask()
    except Refused as refused:
        log.warning("payment_not_compared", provider=account, why=refused.why)
