"""Events become rows the same way one at a time and a thousand at a time."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    select,
)

from adapters.database import writing
from domain.actor import System
from domain.event import TOPICS, Event
from read_models.columns import Encoded, Key
from read_models.projection import Add, Change, Drop, Put, ReadModel, Recorded, Write, apply

TABLE = Table(
    "projection_probe",
    MetaData(),
    Column("name", Text, primary_key=True),
    Column("paid", Integer, nullable=False),
    Column("note", Text, nullable=False),
)


class Happened(Event):
    topic = "projection_probe.happened.v1"
    deed: str
    name: str


def happened(event: Happened) -> Iterator[Write]:
    match event.deed:
        case "put":
            yield Put(TABLE, {"name": event.name, "paid": event.version, "note": ""})
        case "change":
            yield Change(TABLE, {"name": event.name}, {"note": f"at {event.version}"})
        case "change all of a note":
            yield Change(TABLE, {"note": ""}, {"note": "seen"})
        case "add":
            yield Add(TABLE, {"name": event.name}, {"paid": event.version})
        case "drop":
            yield Drop(TABLE, {"name": event.name})


del TOPICS[Happened.topic]  # the register is for the portal itself
MODEL = ReadModel(name="probe", version=1, tables=(TABLE,), handlers={Happened: happened})
DEEDS = st.tuples(
    st.sampled_from(["put", "change", "change all of a note", "add", "drop"]),
    st.sampled_from("abc"),
)


def _recorded(deeds: list[tuple[str, str]]) -> list[Recorded]:
    return [
        Recorded(
            number,
            number,
            Happened(
                stream_id=UUID(int=1),
                version=number,
                at=datetime(2026, 1, 1, tzinfo=UTC),
                actor=System("test"),
                command_id=UUID(int=number),
                deed=deed,
                name=name,
            ),
        )
        for number, (deed, name) in enumerate(deeds, 1)
    ]


def _rows(engine: Engine, batches: list[list[Recorded]]) -> list[tuple[object, ...]]:
    with writing(engine) as connection:
        TABLE.drop(connection, checkfirst=True)
        TABLE.create(connection)
        for batch in batches:
            apply(connection, [MODEL], batch)
        return [tuple(row) for row in connection.execute(select(TABLE).order_by(TABLE.c.name))]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(DEEDS, max_size=14))
def test_a_batch_ends_in_the_same_rows_as_one_event_after_another(
    database: Engine, deeds: list[tuple[str, str]]
) -> None:
    recorded = _recorded(deeds)
    assert _rows(database, [recorded]) == _rows(database, [[one] for one in recorded])


KINDS = Table(
    "projection_kinds",
    MetaData(),
    Column("row_id", Uuid, primary_key=True),
    Column("day", Date),
    Column("is_on", Boolean, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("words", Key),
    Column("facts", Encoded(dict[str, str])),
)
HARD = '50 % of ?, %s and "it\'s" \\ \n\u2028 ü'
ROWS = [
    (UUID(int=1), date(2024, 2, 29), True, 2**53 + 1, HARD, {"said": HARD}),
    (UUID(int=2**127), None, False, -(2**62), None, None),
    (UUID(int=3), date.max, True, 0, "", {}),
]


class Told(Event):
    topic = "projection_probe.told.v1"


def told(event: Told) -> Iterator[Write]:
    yield Put(KINDS, dict(zip(KINDS.c.keys(), ROWS[event.version - 1], strict=True)))


del TOPICS[Told.topic]
TELLING = ReadModel(name="kinds", version=1, tables=(KINDS,), handlers={Told: told})


@pytest.mark.parametrize("at_once", [1, 3])
def test_values_of_every_kind_come_back_as_they_were(database: Engine, at_once: int) -> None:
    events = [
        Told(
            stream_id=UUID(int=1),
            version=number,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            actor=System("test"),
            command_id=UUID(int=number),
        )
        for number in (1, 2, 3)
    ]
    recorded = [Recorded(event.version, event.version, event) for event in events]
    with writing(database) as connection:
        KINDS.create(connection)
        for first in range(0, 3, at_once):
            apply(connection, [TELLING], recorded[first : first + at_once])
        found = set(_frozen(connection.execute(select(KINDS)).all()))
    assert found == set(_frozen(ROWS))


def _frozen(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[object, ...]]:
    for *plain, facts in rows:
        yield (*plain, None if facts is None else tuple(facts.items()))
