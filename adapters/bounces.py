"""Keeps the addresses whose mails come back."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Engine, Table, Text, Uuid, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from uuid_utils.compat import uuid7

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.bounces import Bounce

BOUNCING = Table(
    "bouncing_addresses",
    metadata,
    Column("bounce_id", Uuid, primary_key=True),
    Column("address", Text, nullable=False, unique=True),
    Column("bounced_at", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)
"""An erasure deletes the row by its id: by the address, it would take whatever else has one."""


class SqlBounces:
    """Implements `Bounces` on SQLite and PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def note(self, address: str, why: str, at: datetime) -> None:
        """Remember that a mail came back."""
        said = {"bounced_at": micros(at), "why": why}
        with writing(self.engine) as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            kept = dialect.insert(BOUNCING).values(bounce_id=uuid7(), address=address, **said)
            connection.execute(kept.on_conflict_do_update(index_elements=["address"], set_=said))

    def of(self, address: str) -> Bounce | None:
        """Give what was noted last."""
        query = select(BOUNCING.c.bounced_at, BOUNCING.c.why).where(BOUNCING.c.address == address)
        with reading(self.engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else Bounce(moment(row.bounced_at), row.why)

    def forget(self, address: str) -> None:
        """Forget it; most addresses were never noted, and then nothing is written."""
        if self.of(address) is None:
            return
        with writing(self.engine) as connection:
            connection.execute(delete(BOUNCING).where(BOUNCING.c.address == address))

    def forget_old(self, before: datetime) -> None:
        """Delete what is old."""
        with writing(self.engine) as connection:
            connection.execute(delete(BOUNCING).where(BOUNCING.c.bounced_at < micros(before)))
