"""Keeps previews of staff in the database, by the hashes of ticket and secret."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    delete,
    insert,
    not_,
    select,
    update,
)

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.event_log import Beside
from application.ports.previews import (
    TICKET_LIFE,
    KeptPreview,
    PreviewIsOver,
    PreviewTicketSpent,
)
from domain.preview import PreviewEndCause

PREVIEWS = Table(
    "previews",
    metadata,
    Column("preview_id", Uuid, primary_key=True),
    Column("ticket_hash", Text, nullable=False, unique=True),
    Column("secret_hash", Text),
    Column("bill_group_id", Uuid, nullable=False),
    Column("staff_id", Uuid, nullable=False),
    Column("staff_session_id", Uuid, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("opened_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("cause", Text),
)
_PREVIEW = PREVIEWS.c
_OPEN = and_(_PREVIEW.opened_at.is_not(None), _PREVIEW.ended_at.is_(None))


class SqlPreviews:
    """Implements `Previews` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keep(self, preview: KeptPreview, ticket: str) -> None:
        """Store what was asked for."""
        row = {
            "preview_id": preview.preview_id,
            "ticket_hash": _hashed(ticket),
            "bill_group_id": preview.bill_group_id,
            "staff_id": preview.staff_id,
            "staff_session_id": preview.staff_session_id,
            "asked_at": micros(preview.asked_at),
        }
        with writing(self.engine) as connection:
            connection.execute(insert(PREVIEWS).values(row))

    def by_ticket(self, ticket: str, at: datetime) -> KeptPreview:
        """Give the preview of a ticket."""
        found = self._all(_of(_PREVIEW.ticket_hash == _hashed(ticket), _good(at)))
        if not found:
            raise PreviewTicketSpent
        return found[0]

    def redeeming(self, preview_id: UUID, secret: str, at: datetime) -> Beside:
        """Use the ticket up beside the event."""
        used = (
            update(PREVIEWS)
            .where(_PREVIEW.preview_id == preview_id, _good(at))
            .values(secret_hash=_hashed(secret), opened_at=micros(at))
            .returning(_PREVIEW.preview_id)
        )

        def write(connection: Connection) -> None:
            if connection.execute(used).first() is None:
                raise PreviewTicketSpent

        return write

    def by_secret(self, preview_id: UUID, secret: str) -> KeptPreview:
        """Give an open preview."""
        same = and_(_PREVIEW.preview_id == preview_id, _PREVIEW.secret_hash == _hashed(secret))
        found = self._all(_of(same, _OPEN))
        if not found:
            raise PreviewIsOver
        return found[0]

    def ending(self, preview_id: UUID, cause: PreviewEndCause, at: datetime) -> Beside:
        """End it beside the event."""
        ended = update(PREVIEWS).where(_PREVIEW.preview_id == preview_id, _OPEN)
        ended = ended.values(ended_at=micros(at), cause=cause)
        return lambda connection: connection.execute(ended)

    def opened(self, limit: int) -> Sequence[KeptPreview]:
        """List open ones."""
        return self._all(_of(_OPEN).order_by(_PREVIEW.asked_at, _PREVIEW.preview_id).limit(limit))

    def forget(self, before: datetime) -> int:
        """Delete old ones."""
        old = and_(_PREVIEW.asked_at < micros(before), not_(_OPEN))
        with writing(self.engine) as connection:
            return connection.execute(delete(PREVIEWS).where(old)).rowcount

    def _all(self, query: "Select[tuple[object, ...]]") -> list[KeptPreview]:
        with reading(self.engine) as connection:
            return [_kept(row) for row in connection.execute(query)]


def _of(*which: ColumnElement[bool]) -> "Select[tuple[object, ...]]":
    return select(PREVIEWS).where(*which)


def _good(at: datetime) -> ColumnElement[bool]:
    return and_(_PREVIEW.opened_at.is_(None), _PREVIEW.asked_at > micros(at - TICKET_LIFE))


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _kept(row: "Row[tuple[object, ...]]") -> KeptPreview:
    return KeptPreview(
        preview_id=row.preview_id,
        bill_group_id=row.bill_group_id,
        staff_id=row.staff_id,
        staff_session_id=row.staff_session_id,
        asked_at=moment(row.asked_at),
    )
