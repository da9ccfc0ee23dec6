"""Adding a payment method on a provider's own page: stored first, then asked for, then looked up.

Coming back from that page proves nothing; the provider's webhook may come before or after.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from application.paying import PayingNotOffered
from application.payment_attempts import KINDS, PayingRoom, why_refused
from application.ports.event_log import EventLog, Job
from application.ports.payment_outcomes import FailureCode, Outcome
from application.ports.payments import (
    PageAsked,
    PaymentKeyRefused,
    PaymentRefused,
    PaymentUnavailable,
    Sought,
)
from application.saved_methods import keep
from application.settling import PAYMENTS
from domain.bill_group import BillGroup, BillGroupUnknown
from domain.entity import Entity
from domain.event import Act
from domain.method_set_up import MethodSetUp, SetUpEnd, SetUpUnknown

PAGE_LIFE = timedelta(hours=1)
"""How long somebody has for the provider's page before it is closed."""


class FollowSetUp(msgspec.Struct, frozen=True):
    """The worker's job: see a visit to the provider's page through until it has ended."""

    set_up_id: UUID


class BeginSetUp(msgspec.Struct, frozen=True, kw_only=True):
    """Set out to add a method; `customer` is the bill group's reference at the provider account."""

    set_up_id: UUID
    bill_group_id: UUID
    provider: str
    customer: str


def begin_set_up(command: BeginSetUp, act: Act, log: EventLog) -> UUID:
    """Store the visit; sent again, it is the same one. Raises PayingNotOffered, SetUpUnknown."""
    group, visit = log.get(BillGroup, command.bill_group_id), _get(log, command.set_up_id)
    if group.entity_id is None:
        raise BillGroupUnknown(bill_group_id=group.id)
    if log.get(Entity, group.entity_id).payment_rules.provider != command.provider:
        raise PayingNotOffered
    visit.begin(group.id, command.provider, command.customer, by=act)
    follow = FollowSetUp(visit.id)
    log.save(visit, jobs=[Job("follow_set_up", follow, group.id, lane=command.provider)])
    return visit.id


class OpenPage(msgspec.Struct, frozen=True, kw_only=True):
    """Ask the provider for its page. Reaching either address of ours proves nothing."""

    set_up_id: UUID
    return_url: str
    cancel_url: str
    language: str


def open_page(command: OpenPage, room: PayingRoom) -> str | None:
    """Give where to go next: the same page for the same visit, or nothing once it has ended.

    A provider that refuses its page ends the visit. Raises PaymentUnavailable.
    """
    visit = _get(room.bus.log, command.set_up_id)
    if not visit.is_open:
        return None
    group = room.bus.log.get(BillGroup, _group(visit))
    asked = PageAsked(
        attempt_id=visit.id,
        bill_group_id=group.id,
        customer=visit.customer,
        kinds=KINDS,
        return_url=command.return_url,
        cancel_url=command.cancel_url,
        language=command.language,
        currency=group.facts.currency if group.facts else "",
    )
    try:
        return room.providers.of(visit.provider).page_to_add_method(asked).url
    except (PaymentRefused, PaymentKeyRefused) as refused:
        room.bus.execute(refuse_set_up, RefuseSetUp(visit.id, why_refused(refused)), PAYMENTS)
        return None


def find_out_set_up(set_up_id: UUID, room: PayingRoom) -> None:
    """Look a visit up, and record how it stands. Raises PaymentUnavailable."""
    visit = _get(room.bus.log, set_up_id)
    outcome = room.providers.of(visit.provider).look_up(_sought(visit))
    if outcome is not None:
        _settle(visit, outcome, room)


def follow_set_up(set_up_id: UUID, room: PayingRoom) -> datetime | None:
    """See a visit through. Gives when to look again (UTC), or nothing once it has ended."""
    visit = _get(room.bus.log, set_up_id)
    if not visit.is_open:
        return None
    age = room.bus.clock.now() - _begun(visit)
    try:
        if age >= PAGE_LIFE:
            _close(visit, room, "expired")
        else:
            find_out_set_up(set_up_id, room)
    except PaymentUnavailable:
        pass
    if not _get(room.bus.log, set_up_id).is_open:
        return None
    return room.bus.clock.now() + (timedelta(seconds=5 if age < timedelta(minutes=2) else 30))


