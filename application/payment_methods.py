"""Customers remove a payment method: here at once, at its provider by the worker."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from application.ports.event_log import EventLog, Job
from application.ports.payments import PaymentProviders
from domain.bill_group import BillGroup, BillGroupUnknown, PaymentMethodUnknown
from domain.entity import Entity
from domain.event import Act


class RemoveMethod(msgspec.Struct, frozen=True):
    """Take a payment method away."""

    bill_group_id: UUID
    method_id: UUID


class RemoveAtProvider(msgspec.Struct, frozen=True):
    """The worker's job: let a provider account forget a method, so that it cannot be charged."""

    provider: str
    customer: str
    reference: str


def remove_method(command: RemoveMethod, act: Act, log: EventLog) -> None:
    """Remove it here, and have its provider forget it.

    Raises PaymentMethodUnknown, PaymentMethodNeeded.
    """
    group = log.get(BillGroup, command.bill_group_id)
    if group.entity_id is None:
        raise BillGroupUnknown(bill_group_id=group.id)
    if command.method_id not in group.payment_methods:
        raise PaymentMethodUnknown(method_id=command.method_id)
    entity = log.get(Entity, group.entity_id)
    held = group.held.get(command.method_id)
    jobs = []
    if held is not None:
        forget = RemoveAtProvider(held.provider, held.customer, held.reference)
        jobs = [Job("remove_method_at_provider", forget, group.id, lane=held.provider)]
    collector = entity.payment_rules.collector
    group.take_away_method(command.method_id, today_at(entity, act.at), collector, by=act)
    log.save(group, jobs=jobs)


def remove_at_provider(command: RemoveAtProvider, providers: PaymentProviders) -> None:
    """Let the provider forget it; once more is no error. Raises what the port raises."""
    providers.of(command.provider).remove_method(command.customer, command.reference)


def today_at(entity: Entity, at: datetime) -> date:
    """Give the calendar date of a moment where the entity is."""
    zone = entity.facts.time_zone if entity.facts else "UTC"
    return at.astimezone(ZoneInfo(zone)).date()
