"""The inbox of webhooks in the database: unique by source and event, read by the worker."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    LargeBinary,
    Table,
    Text,
    and_,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database import reading, writing
from adapters.event_store.log import job_row
from adapters.moments import micros
from adapters.schema import OUTBOX, metadata
from application.ports.event_log import Job
from application.ports.webhook_inbox import ReadWebhook

READ_WEBHOOK = "read_webhook"

INBOX = Table(
    "webhook_inbox",
    metadata,
    Column("source", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("body", LargeBinary, nullable=True),
    Column("received_at", BigInteger, nullable=False, index=True),
    Column("read_at", BigInteger, nullable=True),
)
"""`body` is forgotten once it was read: some providers send names and addresses in it."""


class SqlWebhookInbox:
    """Implements `WebhookInbox` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def keep(self, source: str, event_id: str, body: bytes, at: datetime) -> bool:
        """Keep a webhook with its job, unless it is there."""
        row = {"source": source, "event_id": event_id, "body": body, "received_at": micros(at)}
        with writing(self.engine) as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            kept = dialect.insert(INBOX).values(row).on_conflict_do_nothing()
            if connection.execute(kept.returning(INBOX.c.event_id)).first() is None:
                return False
            job = Job(READ_WEBHOOK, ReadWebhook(source, event_id), lane=source)
            connection.execute(insert(OUTBOX).values(job_row(job, micros(at))))
        return True

    def body(self, source: str, event_id: str) -> bytes | None:
        """Give what is still to be read."""
        with reading(self.engine) as connection:
            query = select(INBOX.c.body).where(_named(source, event_id))
            body = connection.execute(query).scalar()
        return None if body is None else bytes(body)

    def note_read(self, source: str, event_id: str, at: datetime) -> None:
        """Forget the body."""
        note = update(INBOX).where(_named(source, event_id)).values(body=None, read_at=micros(at))
        with writing(self.engine) as connection:
            connection.execute(note)

    def forget(self, before: datetime) -> int:
        """Delete what is old."""
        old = delete(INBOX).where(INBOX.c.received_at < micros(before))
        with writing(self.engine) as connection:
            return connection.execute(old).rowcount


def _named(source: str, event_id: str) -> ColumnElement[bool]:
    return and_(INBOX.c.source == source, INBOX.c.event_id == event_id)
