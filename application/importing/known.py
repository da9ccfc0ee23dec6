"""What a batch of rows needs from the record, asked for with one question for each kind."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import TypeAlias, TypeVar, cast
from uuid import UUID

import msgspec

from application.importing.problems import refused
from application.ports.event_log import EventLog
from domain.account import Account
from domain.aggregate import Aggregate
from domain.bill_group import BillGroup
from domain.entity import Entity
from domain.event import Event
from domain.identity import imported_id

A = TypeVar("A", bound=Aggregate)

NAMES: dict[type[Aggregate], str] = {Entity: "entity", Account: "account", BillGroup: "bill_group"}
"""The kinds that rows refer to without changing them."""

IsErased: TypeAlias = Callable[[str], bool]
"""Whether somebody of this name (`address:…`) was erased, and must not come back by an import."""


class Place(msgspec.Struct, frozen=True):
    """Where a bill group belongs, its own language if it has one, and when it was first told of."""

    account_id: UUID
    entity_id: UUID
    language: str | None
    known_since: datetime | None


class Names(msgspec.Struct, frozen=True):
    """Turns external ids into stream ids. Entities may come from another source."""

    source: str
    entity_source: str

    def id(self, kind: str, external_id: str) -> UUID:
        """Give the stream that a row of this kind is about."""
        source = self.entity_source if kind == "entity" else self.source
        return _id(source, kind, external_id)


_id = lru_cache(maxsize=65_536)(imported_id)
"""Many rows name the same bill group; a UUIDv5 costs as much as decoding a row."""


class Places:
    """Which references are known to exist; kept through a run, so that each is asked for once."""

    def __init__(self) -> None:
        self.bill_groups: dict[UUID, Place] = {}
        self.others: set[UUID] = set()

    def __contains__(self, stream_id: UUID) -> bool:
        return stream_id in self.bill_groups or stream_id in self.others

    def learn(self, aggregates: Iterable[Aggregate]) -> None:
        """Remember what stands now."""
        for known in aggregates:
            if isinstance(known, BillGroup):
                place = _place(known)
                if place is not None:
                    self.bill_groups[known.id] = place
            elif isinstance(known, Account | Entity) and not known.is_new:
                self.others.add(known.id)


class Known:
    """The aggregates of one batch: those that rows change, and those that rows refer to."""

    def __init__(self, log: EventLog, names: Names, places: Places, is_erased: IsErased) -> None:
        self.is_erased = is_erased
        self.names = names
        self.places = places
        self._log = log
        self._wanted: dict[type[Aggregate], set[UUID]] = {}
        self._loaded: dict[UUID, Aggregate] = {}
        self.issued: list[tuple[Event, Place]] = []
        """What issued an invoice for the first time, with where that belongs."""
        self.touched: list[tuple[Aggregate, int]] = []
        """What the row at hand was given, each with its version before."""

    def need(self, kind: type[Aggregate], stream_id: UUID) -> None:
        """Say that a row changes this aggregate."""
        self._wanted.setdefault(kind, set()).add(stream_id)

    def refer(self, kind: type[Aggregate], external_id: str) -> None:
        """Say that a row names this one; it is loaded only when nothing is known of it."""
        stream_id = self.names.id(NAMES[kind], external_id)
        if stream_id not in self.places:
            self.need(kind, stream_id)

    def load(self) -> None:
        """Ask for everything."""
        for kind, stream_ids in self._wanted.items():
            self._loaded.update(self._log.get_many(kind, sorted(stream_ids)))

    def get(self, kind: type[A], stream_id: UUID) -> A:
        """Give an aggregate that was needed, or load one that turns out to be."""
        loaded = self._loaded.get(stream_id)
        if loaded is None:
            loaded = self._loaded[stream_id] = self._log.get(kind, stream_id)
        self.touched.append((loaded, loaded.version))
        return cast("A", loaded)

    def place(self, external_id: str) -> Place:
        """Give where the named bill group belongs; refuses one that is unknown."""
        stream_id = self.names.id("bill_group", external_id)
        loaded = self._loaded.get(stream_id)
        place = _place(loaded) if isinstance(loaded, BillGroup) else None
        place = place or self.places.bill_groups.get(stream_id)
        if place is None:
            raise refused("bill_group", "reference_unknown", kind="bill_group", value=external_id)
        return place

    def existing(self, kind: type[Aggregate], external_id: str) -> UUID:
        """Give the id of what a row names; refuses what is unknown."""
        name = NAMES[kind]
        stream_id = self.names.id(name, external_id)
        loaded = self._loaded.get(stream_id)
        if stream_id not in self.places and (loaded is None or loaded.is_new):
            raise refused(name, "reference_unknown", kind=name, value=external_id)
        return stream_id

    @property
    def has_news(self) -> bool:
        """Whether the row at hand changed anything."""
        return any(aggregate.version != before for aggregate, before in self.touched)

    @property
    def changed(self) -> list[Aggregate]:
        """The aggregates that have something to store."""
        return [aggregate for aggregate in self._loaded.values() if aggregate.pending]

    def learn(self) -> None:
        """Remember the references of this batch, now that it is stored."""
        self.places.learn(self._loaded.values())


def _place(group: BillGroup) -> Place | None:
    if group.account_id is None or group.entity_id is None or group.facts is None:
        return None
    return Place(group.account_id, group.entity_id, group.facts.language, group.begun_at)
