"""Answers auditors' questions, for every door alike: each reading is recorded before it is shown.

An answer that cannot be recorded is not given: the refusal of the record goes through to whoever
asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import msgspec

from application.audit import Asked, AuditedBillGroupUnknown, RecordReading, Taken, record_reading
from domain.actor import Actor
from entrypoints.container import Portal
from read_models import access_as_of, audit_history
from read_models.access_as_of import AccessAsOf, Past, Rule
from read_models.audit_history import BillGroupName, HistoryRow, Sought
from read_models.columns import moment
from read_models.live import lowest_position

MOST_FOUND = 30
"""So many bill groups are offered when a name fits several."""


class Happened(msgspec.Struct, frozen=True):
    """What happened: rows by position, the newest first, of so many in all."""

    sought: Sought
    position: int
    rows: list[HistoryRow]
    total: int
    names: dict[UUID, str]


class Everything(msgspec.Struct, frozen=True):
    """All that happened, the oldest first, read as it is taken: longer than memory may be."""

    sought: Sought
    position: int
    rows: Iterator[HistoryRow]
    names: dict[UUID, str]


class PortalThen(msgspec.Struct, frozen=True):
    """A bill group's portal at a moment, with its names of today."""

    bill_group: BillGroupName
    access: AccessAsOf


class CouldEnter(msgspec.Struct, frozen=True):
    """Who could enter at a moment; with `whom`, only the rules that let them in.

    That is an address, or a domain for everyone at it.
    """

    at: datetime
    position: int
    portals: list[PortalThen]
    names: dict[UUID, str]
    whom: str | None = None


class Difference(msgspec.Struct, frozen=True):
    """What differs between two moments: rules that stood only at the one or at the other."""

    earlier: CouldEnter
    later: CouldEnter
    gone: list[Rule]
    new: list[Rule]


def bill_groups(portal: Portal, typed: str) -> list[BillGroupName]:
    """Find bill groups by id, external id, account or name."""
    with portal.reading() as connection:
        try:
            known = audit_history.bill_group(connection, UUID(typed))
        except ValueError:
            return audit_history.bill_groups(connection, typed.strip(), MOST_FOUND)
    return [known] if known else []


def happened(
    portal: Portal,
    by: Actor,
    sought: Sought,
    size: int | None = None,
    before: int | None = None,
) -> Happened:
    """Tell what happened, a page or everything; recorded."""
    answer = looked_up(portal, sought, size, before)
    record(portal, by, asked_of(answer))
    return answer


def looked_up(
    portal: Portal, sought: Sought, size: int | None = None, before: int | None = None
) -> Happened:
    """Look up what happened. Whoever calls this records it before showing it."""
    with portal.reading() as connection:
        position = lowest_position(connection)
        sought = msgspec.structs.replace(sought, up_to=position)
        rows = audit_history.found(connection, sought, size, before)
        total = audit_history.count(connection, sought)
        names = audit_history.staff_names(connection)
    return Happened(sought, position, rows, total, names)


@contextmanager
def everything(portal: Portal, sought: Sought) -> Iterator[Everything]:
    """Read all that happened. Whoever calls this records it before giving it away."""
    with portal.reading() as connection:
        position = lowest_position(connection)
        sought = msgspec.structs.replace(sought, up_to=position)
        names = audit_history.staff_names(connection)
        yield Everything(sought, position, audit_history.everything(connection, sought), names)


def asked_of(answer: Happened | Everything) -> Asked:
    """Say which question a history answers."""
    kind = answer.sought.kind
    return asked_about(f"history.{kind}" if kind else "history", answer.sought, answer.position)


def asked_about(question: str, sought: Sought, position: int) -> Asked:
    """Say what a question was about."""
    return Asked(
        question=question,
        position=position,
        bill_group_id=sought.bill_group_id,
        address=sought.address,
        domain=sought.domain,
        staff_id=sought.staff_id,
        since=None if sought.since is None else moment(sought.since),
        until=None if sought.until is None else moment(sought.until),
    )


