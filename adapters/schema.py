"""Tables that are not read models: the event log and what keeps the portal running.

Alembic's history in `adapters/migrations` makes them; a test holds it to these definitions. Moments
are integer microseconds since 1970 in UTC.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

metadata = MetaData()

EVENTS = Table(
    "events",
    metadata,
    Column(
        "position",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,  # drawn under the writer lock
    ),
    Column("recorded_at", BigInteger, nullable=False),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", Text, nullable=False),
    Column("state", LargeBinary, nullable=False),
    UniqueConstraint("stream_id", "version", name="events_stream_version"),
    sqlite_autoincrement=False,
)

DONE_COMMANDS = Table(
    "done_commands",
    metadata,
    Column("command_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False, index=True),
)
"""Which commands are stored, so that a commit whose answer got lost is known to be done."""

TRACKING = Table(
    "tracking",
    metadata,
    Column("application_name", Text, primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
)
"""How far followers of the log have come (the event library's tracking recorder)."""

OUTBOX = Table(
    "outbox",
    metadata,
    Column("job_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("bill_group_id", Uuid, nullable=True),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
    Column("finished_at", BigInteger, nullable=True),
    Column("problem", Text, nullable=True),
    Column("message_id", Text, nullable=True),
    Column("lane", Text, nullable=False, server_default=""),
    Index("outbox_due", "status", "due_at"),
    Index("outbox_message", "message_id"),
)
"""Work to do after a commit: `waiting`, `held`, `done`, `failed`, `bounced`, `expired`; claimed
with a lease. `message_id` is of the mail that was handed over, `lane` whom the work waits for."""

DOCUMENTS = Table(
    "documents",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("stored_at", BigInteger, nullable=False),
)
"""Bytes by their SHA-256: PDFs, logos."""