def leave_set_up(set_up_id: UUID, room: PayingRoom) -> None:
    """Close a visit that is not wanted any more. Raises PaymentUnavailable."""
    visit = _get(room.bus.log, set_up_id)
    if visit.is_open:
        _close(visit, room, "cancelled")


class SettleSetUp(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider account says of a visit; `cause` is why it was closed, if it was."""

    provider: str
    outcome: Outcome
    cause: SetUpEnd = "cancelled"


def settle_set_up(command: SettleSetUp, act: Act, log: EventLog) -> None:
    """Record how a visit stands, and the method at its bill group, in whatever order it is told.

    A visit of another account, bill group or customer is none of ours.
    """
    outcome = command.outcome
    visit = _get(log, outcome.attempt_id)
    told = (command.provider, outcome.bill_group_id, outcome.customer)
    if visit.state == "succeeded" or told != (visit.provider, visit.bill_group_id, visit.customer):
        return
    match outcome.status:
        case "succeeded":
            _take(visit, outcome, act, log)
        case "failed":
            visit.fail(outcome.failure.code if outcome.failure else "other", by=act)
            log.save(visit)
        case "cancelled":
            visit.give_up(command.cause, by=act)
            log.save(visit)


def _take(visit: MethodSetUp, outcome: Outcome, act: Act, log: EventLog) -> None:
    """Record the method; one that was removed again meanwhile stays away."""
    group = log.get(BillGroup, outcome.bill_group_id)
    if outcome.method is not None and outcome.method_saved:
        method_id = keep(group, visit.provider, visit.customer, outcome.method, act)
        facts = group.payment_methods.get(method_id)
        if facts is not None:
            visit.succeed(method_id, facts, by=act)
    visit.fail("other", by=act)
    log.save(visit, group)


class RefuseSetUp(msgspec.Struct, frozen=True):
    """End a visit whose page the provider refuses."""

    set_up_id: UUID
    code: FailureCode


def refuse_set_up(command: RefuseSetUp, act: Act, log: EventLog) -> None:
    """Note it as failed; a method that was entered on an earlier page is taken all the same."""
    visit = _get(log, command.set_up_id)
    visit.fail(command.code, by=act)
    log.save(visit)


class EndSetUp(msgspec.Struct, frozen=True):
    """End a visit that the provider never heard of."""

    set_up_id: UUID
    cause: SetUpEnd


def end_set_up(command: EndSetUp, act: Act, log: EventLog) -> None:
    """Note it."""
    visit = _get(log, command.set_up_id)
    visit.give_up(command.cause, by=act)
    log.save(visit)


def _close(visit: MethodSetUp, room: PayingRoom, cause: SetUpEnd) -> None:
    outcome = room.providers.of(visit.provider).cancel(_sought(visit))
    if outcome is None:
        room.bus.execute(end_set_up, EndSetUp(visit.id, cause), PAYMENTS)
    else:
        _settle(visit, outcome, room, cause)


def _settle(
    visit: MethodSetUp, outcome: Outcome, room: PayingRoom, cause: SetUpEnd = "cancelled"
) -> None:
    command = SettleSetUp(provider=visit.provider, outcome=outcome, cause=cause)
    room.bus.execute(settle_set_up, command, PAYMENTS)


def _get(log: EventLog, set_up_id: UUID) -> MethodSetUp:
    return log.get(MethodSetUp, set_up_id)


def _sought(visit: MethodSetUp) -> Sought:
    return Sought(visit.id, "set_up", visit.customer, _begun(visit))


def _begun(visit: MethodSetUp) -> datetime:
    if visit.begun_at is None:
        raise SetUpUnknown(set_up_id=visit.id)
    return visit.begun_at


def _group(visit: MethodSetUp) -> UUID:
    if visit.bill_group_id is None:
        raise SetUpUnknown(set_up_id=visit.id)
    return visit.bill_group_id
