"""How tests of the domain tell a story: given what happened, when decided, then these events."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

import msgspec

from domain.actor import Staff, System
from domain.aggregate import Aggregate
from domain.event import Act, Event

A = TypeVar("A", bound=Aggregate)

ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="string")


def name(word: str) -> UUID:
    """A made-up id that is the same in every run."""
    return uuid5(UUID(int=1), word)


JANE = Staff(name("Jane of finance"))
BY = Act(datetime(2026, 3, 2, 9, 30, tzinfo=UTC), JANE, name("a command"))
LATER = Act(datetime(2026, 3, 2, 9, 45, tzinfo=UTC), System("worker"), name("another command"))


def given(kind: type[A], stream_id: UUID, *decisions: Callable[[A], object]) -> A:
    """An aggregate after decisions, brought back from its events as they are stored."""
    before = kind(stream_id)
    for decide in decisions:
        decide(before)
    stored = [(type(event), ENCODER.encode(event)) for event in before.pending]
    return kind.replay(stream_id, [msgspec.json.decode(text, type=kind_) for kind_, text in stored])


def told(aggregate: Aggregate) -> list[Event]:
    """What was recorded since `given`."""
    return aggregate.pending


def facts(event: Event) -> dict[str, Any]:
    """What an event says beyond what every event carries."""
    common = set(Event.__struct_fields__)
    return {key: value for key, value in msgspec.structs.asdict(event).items() if key not in common}
