"""Reads from the record what the keys of some persons sealed, and reasons that name somebody."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, or_, select

from adapters.event_store.mapper import EventMapper, Placed
from adapters.event_store.sealing import PersonKeys
from adapters.schema import EVENTS
from adapters.trace_search import holding
from application.ports.personal_traces import REASONS

AT_ONCE = 1_000


class OnlyTheirs:
    """The keys of one person; what others sealed stays closed."""

    def __init__(self, keys: PersonKeys, key_ids: Collection[UUID]) -> None:
        self._keys, self._key_ids = keys, set(key_ids)

    def by_id(self, key_id: UUID) -> bytes | None:
        """Give a key that is theirs."""
        return self._keys.by_id(key_id) if key_id in self._key_ids else None

    def of(self, person: str) -> tuple[UUID, bytes]:
        """Nothing is sealed while traces are looked for."""
        raise NotImplementedError(person)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """Read those that are theirs."""
        self._keys.fetch([key_id for key_id in key_ids if key_id in self._key_ids])


class AllButTheirs(OnlyTheirs):
    """All keys but those of one person, as after their erasure."""

    def by_id(self, key_id: UUID) -> bytes | None:
        """Give a key that is not theirs."""
        return None if key_id in self._key_ids else self._keys.by_id(key_id)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """Read those that are not theirs."""
        self._keys.fetch([key_id for key_id in key_ids if key_id not in self._key_ids])


def sealed_with(
    connection: Connection, key_ids: Collection[UUID], mapper: EventMapper
) -> list[Placed]:
    """Give the events that these keys sealed, by position, as the mapper's keys read them."""
    if not key_ids:
        return []
    marks = [f'"key":"{key_id.hex}"'.encode() for key_id in key_ids]
    query = _STORED.where(or_(*(holding(connection, EVENTS.c.state, mark) for mark in marks)))
    rows = connection.execute(query.order_by(EVENTS.c.position))
    return mapper.decode_all((*row[:3], bytes(row[3])) for row in rows)


def reasons_saying(
    connection: Connection, words: Sequence[str], mapper: EventMapper
) -> dict[str, None]:
    """Name whose keys sealed the reasons that say one of the words."""
    topic = EVENTS.c.topic
    query = _STORED.where(or_(*(topic.startswith(start, autoescape=True) for start in REASONS)))
    rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
    found: dict[str, None] = {}
    for batch in rows.partitions():
        for *_, event in mapper.decode_all((*row[:3], bytes(row[3])) for row in batch):
            reason, person = getattr(event, "reason", None), getattr(event, "person", "")
            if reason and _says(reason, words):
                found[person] = None
    return found


def _says(text: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in text.casefold() for word in words)


_STORED = select(EVENTS.c.position, EVENTS.c.recorded_at, EVENTS.c.topic, EVENTS.c.state)
