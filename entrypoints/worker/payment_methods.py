"""Sees visits to providers' pages through, and lets providers forget what was removed."""

from datetime import timedelta

import msgspec

from application import method_set_ups
from application.method_set_ups import FollowSetUp
from application.payment_methods import RemoveAtProvider, remove_at_provider
from application.ports.payments import PaymentUnavailable
from entrypoints.container import Portal
from entrypoints.worker.jobs import JobLater

AGAIN = timedelta(minutes=5)
"""How long a provider that is away is left alone; it is asked until it answers."""


def follow_set_up(portal: Portal, payload: bytes) -> None:
    """Ask how a visit stands; raises JobLater until it has ended."""
    job = msgspec.json.decode(payload, type=FollowSetUp)
    again = method_set_ups.follow_set_up(job.set_up_id, portal.paying_room())
    if again is not None:
        raise JobLater(again, "It waits for the payment provider.")


def remove_method_at_provider(portal: Portal, payload: bytes) -> None:
    """Let a provider forget a method. Raises JobLater while it is away, PaymentRefused."""
    job = msgspec.json.decode(payload, type=RemoveAtProvider)
    try:
        remove_at_provider(job, portal.payment_providers())
    except PaymentUnavailable as away:
        raise JobLater(portal.clock().now() + AGAIN, away.why) from away
