"""Keeps the live read models at the head of the log, inside the transaction that stores events."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    func,
    select,
    update,
)

from domain.event import Event
from read_models.projection import ReadModel, Recorded, apply, projected, write

metadata = MetaData()

POSITIONS = Table(
    "read_models",
    metadata,
    Column("model", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""The live read models by `name@version`, each with the position it has applied."""

ReadLog: TypeAlias = Callable[[Connection, int, int, int], Sequence[Recorded]]
"""Reads the log: connection, after this position, up to this one, at most so many."""

CATCH_UP_LIMIT = 1_000


class ReadModelsBehind(Exception):  # noqa: N818 - named after the fact
    """Read models lack more events than a writer may apply by itself; `portal rebuild` does."""


class ReadModelNew(ReadModelsBehind):
    """A read model was never built in this database: an earlier version of the portal filled it."""


class LiveModels(msgspec.Struct, frozen=True):
    """The read models of this version of the portal, and where to read what they lack."""

    models: tuple[ReadModel, ...]
    read_log: ReadLog

    def store(
        self, connection: Connection, first: int, recorded_at: int, events: Sequence[Event]
    ) -> Callable[[], None]:
        """Move every position past what was just stored, and give what writes its rows.

        First applies what is missing, when another version wrote.
        """
        last = first + len(events) - 1
        if events and not self._advance(connection, first - 1, last):
            self._catch_up(connection, first - 1)
            self._advance(connection, first - 1, last)
        batch = [
            Recorded(position, recorded_at, event) for position, event in enumerate(events, first)
        ]
        steps = projected(self.models, batch)
        return lambda: write(connection, steps)

    def _advance(self, connection: Connection, before: int, last: int) -> bool:
        """Move every position; say whether all of them stood right before."""
        statement = _advancing(connection.dialect.name, len(self.models))
        names = [model.key for model in self.models]
        moved = connection.exec_driver_sql(statement, (last, before, *names))
        return moved.rowcount == len(names)

    def _catch_up(self, connection: Connection, head: int) -> None:
        for model in self.models:
            at = position_of(connection, model)
            if at is None:
                raise ReadModelNew(model.name)
            if head - at > CATCH_UP_LIMIT:
                raise ReadModelsBehind(model.name)
            if at < head:
                apply(connection, (model,), self.read_log(connection, at, head, CATCH_UP_LIMIT))
                connection.execute(
                    update(POSITIONS).where(POSITIONS.c.model == model.key).values(position=head)
                )


def position_of(connection: Connection, model: ReadModel) -> int | None:
    """Tell how far a read model has come, or nothing when it was never built."""
    query = select(POSITIONS.c.position).where(POSITIONS.c.model == model.key)
    return connection.execute(query).scalar()


def lowest_position(connection: Connection) -> int:
    """Tell the position that every read model has reached."""
    lowest: int = connection.execute(_LOWEST).scalar_one()
    return lowest


@cache
def _advancing(dialect: str, models: int) -> str:
    """Give the statement as the driver takes it: SQLAlchemy would compile the names each time."""
    names = ", ".join("?" * models)
    statement = _ADVANCE.format(names)
    return statement if dialect == "sqlite" else statement.replace("?", "%s")


_ADVANCE = "UPDATE read_models SET position = ? WHERE position = ? AND model IN ({})"
_LOWEST = select(func.coalesce(func.min(POSITIONS.c.position), 0))
