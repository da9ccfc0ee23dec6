"""What auditors look at: everything that concerns access, of whom or what, and when.

Moments are µs UTC; `since` and `until` both count. A session that ended stands once, except where
one bill group is asked about. Rows are listed by position, the newest first.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from domain.actor import Actor
from domain.event import Event
from domain.portal_access import AddressGranted, DomainGranted, GrantRevoked
from read_models.audit_tables import (
    ACCOUNTS,
    BILL_GROUPS,
    CONCERNING,
    GRANTS,
    HISTORY,
    MODEL,
    STAFF,
    ZONES,
)
from read_models.searching import holding

__all__ = [
    "MODEL",
    "BillGroupName",
    "HistoryRow",
    "Kind",
    "Sought",
    "bill_group",
    "bill_group_names",
    "bill_groups",
    "bill_groups_ever_granted",
    "count",
    "ends_of_grants",
    "everything",
    "found",
    "staff_names",
    "staff_of_address",
    "zones",
]

Kind: TypeAlias = Literal[
    "access",
    "grants",
    "sign_ins",
    "refused",
    "previews",
    "staff",
    "readings",
    "exports",
    "reviews",
    "brand",
    "privacy",
    "mails",
]

_BEGINNINGS: dict[Kind, tuple[str, ...]] = {
    "access": ("portal_access.",),
    "sign_ins": ("customer_session.", "sign_in."),
    "refused": ("sign_in.refused.",),
    "previews": ("preview.",),
    "staff": ("staff.", "staff_session."),
    "readings": ("audit.",),
    "exports": ("audit.exported.",),
    "reviews": ("access_review.",),
    "brand": ("entity.",),
    "privacy": ("person.",),
    "mails": ("mail.",),
}
AT_ONCE = 1_000
"""So many rows are held at once when everything is asked for."""

_CHANGES: tuple[type[Event], ...] = (DomainGranted, AddressGranted, GrantRevoked)


class Sought(msgspec.Struct, frozen=True):
    """What is asked: everything, or what concerns one bill group, person, domain, staff member."""

    bill_group_id: UUID | None = None
    address: str | None = None
    domain: str | None = None
    staff_id: UUID | None = None
    since: int | None = None
    until: int | None = None
    kind: Kind | None = None
    up_to: int | None = None


class HistoryRow(msgspec.Struct, frozen=True):
    """One thing that happened. `rule` is what the grant concerned lets in: domain or address."""

    position: int
    recorded_at: int
    at: int
    topic: str
    bill_group_id: UUID | None
    bill_group: str | None
    account: str | None
    domain: str | None
    address: str | None
    staff_id: UUID | None
    actor: Actor
    door: str
    grant_id: UUID | None
    rule: str | None
    reason: str | None
    details: dict[str, Any]


class BillGroupName(msgspec.Struct, frozen=True):
    """A bill group as it is found: by its account's name, its own, or its external id."""

    bill_group_id: UUID
    external_id: str
    name: str
    account: str | None


class GrantEnd(msgspec.Struct, frozen=True):
    """When a grant was revoked, by whom and why."""

    at: int
    by: Actor
    reason: str


def found(
    connection: Connection, sought: Sought, size: int | None = None, before: int | None = None
) -> list[HistoryRow]:
    """List what happened, the newest first, going on `before` a position."""
    query = _of(select(*_ROW).select_from(_JOINED), sought)
    if before is not None:
        query = query.where(HISTORY.c.position < before)
    rows = connection.execute(query.order_by(HISTORY.c.position.desc()).limit(size))
    return [HistoryRow(*row) for row in rows]


def everything(connection: Connection, sought: Sought) -> Iterator[HistoryRow]:
    """Give what happened one after another, the oldest first, however much it is."""
    query = _of(select(*_ROW).select_from(_JOINED), sought).order_by(HISTORY.c.position)
    for row in connection.execute(query, execution_options={"yield_per": AT_ONCE}):
        yield HistoryRow(*row)


def count(connection: Connection, sought: Sought) -> int:
    """Count what happened."""
    query = _of(select(func.count()).select_from(HISTORY), sought)
    total: int = connection.execute(query).scalar_one()
    return total


def bill_groups(connection: Connection, words: str, size: int) -> list[BillGroupName]:
    """Find bill groups by account, name or external id; an exact id comes first and alone."""
    exact = connection.execute(_NAMED.where(BILL_GROUPS.c.external_id == words).limit(size)).all()
    if exact:
        return [BillGroupName(*row) for row in exact]
    here = holding(words, ACCOUNTS.c.name_key, BILL_GROUPS.c.name_key)
    query = _NAMED.where(here).order_by(
        ACCOUNTS.c.name_key, BILL_GROUPS.c.name_key, BILL_GROUPS.c.bill_group_id
    )
    return [BillGroupName(*row) for row in connection.execute(query.limit(size))]


def bill_group(connection: Connection, bill_group_id: UUID) -> BillGroupName | None:
    """Name one bill group, or nothing when it is unknown."""
    row = connection.execute(_NAMED.where(BILL_GROUPS.c.bill_group_id == bill_group_id)).first()
    return None if row is None else BillGroupName(*row)


