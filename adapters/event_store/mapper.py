"""Turns domain events into stored bytes and back: stable topics, personal fields sealed."""

from collections.abc import Iterable
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from eventsourcing.persistence import Mapper, StoredEvent

import domain.catalogue  # noqa: F401 - importing it fills TOPICS
from adapters.event_store.sealing import MARK, PersonKeys, keys_in, seal, unseal
from application.ports.event_log import RecordNewer
from domain.event import EARLIER, TOPICS, Event

Placed: TypeAlias = tuple[int, int, Event]
"""An event with its place in the log: position, recorded_at (µs UTC), the event."""

_encoder = msgspec.json.Encoder(decimal_format="string", order="deterministic")


class EventMapper(Mapper[UUID]):
    """Encodes the whole event as deterministic JSON; decoding is typed."""

    def __init__(self, keys: PersonKeys) -> None:
        self.keys = keys

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Encode one event; sealed where it is personal."""
        event: Event = domain_event
        raw = msgspec.to_builtins(event, builtin_types=())
        seal(event, raw, self.keys)
        return StoredEvent(event.stream_id, event.version, event.topic, _encoder.encode(raw))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Decode one event."""
        return self.decode(stored_event.topic, bytes(stored_event.state))

    def decode(self, topic: str, state: bytes) -> Event:
        """Decode stored bytes, in today's shape. Raises RecordNewer."""
        kind = TOPICS.get(topic)
        if kind is None:
            return self._earlier(topic, state)
        if MARK not in state:
            return _decoder(kind).decode(state)
        return msgspec.convert(unseal(msgspec.json.decode(state), self.keys), kind)

    def _earlier(self, topic: str, state: bytes) -> Event:
        """Decode a shape of an earlier version of the portal, and say it in today's."""
        kind = EARLIER.get(topic)
        if kind is None:
            raise RecordNewer(topic)
        return msgspec.convert(unseal(msgspec.json.decode(state), self.keys), kind).upcast()

    def decode_all(self, rows: Iterable[tuple[int, int, str, bytes]]) -> list[Placed]:
        """Decode many rows (position, recorded_at, topic, state); their keys are read at once."""
        stored = [(position, at, topic, bytes(state)) for position, at, topic, state in rows]
        self.keys.fetch(keys_in(state for *_, state in stored))
        return [(position, at, self.decode(topic, state)) for position, at, topic, state in stored]


@cache
def _decoder(kind: type[Event]) -> msgspec.json.Decoder[Event]:
    return msgspec.json.Decoder(kind)
