"""Remembers which place outside has a copy of which checkpoint, and which place is away."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Engine, Integer, Table, Text, insert, select, update
from sqlalchemy.exc import IntegrityError

from adapters.database import reading, writing
from adapters.moments import micros, moment
from adapters.schema import metadata
from application.ports.checkpoint_copies import CheckpointCopy

CHECKPOINT_COPIES = Table(
    "checkpoint_copies",
    metadata,
    Column("place", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("kept_at", BigInteger, nullable=True),
    Column("due_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", Text, nullable=True),
)
"""One row for each place: what it keeps, and when it is tried next."""

C = CHECKPOINT_COPIES.c


class SqlCheckpointCopies:
    """Implements `CheckpointCopies` beside the events."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, place: str) -> CheckpointCopy:
        """Read a place's row."""
        with reading(self._engine) as connection:
            row = connection.execute(select(CHECKPOINT_COPIES).where(C.place == place)).first()
        if row is None:
            return CheckpointCopy(place)
        kept_at = None if row.kept_at is None else moment(row.kept_at)
        return CheckpointCopy(place, row.size, kept_at, row.tries, row.problem)

    def claim(self, place: str, now: datetime, until: datetime) -> bool:
        """Take the next try, unless it is not due or another worker has it."""
        first = {"place": place, "size": 0, "due_at": 0, "tries": 0}
        try:
            if not self._is_known(place):
                with writing(self._engine) as connection:
                    connection.execute(insert(CHECKPOINT_COPIES), first)
        except IntegrityError:
            pass  # another worker wrote the row
        claimed = update(CHECKPOINT_COPIES).where(C.place == place, C.due_at <= micros(now))
        with writing(self._engine) as connection:
            done = connection.execute(claimed.values(due_at=micros(until)))
            return bool(done.rowcount)

    def kept(self, place: str, size: int, at: datetime, next_at: datetime) -> None:
        """Note that the place has it."""
        self._note(
            place, size=size, kept_at=micros(at), due_at=micros(next_at), tries=0, problem=None
        )

    def failed(self, place: str, problem: str, next_at: datetime) -> None:
        """Note what is wrong, and when to try again."""
        self._note(place, problem=problem, tries=C.tries + 1, due_at=micros(next_at))

    def _note(self, place: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(CHECKPOINT_COPIES).where(C.place == place).values(values))

    def _is_known(self, place: str) -> bool:
        with reading(self._engine) as connection:
            return connection.execute(select(C.place).where(C.place == place)).first() is not None
