"""Keeps the sign-ins of staff that are under way; secrets as hashes, codes as keyed hashes."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Integer,
    Row,
    Table,
    Text,
    Uuid,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)

from adapters.database import reading, writing
from adapters.event_store.log import job_row
from adapters.moments import micros, moment
from adapters.schema import OUTBOX, metadata
from application.ports.event_log import Beside, Job
from application.ports.staff_sign_ins import (
    ASKED_AN_HOUR_PER_NETWORK,
    CODE_TRIES,
    LIFE,
    MAILS_A_MINUTE,
    MAILS_AN_HOUR,
    AskedSignIn,
    StaffSignInCodeWrong,
    StaffSignInOver,
)

STAFF_SIGN_INS = Table(
    "staff_sign_ins",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("browser_hash", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("known_browser", Boolean, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("held_back", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("proven_at", BigInteger, nullable=True),
    Column("over", Boolean, nullable=False),
    Index("staff_sign_ins_address", "address", "asked_at"),
    Index("staff_sign_ins_network", "network", "asked_at"),
)

STAFF_SIGN_IN_SECRETS = Table(
    "staff_sign_in_secrets",
    metadata,
    Column("link_hash", Text, primary_key=True),
    Column("request_id", Uuid, nullable=False, index=True),
    Column("code_hash", Text, nullable=False),
)
_ASKED = STAFF_SIGN_INS.c
_SECRET = STAFF_SIGN_IN_SECRETS.c
_LIFE = LIFE // timedelta(microseconds=1)


class SqlStaffSignIns:
    """Implements `StaffSignIns` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine, key: bytes) -> None:
        self.engine = engine
        self._key = key

    def ask(self, asked: AskedSignIn, browser: str, job: Job, replaces: str = "") -> str:
        """Keep a request with the job that mails it, or let the older one go on."""
        at = micros(asked.asked_at)
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":  # so that the counts below are exact
                connection.execute(text("LOCK TABLE staff_sign_ins IN SHARE ROW EXCLUSIVE MODE"))
            held_back = _too_many(connection, asked, at)
            older = _ASKED.browser_hash == _hashed(replaces)
            goes_on = select(_ASKED.request_id).where(
                older, _waits(asked.asked_at), _ASKED.address == asked.address
            )
            kept = held_back and connection.execute(goes_on).first() is not None
            if not kept:
                connection.execute(update(STAFF_SIGN_INS).where(older).values(over=True))
            row = {
                "request_id": asked.request_id,
                "browser_hash": _hashed(browser),
                "address": asked.address,
                "language": asked.language,
                "network": asked.network,
                "known_browser": asked.known_browser,
                "asked_at": at,
                "held_back": held_back,
                "tries": 0,
                "over": False,
            }
            connection.execute(insert(STAFF_SIGN_INS).values(row))
            if not held_back:
                connection.execute(insert(OUTBOX).values(job_row(job, at)))
        return replaces if kept else browser

    def asked(self, request_id: UUID, at: datetime) -> AskedSignIn:
        """Give a request that still waits to be proven."""
        return self._one(_ASKED.request_id == request_id, _waits(at))

    def waiting(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the request of a browser that still waits to be proven."""
        return self._one(_ASKED.browser_hash == _hashed(browser), _waits(at))

    def arm(self, request_id: UUID, link: str, code: str) -> None:
        """Keep the hashes of a mail's link secret and code."""
        row = {
            "link_hash": _hashed(link),
            "request_id": request_id,
            "code_hash": self._keyed(request_id, code),
        }
        with writing(self.engine) as connection:
            connection.execute(insert(STAFF_SIGN_IN_SECRETS).values(row))

    def prove_by_link(self, browser: str, link: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a link."""
        mailed = exists().where(
            _SECRET.request_id == _ASKED.request_id, _SECRET.link_hash == _hashed(link)
        )
        with writing(self.engine) as connection:
            return _proven(connection, browser, mailed, renewed, at)

    def prove_by_code(self, browser: str, code: str, renewed: str, at: datetime) -> AskedSignIn:
        """Use a code."""
        tries_left = self._count_try(browser, at)
        with writing(self.engine) as connection:
            request_id = connection.execute(
                select(_ASKED.request_id).where(_ASKED.browser_hash == _hashed(browser))
            ).scalar_one_or_none()
            if request_id is None:  # another right code was taken since the try was counted
                raise StaffSignInOver
            mailed = exists().where(
                _SECRET.request_id == _ASKED.request_id,
                _SECRET.code_hash == self._keyed(request_id, code),
            )
            try:
                return _proven(connection, browser, mailed, renewed, at)
            except StaffSignInOver:
                raise StaffSignInCodeWrong(tries_left=tries_left) from None

    def proven(self, browser: str, at: datetime) -> AskedSignIn:
        """Give the sign-in whose mailbox this browser proved."""
        return self._one(_ASKED.browser_hash == _hashed(browser), _is_proven(at))

    def finish(self, browser: str, at: datetime) -> Beside:
        """Use up a proven sign-in."""
        done = update(STAFF_SIGN_INS).where(_ASKED.browser_hash == _hashed(browser), _is_proven(at))

        def finished(connection: Connection) -> None:
            if connection.execute(done.values(over=True)).rowcount != 1:
                raise StaffSignInOver

        return finished

    def forget(self, before: datetime) -> None:
        """Delete old requests with their secrets."""
        old = select(_ASKED.request_id).where(_ASKED.asked_at < micros(before))
        with writing(self.engine) as connection:
            connection.execute(delete(STAFF_SIGN_IN_SECRETS).where(_SECRET.request_id.in_(old)))
            connection.execute(delete(STAFF_SIGN_INS).where(_ASKED.asked_at < micros(before)))

    def _one(self, *which: ColumnElement[bool]) -> AskedSignIn:
        with reading(self.engine) as connection:
            row = connection.execute(select(STAFF_SIGN_INS).where(*which)).first()
        if row is None:
            raise StaffSignInOver
        return _asked(row)

    def _count_try(self, browser: str, at: datetime) -> int:
        """Count a try in a transaction of its own, before anything is looked at."""
        counted = (
            update(STAFF_SIGN_INS)
            .where(_ASKED.browser_hash == _hashed(browser), _waits(at), _ASKED.tries < CODE_TRIES)
            .values(tries=_ASKED.tries + 1)
            .returning(_ASKED.tries)
        )
        with writing(self.engine) as connection:
            tries = connection.execute(counted).scalar()
        if tries is None:
            raise StaffSignInOver
        return CODE_TRIES - int(tries)

    def _keyed(self, request_id: UUID, code: str) -> str:
        return hmac.new(self._key, request_id.bytes + code.encode(), sha256).hexdigest()


def _too_many(connection: Connection, asked: AskedSignIn, at: int) -> bool:
    """Count what was asked before; the same questions whatever the address."""

    def count(which: ColumnElement[bool], since: timedelta) -> int:
        query = select(func.count()).select_from(STAFF_SIGN_INS)
        begin = at - since // timedelta(microseconds=1)
        return connection.execute(query.where(which, _ASKED.asked_at > begin)).scalar_one()

    mailed = (
        (_ASKED.address == asked.address)
        & _ASKED.held_back.is_(False)
        & _ASKED.known_browser.is_(asked.known_browser)
    )
    return any(
        (
            count(mailed, timedelta(minutes=1)) >= MAILS_A_MINUTE,
            count(mailed, timedelta(hours=1)) >= MAILS_AN_HOUR,
            count(_ASKED.network == asked.network, timedelta(hours=1)) >= ASKED_AN_HOUR_PER_NETWORK,
        )
    )


def _waits(at: datetime) -> ColumnElement[bool]:
    return (
        _ASKED.over.is_(False) & _ASKED.proven_at.is_(None) & (_ASKED.asked_at > micros(at) - _LIFE)
    )


def _is_proven(at: datetime) -> ColumnElement[bool]:
    return _ASKED.over.is_(False) & (_ASKED.proven_at > micros(at) - _LIFE)


def _proven(
    connection: Connection,
    browser: str,
    mailed: ColumnElement[bool],
    renewed: str,
    at: datetime,
) -> AskedSignIn:
    """Use a sign-in up in one statement: only one of two racers finds it unused."""
    used = (
        update(STAFF_SIGN_INS)
        .where(_ASKED.browser_hash == _hashed(browser), _waits(at), mailed)
        .values(proven_at=micros(at), browser_hash=_hashed(renewed))
        .returning(STAFF_SIGN_INS)
    )
    row = connection.execute(used).first()
    if row is None:
        raise StaffSignInOver
    return _asked(row)


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _asked(row: Row[Any]) -> AskedSignIn:
    return AskedSignIn(
        request_id=row.request_id,
        address=row.address,
        language=row.language,
        network=row.network,
        asked_at=moment(row.asked_at),
    )
