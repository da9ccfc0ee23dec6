"""The Customer Portal panel of a bill group: on or off, link, grants, who signed in, history.

Staff and auditors look at it. Moments are µs UTC.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    Uuid,
    column,
    func,
    or_,
    select,
    table,
)

from domain.actor import Actor
from read_models.access_panel_tables import (
    ACCESS,
    GRANTS,
    HISTORY,
    MODEL,
    PEOPLE,
    GrantKind,
    Happening,
)
from read_models.columns import micros

__all__ = [
    "MODEL",
    "AccessPanel",
    "CameIn",
    "GrantKind",
    "GrantRow",
    "Happening",
    "HistoryRow",
    "covering",
    "grants",
    "history",
    "lately",
    "live_sessions",
    "of_bill_group",
    "one_grant",
]


class AccessPanel(msgspec.Struct, frozen=True):
    """Whether the portal is on, since when and by whom, and its link."""

    is_on: bool = False
    switched_at: int | None = None
    switched_by: Actor | None = None
    link: str | None = None
    link_made_at: int | None = None


class GrantRow(msgspec.Struct, frozen=True):
    """One grant: who gave it, why, how many people came in by it, and when last."""

    grant_id: UUID
    kind: GrantKind
    value: str
    domain: str
    granted_at: int
    granted_by: Actor
    reason: str | None
    override: bool
    people: int
    signed_in_at: int | None


class CameIn(msgspec.Struct, frozen=True):
    """Who signed in lately, and by which grant; `revoked` says that this grant is gone."""

    address: str
    signed_in_at: int
    grant: str | None
    revoked: bool


class HistoryRow(msgspec.Struct, frozen=True):
    """One line of the history; `grant` is the domain or address of the grant concerned."""

    position: int
    at: int
    by: Actor
    what: Happening
    value: str | None
    detail: str | None
    grant: str | None


def of_bill_group(connection: Connection, bill_group_id: UUID) -> AccessPanel:
    """Give the panel's head; a portal that was never set up is off and has no link."""
    names = AccessPanel.__struct_fields__
    query = select(*(ACCESS.c[name] for name in names))
    row = connection.execute(query.where(ACCESS.c.bill_group_id == bill_group_id)).first()
    return AccessPanel() if row is None else AccessPanel(*row)


def grants(connection: Connection, bill_group_id: UUID) -> list[GrantRow]:
    """List who can sign in: domains first, then addresses, each by name."""
    query = _granted(bill_group_id).order_by(GRANTS.c.kind.desc(), GRANTS.c.value)
    return [GrantRow(*row) for row in connection.execute(query)]


def one_grant(connection: Connection, bill_group_id: UUID, grant_id: UUID) -> GrantRow | None:
    """Give one grant that stands; another bill group's and a revoked one are none."""
    query = _granted(bill_group_id).where(GRANTS.c.grant_id == grant_id)
    row = connection.execute(query).first()
    return None if row is None else GrantRow(*row)


def covering(connection: Connection, bill_group_id: UUID, address: str) -> GrantRow | None:
    """Give the grant that lets a canonical address in, if any."""
    values = [address, address.rpartition("@")[2]]
    row = connection.execute(_granted(bill_group_id).where(GRANTS.c.value.in_(values))).first()
    return None if row is None else GrantRow(*row)


def _granted(bill_group_id: UUID) -> Select[Any]:
    people = (
        select(
            PEOPLE.c.grant_id,
            func.count().label("people"),
            func.max(PEOPLE.c.signed_in_at, type_=BigInteger).label("signed_in_at"),
        )
        .where(PEOPLE.c.bill_group_id == bill_group_id)
        .group_by(PEOPLE.c.grant_id)
        .subquery()
    )
    stored = (name for name in GrantRow.__struct_fields__ if name not in {"people", "signed_in_at"})
    return (
        select(
            *(GRANTS.c[name] for name in stored),
            func.coalesce(people.c.people, 0),
            people.c.signed_in_at,
        )
        .select_from(GRANTS.outerjoin(people, people.c.grant_id == GRANTS.c.grant_id))
        .where(GRANTS.c.bill_group_id == bill_group_id, GRANTS.c.revoked_at.is_(None))
    )


def lately(connection: Connection, bill_group_id: UUID, size: int) -> list[CameIn]:
    """List who signed in last."""
    gone = GRANTS.c.revoked_at.is_not(None)
    query = (
        select(PEOPLE.c.address, PEOPLE.c.signed_in_at, GRANTS.c.value, gone)
        .select_from(PEOPLE.outerjoin(GRANTS, GRANTS.c.grant_id == PEOPLE.c.grant_id))
        .where(PEOPLE.c.bill_group_id == bill_group_id)
        .order_by(PEOPLE.c.signed_in_at.desc(), PEOPLE.c.address)
        .limit(size)
    )
    return [CameIn(*row) for row in connection.execute(query)]


def history(
    connection: Connection, bill_group_id: UUID, size: int, before: int | None = None
) -> list[HistoryRow]:
    """List what happened, the newest first, going on `before` a position."""
    query = (
        select(
            HISTORY.c.position,
            HISTORY.c.at,
            HISTORY.c.by,
            HISTORY.c.what,
            HISTORY.c.value,
            HISTORY.c.detail,
            GRANTS.c.value,
        )
        .select_from(HISTORY.outerjoin(GRANTS, GRANTS.c.grant_id == HISTORY.c.grant_id))
        .where(HISTORY.c.bill_group_id == bill_group_id)
        .order_by(HISTORY.c.position.desc())
        .limit(size)
    )
    if before is not None:
        query = query.where(HISTORY.c.position < before)
    return [HistoryRow(*row) for row in connection.execute(query)]


IDLE = timedelta(hours=4)
"""A session ends after so long without use."""

_SESSIONS = table(
    "sessions",
    column("session_id", Uuid),
    column("address", Text),
    column("domain", Text),
    column("last_used_at", BigInteger),
    column("ends_at", BigInteger),
    column("ended_at", BigInteger),
)


def live_sessions(connection: Connection, values: list[str], now: datetime) -> int:
    """Count the live sessions of addresses that these domains and addresses let in."""
    theirs: ColumnElement[bool] = or_(
        _SESSIONS.c.address.in_(values), _SESSIONS.c.domain.in_(values)
    )
    query = select(func.count()).select_from(_SESSIONS)
    query = query.where(
        theirs,
        _SESSIONS.c.ended_at.is_(None),
        _SESSIONS.c.ends_at > micros(now),
        _SESSIONS.c.last_used_at > micros(now - IDLE),
    )
    return connection.execute(query).scalar_one()
