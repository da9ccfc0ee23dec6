"""Keeps requests to sign in, and what their mails prove, as hashes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.event_log import Beside
from application.ports.sign_in_requests import (
    TRIES,
    EntryRefused,
    MayEnter,
    Proof,
    Proven,
    SignInRequest,
    SignInSpent,
)

REQUESTS = Table(
    "sign_in_requests",
    metadata,
    Column("request_id", Uuid, primary_key=True),
    Column("browser_hash", LargeBinary, nullable=False, index=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("address", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False, index=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("held_back", Boolean, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("used_at", BigInteger),
    Column("closed_at", BigInteger),
)
PROOFS = Table(
    "sign_in_proofs",
    metadata,
    Column("link_hash", LargeBinary, primary_key=True),
    Column("request_id", Uuid, nullable=False, index=True),
    Column("code_hash", LargeBinary, nullable=False),
    Column("grant_id", Uuid, nullable=False),
)
"""One row for each mail handed over; all of a request stay good until one is used."""

_REQUEST = REQUESTS.c


class SqlSignInRequests:
    """Implements `SignInRequests` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine, may_enter: MayEnter) -> None:
        self.engine = engine
        self.may_enter = may_enter

    def keep(
        self, request: SignInRequest, replaces: bytes | None, beside: Sequence[Beside] = ()
    ) -> None:
        """Store a request; the browser's older ones are closed."""
        row = {
            "request_id": request.request_id,
            "browser_hash": request.browser_hash,
            "bill_group_id": request.bill_group_id,
            "address": request.address,
            "link": request.link,
            "language": request.language,
            "network": request.network,
            "asked_at": micros(request.asked_at),
            "expires_at": micros(request.expires_at),
            "held_back": request.held_back,
            "tries": 0,
        }
        older = and_(_REQUEST.browser_hash == replaces, _live(request.asked_at))
        with writing(self.engine) as connection:
            if replaces is not None:
                closed = update(REQUESTS).where(older)
                connection.execute(closed.values(closed_at=micros(request.asked_at)))
            connection.execute(insert(REQUESTS).values(row))
            for write in beside:
                write(connection)

    def get(self, request_id: UUID, at: datetime) -> SignInRequest | None:
        """Give a live request."""
        return self._first(_REQUEST.request_id == request_id, at)

    def of_browser(self, browser_hash: bytes, at: datetime) -> SignInRequest | None:
        """Give the live request of a browser."""
        return self._first(_REQUEST.browser_hash == browser_hash, at)

    def is_new(self, browser_hash: bytes) -> bool:
        """Say whether no request was kept for this secret."""
        query = select(_REQUEST.request_id).where(_REQUEST.browser_hash == browser_hash)
        with reading(self.engine) as connection:
            return connection.execute(query.limit(1)).first() is None

    def add_proof(self, request_id: UUID, proof: Proof, at: datetime) -> bool:
        """Keep what a mail carries."""
        live = select(_REQUEST.request_id).where(_REQUEST.request_id == request_id, _live(at))
        with writing(self.engine) as connection:
            if connection.execute(live.with_for_update()).first() is None:
                return False
            row = {
                "link_hash": proof.link_hash,
                "request_id": request_id,
                "code_hash": proof.code_hash,
                "grant_id": proof.grant_id,
            }
            connection.execute(insert(PROOFS).values(row))
        return True

    def by_link(self, link_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a link."""
        return self._proven(PROOFS.c.link_hash == link_hash, at)

    def count_try(self, browser_hash: bytes, at: datetime) -> bool:
        """Count a try and commit it, before anything is compared."""
        counted = update(REQUESTS).where(
            _REQUEST.browser_hash == browser_hash, _REQUEST.tries < TRIES, _live(at)
        )
        with writing(self.engine) as connection:
            return connection.execute(counted.values(tries=_REQUEST.tries + 1)).rowcount > 0

    def by_code(self, browser_hash: bytes, code_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a browser's code."""
        same = and_(_REQUEST.browser_hash == browser_hash, PROOFS.c.code_hash == code_hash)
        return self._proven(same, at)

    def redeeming(self, proven: Proven, at: datetime) -> Beside:
        """Use it up beside the sign-in's event, once, while the grant lets in."""
        request = proven.request
        used = (
            update(REQUESTS)
            .where(_REQUEST.request_id == request.request_id, _live(at))
            .values(used_at=micros(at))
            .returning(_REQUEST.request_id)
        )

        def write(connection: Connection) -> None:
            if connection.execute(used).first() is None:
                raise SignInSpent
            obstacle = self.may_enter(connection, request, proven.grant_id, at)
            if obstacle is not None:
                raise EntryRefused(why=obstacle)

        return write

    def closing(self, request_id: UUID, at: datetime) -> Beside:
        """End it beside another event."""
        closed = update(REQUESTS).where(_REQUEST.request_id == request_id, _live(at))

        def write(connection: Connection) -> None:
            connection.execute(closed.values(closed_at=micros(at)))

        return write

    def held_back(self, since: datetime) -> int:
        """Count held-back mails."""
        query = select(func.count()).where(_REQUEST.asked_at >= micros(since), _REQUEST.held_back)
        with reading(self.engine) as connection:
            return connection.execute(query).scalar_one()

    def networks(self, since: datetime) -> tuple[int, int]:
        """Count networks and requests."""
        query = select(func.count(_REQUEST.network.distinct()), func.count())
        with reading(self.engine) as connection:
            networks, requests = connection.execute(
                query.where(_REQUEST.asked_at >= micros(since))
            ).one()
        return networks, requests

    def forget(self, before: datetime) -> int:
        """Delete old ones with their proofs."""
        old = select(_REQUEST.request_id).where(_REQUEST.asked_at < micros(before))
        with writing(self.engine) as connection:
            connection.execute(delete(PROOFS).where(PROOFS.c.request_id.in_(old)))
            gone = delete(REQUESTS).where(_REQUEST.asked_at < micros(before))
            return connection.execute(gone).rowcount

    def _first(self, which: ColumnElement[bool], at: datetime) -> SignInRequest | None:
        query = select(REQUESTS).where(which, _live(at)).order_by(_REQUEST.asked_at.desc())
        with reading(self.engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _request(row)

    def _proven(self, which: ColumnElement[bool], at: datetime) -> Proven | None:
        joined = REQUESTS.join(PROOFS, PROOFS.c.request_id == _REQUEST.request_id)
        query = select(REQUESTS, PROOFS.c.grant_id).select_from(joined).where(which, _live(at))
        with reading(self.engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else Proven(_request(row), row.grant_id)


def _live(at: datetime) -> ColumnElement[bool]:
    return and_(
        _REQUEST.used_at.is_(None),
        _REQUEST.closed_at.is_(None),
        _REQUEST.expires_at > micros(at),
    )


def _request(row: Any) -> SignInRequest:
    return SignInRequest(
        request_id=row.request_id,
        browser_hash=bytes(row.browser_hash),
        bill_group_id=row.bill_group_id,
        address=row.address,
        link=row.link,
        language=row.language,
        asked_at=moment(row.asked_at),
        expires_at=moment(row.expires_at),
        network=row.network,
        held_back=row.held_back,
    )
