"""Keeps customers' sessions in the database, by the hash of their secret."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.event_store.upserts import upsert
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.event_log import Beside
from application.ports.sessions import IDLE, TOUCH, CustomersSession
from domain.customer_session import SessionEndCause
from domain.overlap import domain_of

SESSIONS = Table(
    "sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("session_hash", LargeBinary, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("bill_group_id", Uuid, nullable=False),
    Column("signed_in_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("cause", Text),
    Column("browser", Text),
    Column("network", Text),
    Index("sessions_of_address", "address"),
    Index("sessions_live", "ended_at", "ends_at"),
)
ENTRIES = Table(
    "session_entries",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, primary_key=True),
    Column("entered_at", BigInteger, nullable=False),
)
"""Which bill groups a session has opened, so that the first opening alone is recorded."""

_OF = SESSIONS.c


class SqlSessions:
    """Implements `Sessions` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def opening(self, session: CustomersSession) -> Beside:
        """Keep a new session beside its event."""
        row = {
            "session_id": session.session_id,
            "session_hash": session.session_hash,
            "address": session.address,
            "domain": domain_of(session.address),
            "bill_group_id": session.bill_group_id,
            "signed_in_at": micros(session.signed_in_at),
            "last_used_at": micros(session.last_used_at),
            "ends_at": micros(session.ends_at),
            "browser": session.browser,
            "network": session.network,
        }
        entered = _entry(session.session_id, session.bill_group_id, session.signed_in_at)

        def write(connection: Connection) -> None:
            connection.execute(insert(SESSIONS).values(row))
            connection.execute(insert(ENTRIES).values(entered))

        return write

    def of_browser(self, session_hash: bytes, at: datetime) -> CustomersSession | None:
        """Give the live session of a browser, if any."""
        found = self._where(_OF.session_hash == session_hash, _live(at))
        return found[0] if found else None

    def of_address(self, address: str, at: datetime) -> list[CustomersSession]:
        """List an address's live sessions."""
        return self._where(_OF.address == address, _live(at))

    def get(self, session_id: UUID) -> CustomersSession | None:
        """Give a session, over or not."""
        found = self._where(_OF.session_id == session_id)
        return found[0] if found else None

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used, when the last note is a minute old."""
        due = _OF.last_used_at <= micros(at - TOUCH)
        noted = update(SESSIONS).where(_OF.session_id == session_id, due)
        with writing(self.engine) as connection:
            connection.execute(noted.values(last_used_at=micros(at)))

    def entering(self, session_id: UUID, bill_group_id: UUID, at: datetime) -> Beside:
        """Note beside its event that a bill group was opened."""
        row = _entry(session_id, bill_group_id, at)
        return lambda connection: upsert(connection, ENTRIES, row)

    def ending(self, session_id: UUID, cause: SessionEndCause, at: datetime) -> Beside:
        """End it beside its event."""
        ended = update(SESSIONS).where(_OF.session_id == session_id, _OF.ended_at.is_(None))
        ended = ended.values(ended_at=micros(at), cause=cause)

        def write(connection: Connection) -> None:
            connection.execute(ended)

        return write

    def lapsed(self, at: datetime, limit: int) -> Sequence[CustomersSession]:
        """Name sessions that ran out."""
        ran_out = or_(_OF.ends_at <= micros(at), _OF.last_used_at <= micros(at - IDLE))
        return self._where(_OF.ended_at.is_(None), ran_out, limit=limit)

    def end_all(self, cause: SessionEndCause, at: datetime) -> int:
        """End every session; gives how many."""
        ended = update(SESSIONS).where(_OF.ended_at.is_(None))
        with writing(self.engine) as connection:
            return connection.execute(ended.values(ended_at=micros(at), cause=cause)).rowcount

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
        old = select(_OF.session_id).where(_OF.ended_at < micros(before))
        with writing(self.engine) as connection:
            connection.execute(delete(ENTRIES).where(ENTRIES.c.session_id.in_(old)))
            return connection.execute(
                delete(SESSIONS).where(_OF.ended_at < micros(before))
            ).rowcount

    def _where(
        self, *which: ColumnElement[bool], limit: int | None = None
    ) -> list[CustomersSession]:
        query = select(SESSIONS).where(*which)
        query = query.order_by(_OF.last_used_at.desc(), _OF.session_id.desc()).limit(limit)
        with reading(self.engine) as connection:
            return [_session(row) for row in connection.execute(query)]


def _entry(session_id: UUID, bill_group_id: UUID, at: datetime) -> dict[str, Any]:
    return {
        "session_id": session_id,
        "bill_group_id": bill_group_id,
        "entered_at": micros(at),
    }


def _live(at: datetime) -> ColumnElement[bool]:
    return and_(
        _OF.ended_at.is_(None),
        _OF.ends_at > micros(at),
        _OF.last_used_at > micros(at - IDLE),
    )


def _session(row: Any) -> CustomersSession:
    return CustomersSession(
        session_id=row.session_id,
        session_hash=bytes(row.session_hash),
        address=row.address,
        bill_group_id=row.bill_group_id,
        signed_in_at=moment(row.signed_in_at),
        last_used_at=moment(row.last_used_at),
        ends_at=moment(row.ends_at),
        browser=row.browser,
        network=row.network,
    )
