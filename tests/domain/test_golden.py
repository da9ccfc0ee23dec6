"""Every event version ever released decodes for ever: its golden file stands beside this."""

from pathlib import Path

import msgspec
import pytest

from domain import catalogue
from domain.event import EARLIER, TOPICS, Event
from tests.domain.samples import EARLIER_SAMPLES
from tests.domain.samples import SAMPLES as TODAY
from tests.domain.telling import ENCODER

GOLDEN = Path(__file__).parent / "golden"
BEFORE = GOLDEN / "before"
"""Events as they were stored before their version was given a further, optional field."""

KINDS: dict[str, type[Event]] = {**TOPICS, **EARLIER}
SAMPLES: dict[str, Event] = {**TODAY, **EARLIER_SAMPLES}


def test_the_catalogue_names_every_aggregate_and_there_is_a_sample_of_every_event() -> None:
    assert len(catalogue.AGGREGATES) == len(set(catalogue.AGGREGATES))
    assert TODAY.keys() == TOPICS.keys()
    assert EARLIER_SAMPLES.keys() == EARLIER.keys()


def test_every_topic_has_a_golden_file_and_every_golden_file_a_topic() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(KINDS)


@pytest.mark.parametrize("topic", sorted(SAMPLES))
def test_a_golden_file_decodes_to_the_sample_and_encodes_back_to_the_same_bytes(
    topic: str,
) -> None:
    stored = (GOLDEN / f"{topic}.json").read_bytes()
    event = msgspec.json.decode(stored, type=KINDS[topic])

    assert event == SAMPLES[topic]
    assert ENCODER.encode(event) == stored


@pytest.mark.parametrize("topic", sorted(SAMPLES))
def test_a_sample_fills_every_field_so_that_its_golden_file_holds_them_all(topic: str) -> None:
    def fields(value: object, path: str = "") -> set[str]:
        found = set()
        if isinstance(value, msgspec.Struct):
            for field in msgspec.structs.fields(value):
                inner = getattr(value, field.name)
                if inner == field.default and path + field.name != "version":
                    found.add(f"{path}{field.name}")
                found |= fields(inner, f"{path}{field.name}.")
        elif isinstance(value, tuple):
            for inner in value:
                found |= fields(inner, path)
        return found

    assert fields(SAMPLES[topic]) == set()


@pytest.mark.parametrize("path", sorted(BEFORE.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_stored_before_a_field_was_added_is_the_same_without_it(path: Path) -> None:
    event = msgspec.json.decode(path.read_bytes(), type=KINDS[path.stem])

    assert ENCODER.encode(event) == path.read_bytes()


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_what_is_told_twice_is_the_same_event(event: Event) -> None:
    again = msgspec.json.decode(ENCODER.encode(event), type=type(event))

    assert again == event
    assert type(again) is type(event)
