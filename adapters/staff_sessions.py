"""Keeps the sessions of staff in the database, by the hash of their secret."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    Index,
    Row,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    insert,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.event_log import Beside
from application.ports.staff_sessions import KeptStaffSession, StaffSessionUnknown
from domain.staff_session import StaffSessionEndCause

STAFF_SESSIONS = Table(
    "staff_sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("secret_hash", Text, nullable=False, unique=True),
    Column("staff_id", Uuid, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("last_used_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("factor_at", BigInteger, nullable=False),
    Column("browser", Text, nullable=True),
    Column("network", Text, nullable=True),
    Column("ended_at", BigInteger, nullable=True),
    Column("cause", Text, nullable=True),
    Column("language", Text, nullable=True),
    Index("staff_sessions_of_staff", "staff_id"),
)
_SESSION = STAFF_SESSIONS.c


class SqlStaffSessions:
    """Implements `StaffSessions` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, session: KeptStaffSession, secret: str) -> Beside:
        """Keep a new session."""
        row = {
            "session_id": session.session_id,
            "secret_hash": _hashed(secret),
            "staff_id": session.staff_id,
            "started_at": micros(session.started_at),
            "last_used_at": micros(session.last_used_at),
            "ends_at": micros(session.ends_at),
            "factor_at": micros(session.factor_at),
            "browser": session.browser,
            "network": session.network,
            "language": session.language,
        }
        return lambda connection: connection.execute(insert(STAFF_SESSIONS).values(row))

    def by_secret(self, secret: str, at: datetime) -> KeptStaffSession:
        """Give the session of a browser."""
        query = select(STAFF_SESSIONS).where(_SESSION.secret_hash == _hashed(secret), _live(at))
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise StaffSessionUnknown
        return _kept(row)

    def touch(self, session_id: UUID, at: datetime) -> None:
        """Note that it was used."""
        self._change(
            and_(_SESSION.session_id == session_id, _SESSION.last_used_at < micros(at)),
            last_used_at=micros(at),
        )

    def renew(self, session_id: UUID, secret: str, at: datetime) -> None:
        """Give it a new secret, now that the second factor was given again."""
        self._change(
            _SESSION.session_id == session_id,
            secret_hash=_hashed(secret),
            last_used_at=micros(at),
            factor_at=micros(at),
        )

    def end(self, session_ids: Sequence[UUID], cause: StaffSessionEndCause, at: datetime) -> Beside:
        """End some."""
        which = and_(_SESSION.session_id.in_(session_ids), _SESSION.ended_at.is_(None))
        ended = update(STAFF_SESSIONS).where(which).values(ended_at=micros(at), cause=cause)
        return lambda connection: connection.execute(ended)

    def of_staff(self, staff_id: UUID, at: datetime) -> list[KeptStaffSession]:
        """List a staff member's."""
        return self._all(and_(_SESSION.staff_id == staff_id, _live(at)))

    def live(self, at: datetime) -> list[KeptStaffSession]:
        """List everybody's."""
        return self._all(_live(at))

    def lapsed(self, at: datetime) -> list[KeptStaffSession]:
        """Name those that ran out and are not yet ended."""
        return self._all(and_(_SESSION.ended_at.is_(None), _SESSION.ends_at <= micros(at)))

    def forget(self, before: datetime) -> None:
        """Delete old ones."""
        with writing(self.engine) as connection:
            connection.execute(delete(STAFF_SESSIONS).where(_SESSION.ended_at < micros(before)))

    def language_of(self, staff_id: UUID) -> str | None:
        """Give the language in which somebody last signed in."""
        theirs = and_(_SESSION.staff_id == staff_id, _SESSION.language.is_not(None))
        newest = _SESSION.started_at.desc()
        query = select(_SESSION.language).where(theirs).order_by(newest).limit(1)
        with reading(self.engine) as connection:
            language: str | None = connection.execute(query).scalar()
        return language

    def _all(self, which: ColumnElement[bool]) -> list[KeptStaffSession]:
        query = select(STAFF_SESSIONS).where(which)
        query = query.order_by(_SESSION.last_used_at.desc(), _SESSION.session_id.desc())
        with reading(self.engine) as connection:
            return [_kept(row) for row in connection.execute(query)]

    def _change(self, which: ColumnElement[bool], **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(update(STAFF_SESSIONS).where(which).values(values))


def _live(at: datetime) -> ColumnElement[bool]:
    return and_(_SESSION.ended_at.is_(None), _SESSION.ends_at > micros(at))


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _kept(row: Row[Any]) -> KeptStaffSession:
    return KeptStaffSession(
        session_id=row.session_id,
        staff_id=row.staff_id,
        started_at=moment(row.started_at),
        last_used_at=moment(row.last_used_at),
        ends_at=moment(row.ends_at),
        factor_at=moment(row.factor_at),
        browser=row.browser,
        network=row.network,
        language=row.language,
    )
