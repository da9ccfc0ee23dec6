"""Remembers which backups were made, so that `portal doctor` can say when the last one was."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Engine, Table, Text, Uuid, insert, select

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata

BACKUPS = Table(
    "backups",
    metadata,
    Column("backup_id", Uuid, primary_key=True),
    Column("made_at", BigInteger, nullable=False, index=True),
    Column("position", BigInteger, nullable=False),
    Column("record_file", Text, nullable=False),
    Column("keys_file", Text, nullable=False),
)


class MadeBackup(msgspec.Struct, frozen=True, kw_only=True):
    """A backup: when it was made (UTC), up to which event, and which files it went to."""

    backup_id: UUID
    made_at: datetime
    position: int
    record_file: str
    keys_file: str


def note(engine: Engine, made: MadeBackup) -> None:
    """Remember a backup."""
    row = {**msgspec.structs.asdict(made), "made_at": micros(made.made_at)}
    with writing(engine) as connection:
        connection.execute(insert(BACKUPS).values(row))


def last(engine: Engine) -> MadeBackup | None:
    """Give the newest backup, if any was made."""
    query = select(BACKUPS).order_by(BACKUPS.c.made_at.desc()).limit(1)
    with reading(engine) as connection:
        row = connection.execute(query).mappings().first()
    return None if row is None else MadeBackup(**{**row, "made_at": moment(row["made_at"])})
