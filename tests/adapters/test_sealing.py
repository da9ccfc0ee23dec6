"""What is personal in any event is sealed, opens to the same event, and reads as erased later."""

import re
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from adapters.event_store.mapper import EventMapper
from application.ports.event_log import RecordNewer
from domain.event import TOPICS, Event
from domain.personal import ERASED

GOLDEN = Path(__file__).parent.parent / "domain" / "golden"


class KeysInAList:
    """The port's smallest double: a key for each person, and all of them can be destroyed."""

    def __init__(self) -> None:
        self.persons: list[str] = []
        self.destroyed = False

    def of(self, person: str) -> tuple[UUID, bytes]:
        assert person, "somebody's key must seal it"
        if person not in self.persons:
            self.persons.append(person)
        number = self.persons.index(person)
        return UUID(int=number), bytes([number]) * 32

    def by_id(self, key_id: UUID) -> bytes | None:
        return None if self.destroyed else bytes([key_id.int]) * 32

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """Nothing is read ahead."""


def _sample(topic: str) -> Event:
    return msgspec.json.decode((GOLDEN / f"{topic}.json").read_bytes(), type=TOPICS[topic])


def _personal_values(fact: msgspec.Struct) -> list[str]:
    found = []
    for field in msgspec.structs.fields(type(fact)):
        value = getattr(fact, field.name)
        if isinstance(value, msgspec.Struct):
            found += _personal_values(value)
        elif isinstance(value, str) and "personal" in repr(field.type):
            found.append(value)
    return found


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_every_event_comes_back_as_it_was(topic: str) -> None:
    mapper, event = EventMapper(KeysInAList()), _sample(topic)
    assert mapper.to_domain_event(mapper.to_stored_event(event)) == event


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_personal_value_stands_in_the_stored_bytes(topic: str) -> None:
    event = _sample(topic)
    state = EventMapper(KeysInAList()).to_stored_event(event).state.decode()
    for value in _personal_values(event):
        assert f'"{value}"' not in state


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_after_erasure_every_event_can_still_be_read(topic: str) -> None:
    keys = KeysInAList()
    mapper, event = EventMapper(keys), _sample(topic)
    stored = mapper.to_stored_event(event)
    keys.destroyed = True
    erased = mapper.to_domain_event(stored)
    assert (erased.stream_id, erased.version, erased.at) == (
        event.stream_id,
        event.version,
        event.at,
    )
    assert all(value.startswith(ERASED) for value in _personal_values(erased))


def test_at_least_the_named_kinds_of_personal_fields_are_marked() -> None:
    marked = re.findall(r"\| `(\w+)\??`[^|]*\|[^|]*\| yes:", _events_page())
    for name in ("address", "name", "email", "reason", "browser", "network"):
        assert name in marked, f"{name} must be personal somewhere in EVENTS.md"


def test_an_event_of_a_newer_version_is_refused() -> None:
    with pytest.raises(RecordNewer):
        EventMapper(KeysInAList()).decode("portal_access.domain_granted.v99", b"{}")


def _events_page() -> str:
    return (Path(__file__).parents[2] / "domain" / "EVENTS.md").read_text()
