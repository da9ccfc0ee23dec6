"""The line of an event never changes its bytes: what was proven once must stay provable."""

from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from jsonschema import Draft202012Validator

from adapters.event_proof.event_schema import event_schema
from adapters.event_proof.record_line import record_line
from adapters.event_proof.verify import leaf_hash
from adapters.event_store.mapper import EventMapper
from tests.adapters.test_sealing import KeysInAList
from tests.domain.samples import EARLIER_SAMPLES
from tests.domain.samples import SAMPLES as TODAY

SAMPLES = {**TODAY, **EARLIER_SAMPLES}
GOLDEN = Path(__file__).parent / "golden" / "record_line.jsonl"


def test_the_bytes_of_a_line_are_those_of_the_golden_file() -> None:
    state = '{"at":"2026-11-02T09:30:00Z","name":"Ærø \\"A/S\\"\\n"}'.encode()
    stream = UUID("213791e0-8294-5524-be38-af15b8c4d815")
    line = record_line(7, 1_795_357_466_387_994, stream, 3, "entity.recorded.v1", state)
    golden, digest = GOLDEN.read_bytes().splitlines()
    assert line == golden
    assert leaf_hash(line).hex() == digest.decode()


def test_no_two_events_share_a_line() -> None:
    stream = UUID(int=1)
    one = record_line(1, 1, stream, 1, "a", b'{"b":"c","state":{}}')
    other = record_line(1, 1, stream, 1, 'a","state":{"b":"c', b"{}}")
    assert one != other


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    """The schema as it lies in a bundle."""
    read: dict[str, object] = msgspec.json.decode(msgspec.json.encode(event_schema()))
    return read


@pytest.mark.parametrize("topic", SAMPLES)
def test_every_event_is_as_the_schema_of_the_bundle_says(
    topic: str, schema: dict[str, object]
) -> None:
    event = SAMPLES[topic]
    stored = EventMapper(KeysInAList()).to_stored_event(event)
    line = record_line(1, 1, event.stream_id, event.version, topic, stored.state)
    (of_topic,) = [
        each
        for each in schema["oneOf"]  # type: ignore[attr-defined]
        if each["properties"]["topic"]["const"] == topic
    ]
    whole = {"$defs": schema["$defs"], **of_topic}
    Draft202012Validator(whole).validate(msgspec.json.decode(line))
