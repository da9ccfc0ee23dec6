"""The sessions that a revocation ended, and the last use of each.

Rules never overlap, so that the sessions of a rule are those that it let in, and those of the
addresses it covers, which had opened the bill group and were not over. Moments are µs UTC; `since`
and `until` both count.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    func,
    or_,
    select,
)

from domain.actor import Actor
from domain.customer_session import Entered, SessionEndCause, SessionEnded, SignedIn
from domain.overlap import domain_of
from domain.portal_access import GrantRevoked
from read_models.audit_history import Sought
from read_models.columns import Encoded, micros
from read_models.projection import Change, Put, ReadModel, Recorded, Write

metadata = MetaData()

REVOCATIONS = Table(
    "audit_revocations",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False, index=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("domain", Text, nullable=False, index=True),
    Column("address", Text),
    Column("at", BigInteger, nullable=False),
    Column("by", Encoded(Actor), nullable=False),
    Column("reason", Text, nullable=False),
)
"""Every grant that was taken back; without an address it was one of the whole domain."""

SESSIONS = Table(
    "audit_revocation_sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, primary_key=True),
    Column("address", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("grant_id", Uuid, nullable=False),
    Column("entered_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("cause", Text),
    Index("audit_revocation_sessions_of_domain", "bill_group_id", "domain"),
)
"""The bill groups that each session opened, and how it ended; its last use is known then."""


def revoked(recorded: Recorded) -> Iterator[Write]:
    """Note that a grant was taken back."""
    event: Any = recorded.event
    row = {name: getattr(event, name) for name in ("grant_id", "bill_group_id", "domain", "reason")}
    placed = {"position": recorded.position, "at": micros(event.at), "by": event.actor}
    yield Put(REVOCATIONS, {**row, **placed, "address": event.address})


def opened(event: SignedIn | Entered) -> Iterator[Write]:
    """Note that a session opened a bill group."""
    row = {
        "session_id": event.stream_id,
        "bill_group_id": event.bill_group_id,
        "address": event.address,
        "domain": event.domain if isinstance(event, SignedIn) else _domain(event.address),
        "grant_id": event.grant_id,
        "entered_at": micros(event.at),
    }
    yield Put(SESSIONS, {**row, "last_used_at": None, "ended_at": None, "cause": None})


def _domain(address: str) -> str:
    """Give the domain of an address; of an erased one nothing is left."""
    return domain_of(address) if "@" in address else ""


def ended(event: SessionEnded) -> Iterator[Write]:
    """Note how a session ended, wherever it was."""
    end = {
        "last_used_at": micros(event.last_used_at),
        "ended_at": micros(event.at),
        "cause": event.cause,
    }
    for bill_group_id in event.bill_group_ids:
        yield Change(SESSIONS, {"session_id": event.stream_id, "bill_group_id": bill_group_id}, end)


MODEL = ReadModel(
    name="audit_revocations",
    version=1,
    tables=(REVOCATIONS, SESSIONS),
    handlers={SignedIn: opened, Entered: opened, SessionEnded: ended},
    placed={GrantRevoked: revoked},
)


class RevokedSession(msgspec.Struct, frozen=True):
    """A session that a revocation met. Without an end it goes on under another rule."""

    session_id: UUID
    address: str
    entered_at: int
    last_used_at: int | None
    ended_at: int | None
    cause: SessionEndCause | None


class Revocation(msgspec.Struct, frozen=True):
    """A grant taken back: of which rule, when, by whom and why, and the sessions that it met."""

    grant_id: UUID
    position: int
    bill_group_id: UUID
    domain: str
    address: str | None
    at: int
    by: Actor
    reason: str
    sessions: tuple[RevokedSession, ...] = ()

    @property
    def rule(self) -> str:
        """What the grant let in: a domain, or an address."""
        return self.address or self.domain


def found(
    connection: Connection, sought: Sought, size: int, before: int | None = None
) -> list[Revocation]:
    """List revocations with the sessions they met, the newest first, going on `before` a position.

    About a person these are only their own sessions.
    """
    query = _of(select(*_REVOCATION), sought)
    if before is not None:
        query = query.where(REVOCATIONS.c.position < before)
    query = query.order_by(REVOCATIONS.c.position.desc()).limit(size)
    rows = [Revocation(*row) for row in connection.execute(query)]
    return list(_with_sessions(connection, rows, sought.address))


def everything(connection: Connection, sought: Sought) -> Iterator[Revocation]:
    """Give revocations one after another, the oldest first, however many there are."""
    after = 0
    while True:
        query = _of(select(*_REVOCATION), sought).where(REVOCATIONS.c.position > after)
        rows = connection.execute(query.order_by(REVOCATIONS.c.position).limit(AT_ONCE)).all()
        if not rows:
            return
        yield from _with_sessions(connection, [Revocation(*row) for row in rows], sought.address)
        after = rows[-1].position


def bill_groups(connection: Connection, sought: Sought) -> list[UUID]:
    """Name the bill groups that revocations were at."""
    query = _of(select(REVOCATIONS.c.bill_group_id).distinct(), sought)
    return list(connection.execute(query).scalars())


def count(connection: Connection, sought: Sought) -> int:
    """Count revocations."""
    query = _of(select(func.count()).select_from(REVOCATIONS), sought)
    total: int = connection.execute(query).scalar_one()
    return total


def _with_sessions(
    connection: Connection, rows: Sequence[Revocation], address: str | None
) -> Iterator[Revocation]:
    met = _met(connection, [row.grant_id for row in rows], address)
    for row in rows:
        yield msgspec.structs.replace(row, sessions=met.get(row.grant_id, ()))


def _met(
    connection: Connection, grant_ids: Sequence[UUID], address: str | None
) -> dict[UUID, tuple[RevokedSession, ...]]:
    by_rule = or_(
        REVOCATIONS.c.grant_id == SESSIONS.c.grant_id,
        REVOCATIONS.c.address == SESSIONS.c.address,
        and_(REVOCATIONS.c.address.is_(None), REVOCATIONS.c.domain == SESSIONS.c.domain),
    )
    was_open = or_(SESSIONS.c.ended_at.is_(None), SESSIONS.c.ended_at >= REVOCATIONS.c.at)
    query = (
        select(
            REVOCATIONS.c.grant_id, *(SESSIONS.c[name] for name in RevokedSession.__struct_fields__)
        )
        .join_from(SESSIONS, REVOCATIONS, SESSIONS.c.bill_group_id == REVOCATIONS.c.bill_group_id)
        .where(REVOCATIONS.c.grant_id.in_(grant_ids), by_rule, was_open)
        .where(SESSIONS.c.entered_at <= REVOCATIONS.c.at)
        .order_by(SESSIONS.c.entered_at, SESSIONS.c.session_id)
    )
    if address is not None:
        query = query.where(SESSIONS.c.address == address)
    met: dict[UUID, tuple[RevokedSession, ...]] = {}
    for grant_id, *session in connection.execute(query):
        met[grant_id] = (*met.get(grant_id, ()), RevokedSession(*session))
    return met


def _of(query: Select[Any], sought: Sought) -> Select[Any]:
    table = REVOCATIONS.c
    if sought.bill_group_id is not None:
        query = query.where(table.bill_group_id == sought.bill_group_id)
    if sought.address is not None:
        whole = and_(table.address.is_(None), table.domain == domain_of(sought.address))
        query = query.where(or_(table.address == sought.address, whole))
    if sought.domain is not None:
        query = query.where(table.domain == sought.domain)
    if sought.since is not None:
        query = query.where(table.at >= sought.since)
    if sought.until is not None:
        query = query.where(table.at <= sought.until)
    if sought.up_to is not None:
        query = query.where(table.position <= sought.up_to)
    return query


AT_ONCE = 500
"""So many revocations are read at once when all are asked for."""

_REVOCATION = tuple(
    REVOCATIONS.c[name] for name in Revocation.__struct_fields__ if name != "sessions"
)
