"""Events become rows the same way one at a time and a thousand at a time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, select

from adapters.database import writing
from domain.actor import System
from domain.event import TOPICS, Event
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
