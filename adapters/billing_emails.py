"""Keeps new billing emails that wait for confirmation, and what their mails prove, as hashes."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
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
    insert,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.billing_emails import (
    LIFE,
    TRIES,
    BillingEmailChange,
    BillingEmailChangeOver,
    EmailProof,
)
from application.ports.event_log import Beside
from domain.bill_group import Contact

CHANGES = Table(
    "billing_email_changes",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("address", Text, nullable=False),
    Column("earlier", Text),
    Column("asked_by", Text, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("language", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False, index=True),
    Column("first", Text),
    Column("ended", Text),
    Column("tries", Integer, nullable=False),
)
PROOFS = Table(
    "billing_email_proofs",
    metadata,
    Column("link_hash", LargeBinary, primary_key=True),
    Column("change_id", Uuid, nullable=False, index=True),
    Column("code_hash", LargeBinary, nullable=False),
)
"""One row for each mail handed over; all of a change stay good until it is over."""

_CHANGE = CHANGES.c


class SqlBillingEmails:
    """Implements `BillingEmails` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def asking(self, change: BillingEmailChange) -> Beside:
        """Keep a change; one that waited for the same bill group is replaced."""
        row = msgspec.structs.asdict(change) | {
            "asked_at": micros(change.asked_at),
            "first": msgspec.json.encode(change.first).decode() if change.first else None,
            "tries": 0,
        }
        older = and_(_CHANGE.bill_group_id == change.bill_group_id, _CHANGE.ended.is_(None))

        def write(connection: Connection) -> None:
            connection.execute(update(CHANGES).where(older).values(ended="replaced"))
            connection.execute(insert(CHANGES).values(row))

        return write

    def get(self, change_id: UUID) -> BillingEmailChange | None:
        """Give a change."""
        return self._first(_CHANGE.change_id == change_id)

    def newest(self, bill_group_id: UUID) -> BillingEmailChange | None:
        """Give the change that waits, or waited in vain."""
        return self._first(and_(_CHANGE.bill_group_id == bill_group_id, _CHANGE.ended.is_(None)))

    def add_proof(self, change_id: UUID, proof: EmailProof, at: datetime) -> bool:
        """Keep what a mail carries."""
        row = {"change_id": change_id, **msgspec.structs.asdict(proof)}
        waiting = select(_CHANGE.change_id).where(_waits(change_id, at))
        with writing(self.engine) as connection:
            if connection.execute(waiting.with_for_update()).first() is None:
                return False
            connection.execute(insert(PROOFS).values(row))
        return True

    def has_link(self, change_id: UUID, link_hash: bytes) -> bool:
        """Say whether a mail of this change had this link."""
        return self._proves(change_id, PROOFS.c.link_hash == link_hash)

    def has_code(self, change_id: UUID, code_hash: bytes) -> bool:
        """Say whether a mail of this change had this code."""
        return self._proves(change_id, PROOFS.c.code_hash == code_hash)

    def count_try(self, change_id: UUID) -> bool:
        """Count a try and commit it, before anything is compared."""
        counted = update(CHANGES).where(_CHANGE.change_id == change_id, _CHANGE.tries < TRIES)
        with writing(self.engine) as connection:
            return connection.execute(counted.values(tries=_CHANGE.tries + 1)).rowcount > 0

    def ending(
        self, change_id: UUID, how: Literal["confirmed", "cancelled"], at: datetime
    ) -> Beside:
        """End a waiting change, once."""
        ended = update(CHANGES).where(_waits(change_id, at)).values(ended=how)

        def write(connection: Connection) -> None:
            if connection.execute(ended.returning(_CHANGE.change_id)).first() is None:
                raise BillingEmailChangeOver

        return write

    def forget(self, before: datetime) -> int:
        """Delete old ones with their proofs."""
        old = select(_CHANGE.change_id).where(_CHANGE.asked_at < micros(before))
        with writing(self.engine) as connection:
            connection.execute(delete(PROOFS).where(PROOFS.c.change_id.in_(old)))
            gone = delete(CHANGES).where(_CHANGE.asked_at < micros(before))
            return connection.execute(gone).rowcount

    def _first(self, which: ColumnElement[bool]) -> BillingEmailChange | None:
        query = select(CHANGES).where(which).order_by(_CHANGE.asked_at.desc()).limit(1)
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else _change(row)

    def _proves(self, change_id: UUID, which: ColumnElement[bool]) -> bool:
        query = select(PROOFS.c.change_id).where(PROOFS.c.change_id == change_id, which)
        with reading(self.engine) as connection:
            return connection.execute(query).first() is not None


def _waits(change_id: UUID, at: datetime) -> ColumnElement[bool]:
    fresh = _CHANGE.asked_at > micros(at - LIFE)
    return and_(_CHANGE.change_id == change_id, _CHANGE.ended.is_(None), fresh)


def _change(row: Any) -> BillingEmailChange:
    return BillingEmailChange(
        change_id=row.change_id,
        bill_group_id=row.bill_group_id,
        address=row.address,
        earlier=row.earlier,
        asked_by=row.asked_by,
        session_id=row.session_id,
        language=row.language,
        asked_at=moment(row.asked_at),
        first=msgspec.json.decode(row.first, type=Contact) if row.first else None,
        ended=row.ended,
    )