def entering(portal: Portal, bill_group_id: UUID, at: datetime) -> CouldEnter:
    """Replay who could enter a bill group. Whoever calls this records it before showing it."""
    with portal.reading() as connection:
        found = audit_history.bill_group(connection, bill_group_id)
    if found is None:
        raise AuditedBillGroupUnknown
    return _replayed(portal, [found], at)


def entering_as(portal: Portal, whom: str, at: datetime) -> CouldEnter:
    """Replay where an address, or everyone at a domain, could enter.

    Whoever calls this records it before showing it.
    """
    values = list(dict.fromkeys([whom, whom.rpartition("@")[2]]))
    with portal.reading() as connection:
        found = audit_history.bill_groups_ever_granted(connection, values)
    answer = _replayed(portal, found, at)
    portals = [_for_person(each, values) for each in answer.portals]
    covered = [each for each in portals if each.access.rules]
    return msgspec.structs.replace(answer, portals=covered, whom=whom)


def asked_as_of(answer: CouldEnter) -> Asked:
    """Say which question a replay answers."""
    alone = answer.portals[0].access.bill_group_id if answer.whom is None else None
    is_address = answer.whom is not None and "@" in answer.whom
    return Asked(
        "who_could_enter",
        answer.position,
        bill_group_id=alone,
        address=answer.whom if is_address else None,
        domain=None if is_address else answer.whom,
        until=answer.at,
    )


def difference(portal: Portal, bill_group_id: UUID, since: datetime, until: datetime) -> Difference:
    """Compare two moments. Whoever calls this records it before showing it."""
    earlier, later = (entering(portal, bill_group_id, at) for at in (since, until))
    before, after = ({rule.grant_id: rule for rule in _rules(each)} for each in (earlier, later))
    return Difference(
        earlier=earlier,
        later=later,
        gone=[rule for grant_id, rule in before.items() if grant_id not in after],
        new=[rule for grant_id, rule in after.items() if grant_id not in before],
    )


def asked_between(answer: Difference) -> Asked:
    """Say which question a comparison answers."""
    return Asked(
        "difference",
        answer.later.position,
        bill_group_id=answer.later.portals[0].access.bill_group_id,
        since=answer.earlier.at,
        until=answer.later.at,
    )


def record(portal: Portal, by: Actor, asked: Asked, taken: Taken | None = None) -> None:
    """Record a reading, and the file that is taken with it; only then may it be shown."""
    command = RecordReading(portal.ids().uuid7(), asked, taken)
    portal.bus().execute(record_reading, command, by)


def _rules(answer: CouldEnter) -> tuple[Rule, ...]:
    return answer.portals[0].access.rules


def _for_person(then: PortalThen, values: list[str]) -> PortalThen:
    rules = tuple(rule for rule in then.access.rules if rule.value in values)
    access = msgspec.structs.replace(then.access, rules=rules)
    return PortalThen(then.bill_group, access)


def _replayed(portal: Portal, found: list[BillGroupName], at: datetime) -> CouldEnter:
    with portal.reading() as connection, portal.empty_database() as into:
        position = lowest_position(connection)
        past = Past(connection, portal.read_streams(), position, at)
        ids = [each.bill_group_id for each in found]
        then = access_as_of.of_bill_groups(past, into, ids)
        names = audit_history.staff_names(connection)
        standing = [rule.grant_id for access in then for rule in access.rules]
        ends = audit_history.ends_of_grants(connection, standing)
    portals = [
        PortalThen(each, _with_ends(access, ends)) for each, access in zip(found, then, strict=True)
    ]
    return CouldEnter(at, position, portals, names)


def _with_ends(access: AccessAsOf, ends: dict[UUID, audit_history.GrantEnd]) -> AccessAsOf:
    rules = tuple(
        msgspec.structs.replace(rule, ended=ends.get(rule.grant_id)) for rule in access.rules
    )
    return msgspec.structs.replace(access, rules=rules)
