"""Traces of persons in this process: a record, one page for each event, and rows of tables."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from adapters.event_store.mapper import EventMapper
from adapters.event_store.sealing import keys_in
from adapters.memory.erasures import MemoryErasures
from adapters.personal_facts import AllButTheirs, OnlyTheirs
from application.ports.personal_traces import (
    REASONS,
    KeptRow,
    RecordedErasure,
    SealedFact,
    Trace,
)
from domain.event import Event
from domain.person import Erased, ErasedAgain


class Stored(msgspec.Struct, frozen=True):
    """An event as it is stored: sealed, at its place."""

    position: int
    at: datetime
    topic: str
    state: bytes


class MemoryPersonalTraces:
    """Implements `PersonalTraces`; `tell` stores events, `tables` hold rows, `pages` what is shown.

    Rows that name somebody are deleted whole.
    """

    def __init__(self, keys: MemoryErasures) -> None:
        self.stored: list[Stored] = []
        self.pages: dict[int, Event] = {}
        self.tables: dict[str, list[dict[str, Any]]] = {}
        self._keys = keys

    def tell(self, event: Event, at: datetime) -> None:
        """Store an event and show it."""
        sealed = EventMapper(self._keys).to_stored_event(event)
        position = len(self.stored) + 1
        self.stored.append(Stored(position, at, sealed.topic, bytes(sealed.state)))
        self.pages[position] = event

    def facts(self, key_ids: Collection[UUID]) -> list[SealedFact]:
        """Read what the keys sealed, with these keys alone."""
        mapper = EventMapper(OnlyTheirs(self._keys, key_ids))
        return [
            SealedFact(each.position, each.at, mapper.decode(each.topic, each.state))
            for each in self._sealed_with(key_ids)
        ]

    def mentions(self, words: Sequence[str]) -> list[str]:
        """Read the reasons."""
        found = [
            event.person
            for event in map(self._read, self.stored)
            if event.topic.startswith(REASONS)
            and _says(getattr(event, "reason", None) or "", words)
        ]
        return list(dict.fromkeys(found))

    def rows(self, words: Sequence[str]) -> list[KeptRow]:
        """Give the rows that name one of the words."""
        return [
            KeptRow(name, row)
            for name, rows in self.tables.items()
            for row in rows
            if _names(row, words)
        ]

    def find(
        self,
        words: Sequence[str],
        pdfs: Collection[str] | None = None,  # noqa: ARG002 - there are none
    ) -> list[Trace]:
        """Count rows and pages that name one of the words."""
        shown = sum(_says(repr(page), words) for page in self.pages.values())
        counts = {**self._counted(words, ()), "pages": shown}
        return [Trace(place, count, "stays") for place, count in counts.items() if count]

    def would_go(
        self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]
    ) -> dict[str, int]:
        """Count what a purge would change."""
        reread = self._without(key_ids)
        shown = sum(self.pages[position] != page for position, page in reread.items())
        counts = {**self._counted(words, staff), "pages": shown}
        return {place: count for place, count in counts.items() if count}

    def purge(self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]) -> None:
        """Show events as they read without the keys, and drop rows."""
        self.pages |= self._without(key_ids)
        self.tables = {
            name: [row for row in rows if not _goes(row, words, staff)]
            for name, rows in self.tables.items()
        }

    def purge_addresses(self, is_erased: Callable[[str], bool]) -> None:
        """Drop rows with the address of somebody who was erased."""
        rows = [row for rows in self.tables.values() for row in rows]
        addresses = {str(row["address"]) for row in rows if "address" in row}
        self.purge((), [address for address in addresses if is_erased(address)], ())

    def erasures(self) -> list[RecordedErasure]:
        """Read them from the record."""
        return [
            RecordedErasure(each.position, event.stream_id, event.key_ids, event.at)
            for each in self.stored
            if isinstance(event := self._read(each), Erased | ErasedAgain)
        ]

    def rebuild(self) -> None:
        """Show every event as today's keys read it."""
        self.pages = {each.position: self._read(each) for each in self.stored}

    def _read(self, stored: Stored) -> Any:
        return EventMapper(self._keys).decode(stored.topic, stored.state)

    def _sealed_with(self, key_ids: Collection[UUID]) -> Iterator[Stored]:
        return (each for each in self.stored if keys_in([each.state]) & set(key_ids))

    def _without(self, key_ids: Collection[UUID]) -> dict[int, Event]:
        mapper = EventMapper(AllButTheirs(self._keys, key_ids))
        theirs = self._sealed_with(key_ids)
        return {each.position: mapper.decode(each.topic, each.state) for each in theirs}

    def _counted(self, words: Sequence[str], staff: Sequence[UUID]) -> dict[str, int]:
        return {
            name: sum(_goes(row, words, staff) for row in rows)
            for name, rows in self.tables.items()
        }


def _goes(row: Mapping[str, Any], words: Sequence[str], staff: Sequence[UUID]) -> bool:
    return _names(row, words) or row.get("staff_id") in staff


def _names(row: Mapping[str, Any], words: Sequence[str]) -> bool:
    return any(_says(value, words) for value in row.values())


def _says(value: object, words: Sequence[str]) -> bool:
    return any(word.casefold() in str(value).casefold() for word in words)
