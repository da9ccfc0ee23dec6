"""What every keeper of signed checkpoints promises."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from adapters.database import writing
from adapters.event_proof.checkpoints import SqlCheckpoints
from adapters.memory.checkpoints import MemoryCheckpoints
from adapters.schema import EVENTS
from application.ports.checkpoints import Checkpoints, RecordBroken
from entrypoints.container import Portal
from tests.read_models.books import named
from tests.wiring import STARTED


@dataclass
class Record:
    """A keeper with a record that a test can fill."""

    port: Checkpoints
    elsewhere: Checkpoints
    store: Callable[[int], None]
    leave_a_gap: Callable[[], None]


@pytest.fixture(params=["memory", "database"])
def record(request: pytest.FixtureRequest, portal: Portal) -> Record:
    return _in_memory() if request.param == "memory" else _in_a_database(portal)


def _in_memory() -> Record:
    memory = MemoryCheckpoints()

    def store(events: int) -> None:
        memory.events += events

    def leave_a_gap() -> None:
        memory.gap_after, memory.events = memory.events, memory.events + 1

    return Record(memory, memory, store, leave_a_gap)


def _in_a_database(portal: Portal) -> Record:
    last = [0]

    def store(events: int) -> None:
        with writing(portal.engine()) as connection:
            connection.execute(
                insert(EVENTS), [_row(last[0] + number) for number in range(1, events + 1)]
            )
        last[0] += events

    def leave_a_gap() -> None:
        last[0] += 1
        store(1)

    again = SqlCheckpoints(portal.engine(), portal.record_signer())
    return Record(portal.checkpoints(), again, store, leave_a_gap)


def _row(position: int) -> dict[str, object]:
    return {
        "position": position,
        "recorded_at": position,
        "stream_id": named("stream"),
        "version": position,
        "topic": "account.recorded.v1",
        "state": b"{}",
    }


def test_an_empty_record_has_no_checkpoint_and_nothing_to_cover(record: Record) -> None:
    assert record.port.newest() is None
    assert record.port.uncovered() == 0


def test_a_checkpoint_covers_at_most_so_many_more(record: Record) -> None:
    record.store(7)
    assert record.port.extend(STARTED, 5).size == 5
    assert record.port.uncovered() == 2
    assert record.port.extend(STARTED + timedelta(minutes=1), 5).size == 7
    newest = record.elsewhere.newest()
    assert newest is not None
    assert (newest.size, newest.made_at) == (7, STARTED + timedelta(minutes=1))


def test_a_record_with_a_gap_is_not_signed(record: Record) -> None:
    record.store(3)
    record.port.extend(STARTED, 5)
    record.leave_a_gap()
    with pytest.raises(RecordBroken) as broken:
        record.port.extend(STARTED, 5)
    assert broken.value.after == 3


def test_two_workers_make_the_same_checkpoint_once(portal: Portal) -> None:
    record = _in_a_database(portal)
    record.store(3)
    mine, theirs = (keeper.extend(STARTED, 5) for keeper in (record.port, record.elsewhere))
    assert (mine.size, theirs.size) == (3, 3)
    assert mine.note == theirs.note
    with portal.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM checkpoints")).scalar() == 1
