"""Compares the live read models with what the record makes of them in an empty database.

Rows are compared by their hashes, added up: neither their order nor their number matters to the
memory it takes.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, select

from read_models.live import ReadLog
from read_models.projection import ReadModel, apply

BATCH = 20_000
EXAMPLES = 3
_SPACE = 1 << 256
_encode = msgspec.json.Encoder(order="deterministic").encode


class TableDiffers(msgspec.Struct, frozen=True):
    """A table whose rows are not what the record says; some of their primary keys."""

    table: str
    live: int
    rebuilt: int
    examples: tuple[str, ...]


def differing(
    live: Connection, empty: Connection, models: tuple[ReadModel, ...], read: ReadLog, up_to: int
) -> Iterator[TableDiffers]:
    """Replay the record up to a position into the empty database, and name what differs."""
    tables = [table for model in models for table in model.tables]
    for table in tables:
        table.create(empty)
    at = 0
    while batch := read(live, at, up_to, BATCH):
        apply(empty, models, batch)
        at = batch[-1].position
    for table in tables:
        kept, made = _sum(live, table), _sum(empty, table)
        if kept != made:
            yield TableDiffers(table.name, kept[0], made[0], _examples(live, empty, table))


def _sum(connection: Connection, table: Table) -> tuple[int, int]:
    """Give the number of rows, and the sum of their hashes."""
    count = total = 0
    for row in _rows(connection, table):
        count += 1
        total += int.from_bytes(_hash(row))
    return count, total % _SPACE


def _examples(live: Connection, empty: Connection, table: Table) -> tuple[str, ...]:
    keys = [column.name for column in table.primary_key]
    kept, made = (
        {tuple(row[key] for key in keys): _hash(row) for row in _rows(connection, table)}
        for connection in (live, empty)
    )
    odd = sorted(", ".join(map(str, key)) for key in kept | made if kept.get(key) != made.get(key))
    return tuple(odd[:EXAMPLES])


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    yield from connection.execution_options(yield_per=BATCH).execute(select(table)).mappings()


def _hash(row: Any) -> bytes:
    return sha256(_encode(dict(row))).digest()
