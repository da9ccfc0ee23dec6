"""What follows from an event by itself: mails that people expect, stored with the event.

Reactions are pure, and are asked once, when an event is recorded: a replay asks none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec.structs import replace

from application.ports.event_log import Job
from domain.actor import ImportRun
from domain.bill_group import (
    AutoPaySwitched,
    ContactChanged,
    DetailChanged,
    PaymentMethodRemoved,
    PaymentMethodSaved,
)
from domain.event import Event
from domain.invoice import InvoiceRecorded

RECENT = timedelta(days=3)
"""An invoice that is dated further back is nobody's news."""

MethodNews: TypeAlias = Literal["saved", "renewed", "removed", "default", "auto_pay"]


class SendInvoiceAvailable(msgspec.Struct, frozen=True):
    """The worker's job: tell the billing contact of an invoice that was issued at a moment."""

    invoice_id: UUID
    issued_at: datetime


class SendDetailsChanged(msgspec.Struct, frozen=True):
    """The worker's job: tell the billing contact what a change made of a detail or a contact."""

    bill_group_id: UUID
    version: int


class SendMethodsChanged(msgspec.Struct, frozen=True):
    """The worker's job: tell the billing contact what was done with the ways to pay.

    `method_id` names the method, or there is none (any more); `collection` is what auto-pay
    became.
    """

    bill_group_id: UUID
    version: int
    news: MethodNews
    method_id: UUID | None = None
    collection: str | None = None


def when_invoice_is_issued_then_announce_it(event: InvoiceRecorded) -> list[Job]:
    """Announce an invoice that is not dated long ago; the worker knows the entity's calendar."""
    document = event.document
    earliest = (event.at - RECENT - timedelta(days=1)).date()
    if document.status != "issued" or document.issued_on is None or document.issued_on < earliest:
        return []
    told = SendInvoiceAvailable(event.stream_id, event.at)
    return [Job("send_invoice_available", told, event.bill_group_id)]


def when_detail_is_changed_then_tell(event: DetailChanged) -> list[Job]:
    """Tell of a detail; the default payment method is told of as a way to pay."""
    if event.detail != "default_payment_method":
        return [_details(event)]
    method_id = UUID(event.value) if event.value else None
    return [_methods(event, "default", method_id=method_id)]


def when_contact_is_changed_then_tell(event: ContactChanged) -> list[Job]:
    """Tell of a contact; of a new billing email its own mails have told."""
    return [_details(event)]


def when_method_is_saved_then_tell(event: PaymentMethodSaved) -> list[Job]:
    """Tell of a method that can be charged from now on, or that its bank has renewed.

    What an import brings is no news, nor what reads as before: a mandate's reference, say.
    """
    earlier = event.earlier and replace(event.earlier, status=event.facts.status)
    if isinstance(event.actor, ImportRun) or earlier == event.facts:
        return []
    return [_methods(event, "renewed" if earlier else "saved", method_id=event.method_id)]


def when_method_is_removed_then_tell(event: PaymentMethodRemoved) -> list[Job]:
    """Tell of a method that a customer removed; the billing system's own changes are no news."""
    return [_methods(event, "removed", method_id=event.method_id)] if event.by_customer else []


def when_auto_pay_is_switched_then_tell(event: AutoPaySwitched) -> list[Job]:
    """Tell that money is collected by itself from now on, or no more."""
    return [_methods(event, "auto_pay", collection=event.collection)]


REACTIONS: Mapping[type[Event], Callable[[Any], list[Job]]] = {
    AutoPaySwitched: when_auto_pay_is_switched_then_tell,
    ContactChanged: when_contact_is_changed_then_tell,
    DetailChanged: when_detail_is_changed_then_tell,
    PaymentMethodRemoved: when_method_is_removed_then_tell,
    PaymentMethodSaved: when_method_is_saved_then_tell,
}
"""What is asked of every event that is recorded. Invoices are announced by imports alone, which
know what a first import brings."""


def reactions_to(events: Sequence[Event]) -> list[Job]:
    """Give the jobs that follow from events that are recorded together.

    One mail tells of a method that was saved and became the default, or was removed and was it.
    """
    asked = [(REACTIONS[type(event)], event) for event in events if type(event) in REACTIONS]
    jobs = [job for react, event in asked for job in react(event)]
    told = [job.payload for job in jobs if isinstance(job.payload, SendMethodsChanged)]
    moved = {one.bill_group_id for one in told if one.news in {"saved", "removed"}}
    return [job for job in jobs if not _is_told(job.payload, moved)]


def _is_told(payload: msgspec.Struct, moved: set[UUID]) -> bool:
    """Whether another mail about the same bill group says it as well."""
    if not isinstance(payload, SendMethodsChanged):
        return False
    return payload.news == "default" and payload.bill_group_id in moved


def _details(event: DetailChanged | ContactChanged) -> Job:
    told = SendDetailsChanged(event.stream_id, event.version)
    return Job("send_details_changed", told, event.stream_id)


def _methods(event: Event, news: MethodNews, **facts: Any) -> Job:
    told = SendMethodsChanged(event.stream_id, event.version, news, **facts)
    return Job("send_methods_changed", told, event.stream_id)