def bill_group_names(
    connection: Connection, bill_group_ids: Sequence[UUID]
) -> dict[UUID, BillGroupName]:
    """Name bill groups, however many."""
    names: dict[UUID, BillGroupName] = {}
    for first in range(0, len(bill_group_ids), AT_ONCE):
        these = BILL_GROUPS.c.bill_group_id.in_(bill_group_ids[first : first + AT_ONCE])
        names |= {row[0]: BillGroupName(*row) for row in connection.execute(_NAMED.where(these))}
    return names


def bill_groups_ever_granted(connection: Connection, values: list[str]) -> list[BillGroupName]:
    """List the bill groups that ever granted one of these domains and addresses."""
    ever = select(GRANTS.c.bill_group_id).where(GRANTS.c.value.in_(values))
    query = _NAMED.where(BILL_GROUPS.c.bill_group_id.in_(ever)).order_by(
        ACCOUNTS.c.name_key, BILL_GROUPS.c.name_key, BILL_GROUPS.c.bill_group_id
    )
    return [BillGroupName(*row) for row in connection.execute(query)]


def ends_of_grants(connection: Connection, grant_ids: Sequence[UUID]) -> dict[UUID, GrantEnd]:
    """Tell when and why these grants were revoked, whichever were."""
    query = select(
        GRANTS.c.grant_id, GRANTS.c.revoked_at, GRANTS.c.revoked_by, GRANTS.c.revoked_because
    ).where(GRANTS.c.grant_id.in_(grant_ids), GRANTS.c.revoked_at.is_not(None))
    return {grant_id: GrantEnd(*end) for grant_id, *end in connection.execute(query)}


def staff_names(connection: Connection) -> dict[UUID, str]:
    """Name all staff there ever were."""
    rows = connection.execute(select(STAFF.c.staff_id, STAFF.c.name))
    return {row.staff_id: row.name for row in rows}


def staff_of_address(connection: Connection, email: str) -> UUID | None:
    """Give the staff member with a canonical address, or nothing."""
    query = select(STAFF.c.staff_id).where(STAFF.c.email == email)
    return connection.execute(query).scalar()


def zones(connection: Connection) -> list[str]:
    """List the time zones of the entities."""
    query = select(ZONES.c.time_zone).distinct().order_by(ZONES.c.time_zone)
    return list(connection.execute(query).scalars())


def _of(query: Select[Any], sought: Sought) -> Select[Any]:
    query = query.where(*_concerning(sought))
    if sought.kind is not None:
        query = query.where(HISTORY.c.topic.in_(_topics(sought.kind)))
    if sought.since is not None:
        query = query.where(HISTORY.c.at >= sought.since)
    if sought.until is not None:
        query = query.where(HISTORY.c.at <= sought.until)
    if sought.up_to is not None:
        query = query.where(HISTORY.c.position <= sought.up_to)
    return query


def _concerning(sought: Sought) -> list[ColumnElement[bool]]:
    """Say whom or what rows are about; several together must all hold."""
    conditions: list[ColumnElement[bool]] = []
    if sought.bill_group_id is not None:
        conditions.append(HISTORY.c.bill_group_id == sought.bill_group_id)
    else:
        conditions.append(HISTORY.c.part == 0)
    if sought.address is not None:
        conditions.append(_of_person(sought.address))
    if sought.domain is not None:
        conditions.append(HISTORY.c.domain == sought.domain)
    if sought.staff_id is not None:
        theirs = (HISTORY.c.staff_id == sought.staff_id, HISTORY.c.by_staff_id == sought.staff_id)
        conditions.append(or_(*theirs))
    return conditions


def _of_person(address: str) -> ColumnElement[bool]:
    """Say that something is about an address, or about a grant of its whole domain."""
    domain_grant = and_(
        HISTORY.c.domain == address.rpartition("@")[2],
        HISTORY.c.address.is_(None),
        HISTORY.c.grant_id.is_not(None),
    )
    return or_(HISTORY.c.address == address, domain_grant)


def _topics(kind: Kind) -> list[str]:
    if kind == "grants":
        return [event.topic for event in _CHANGES]
    return [event.topic for event in CONCERNING if event.topic.startswith(_BEGINNINGS[kind])]


_NAMED = select(
    BILL_GROUPS.c.bill_group_id, BILL_GROUPS.c.external_id, BILL_GROUPS.c.name, ACCOUNTS.c.name
).select_from(BILL_GROUPS.outerjoin(ACCOUNTS, ACCOUNTS.c.account_id == BILL_GROUPS.c.account_id))

_JOINED = (
    HISTORY.outerjoin(GRANTS, GRANTS.c.grant_id == HISTORY.c.grant_id)
    .outerjoin(BILL_GROUPS, BILL_GROUPS.c.bill_group_id == HISTORY.c.bill_group_id)
    .outerjoin(ACCOUNTS, ACCOUNTS.c.account_id == BILL_GROUPS.c.account_id)
)
_OF_HISTORY = {name: HISTORY.c[name] for name in HistoryRow.__struct_fields__ if name in HISTORY.c}
_ELSEWHERE = {"bill_group": BILL_GROUPS.c.name, "account": ACCOUNTS.c.name, "rule": GRANTS.c.value}
_ROW = tuple({**_OF_HISTORY, **_ELSEWHERE}[name] for name in HistoryRow.__struct_fields__)
