"""Builds read models anew beside the live ones, in batches, and switches at equal position.

Readers and writers go on meanwhile. The last step takes the writer lock, applies what was stored in
between, and renames the tables in one transaction.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TypeAlias

import msgspec
from sqlalchemy import Connection, MetaData, Table, text
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql import quoted_name

from read_models.live import POSITIONS, ReadLog, position_of
from read_models.projection import ReadModel, apply, projected, write

Transaction: TypeAlias = Callable[[], AbstractContextManager[Connection]]
BATCH = 10_000


class Rebuild(msgspec.Struct, frozen=True):
    """Where to read and write: `writing` any transaction, `recording` one under the writer lock."""

    reading: Transaction
    writing: Transaction
    recording: Transaction
    read_log: ReadLog

    def create_missing(self, models: tuple[ReadModel, ...]) -> None:
        """Make the tables of models that were never built; live at once on an empty log."""
        with self.recording() as connection:
            POSITIONS.metadata.create_all(connection)
            head = connection.execute(text("SELECT max(position) FROM events")).scalar() or 0
            for model in models:
                if position_of(connection, model) is None and head == 0:
                    for table in model.tables:
                        table.create(connection, checkfirst=True)
                    connection.execute(POSITIONS.insert(), {"model": model.key, "position": 0})

    def missing(self, models: tuple[ReadModel, ...]) -> tuple[ReadModel, ...]:
        """Name the models that were never built in this database."""
        with self.reading() as connection:
            return tuple(model for model in models if position_of(connection, model) is None)

    def apart(self, models: tuple[ReadModel, ...]) -> tuple[ReadModel, ...]:
        """Name the models that are not at the head of the record, before or behind it."""
        with self.reading() as connection:
            head = connection.execute(text("SELECT max(position) FROM events")).scalar() or 0
            return tuple(model for model in models if position_of(connection, model) != head)

    def run(self, models: tuple[ReadModel, ...]) -> Iterator[int]:
        """Rebuild the models; yields the position reached after every batch."""
        into = _beside(models)
        with self.writing() as connection:
            POSITIONS.metadata.create_all(connection)
            for table in into.values():
                connection.execute(CreateTable(table))
        try:
            yield from self._fill(models, into)
        except BaseException:
            self._give_up(into)
            raise

    def _fill(self, models: tuple[ReadModel, ...], into: Mapping[Table, Table]) -> Iterator[int]:
        at = 0
        while True:
            reached = self._batch(models, into, at)
            if reached == at:
                break
            at = reached
            yield at
        self._index(into)
        yield self._switch(models, into, at)

    def _index(self, into: Mapping[Table, Table]) -> None:
        """Make the indexes once the rows are there; others write between two of them."""
        for table in into.values():
            for index in table.indexes:
                with self.writing() as connection:
                    index.create(connection)

    def _give_up(self, into: Mapping[Table, Table]) -> None:
        """Leave the live tables as they are, and nothing beside them."""
        with self.writing() as connection:
            for built in into.values():
                built.drop(connection, checkfirst=True)

    def _batch(self, models: tuple[ReadModel, ...], into: Mapping[Table, Table], at: int) -> int:
        with self.reading() as connection:
            batch = self.read_log(connection, at, _FAR, BATCH)
        if not batch:
            return at
        steps = projected(models, batch)
        with self.writing() as connection:
            write(connection, steps, into)
        return batch[-1].position

    def _switch(self, models: tuple[ReadModel, ...], into: Mapping[Table, Table], at: int) -> int:
        with self.recording() as connection:
            while batch := self.read_log(connection, at, _FAR, BATCH):
                apply(connection, models, batch, into)
                at = batch[-1].position
            for live, built in into.items():
                connection.execute(text(f"DROP TABLE IF EXISTS {live.name}"))
                connection.execute(text(f"ALTER TABLE {built.name} RENAME TO {live.name}"))
            for model in models:
                every_version = POSITIONS.c.model.like(f"{model.name}@%")
                connection.execute(POSITIONS.delete().where(every_version))
                connection.execute(POSITIONS.insert(), {"model": model.key, "position": at})
        return at


_FAR = 2**62


def _beside(models: tuple[ReadModel, ...]) -> dict[Table, Table]:
    """Give each live table a twin with names of its own (indexes keep theirs after the switch)."""
    mark = secrets.token_hex(4)
    twins = {}
    for model in models:
        for table in model.tables:
            twin = table.to_metadata(MetaData(), name=f"{table.name}__{mark}")
            for index in twin.indexes:
                index.name = quoted_name(f"{index.name}__{mark}", quote=None)
            twins[table] = twin
    return twins
