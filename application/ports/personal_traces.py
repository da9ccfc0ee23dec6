"""Where a person has left traces: in the record, in tables, in documents and files."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

from domain.event import Event

REASONS = ("portal_access.", "access_review.", "payment.attention_handled.")
"""Topics of reasons that have keys of their own begin with these: no other fact is sealed there."""

TraceFate: TypeAlias = Literal["goes", "stays_by_law", "stays"]


class Trace(msgspec.Struct, frozen=True):
    """So many places of one kind that name a person; `place` is a table, a file, a document.

    `goes` with an erasure; `stays_by_law` in the accounting records; `stays` is a business fact
    that has nobody's key, such as a company's name.
    """

    place: str
    count: int
    fate: TraceFate
    names: tuple[str, ...] = ()


class SealedFact(msgspec.Struct, frozen=True):
    """An event that holds something of a person; what it holds of others reads as erased."""

    position: int
    recorded_at: datetime
    event: Event


class KeptRow(msgspec.Struct, frozen=True):
    """A row of operational state about a person, such as a session."""

    table: str
    values: dict[str, Any]


class RecordedErasure(msgspec.Struct, frozen=True):
    """An erasure as the record knows it."""

    position: int
    stream_id: UUID
    key_ids: tuple[UUID, ...]
    at: datetime


class PersonalTraces(Protocol):
    """What whoever knows every store promises.

    1. `facts` gives every event that the keys sealed, by position; what others' keys sealed in it
       reads as erased.
    2. `mentions` names whose keys sealed a reason (`REASONS`) that says one of the words, in
       capitals or not. Those of another's address stay until that address is erased.
    3. `rows` gives every row of operational state that names one of the words, and no other.
    4. `find` counts what names one of the words: tables of both stores, documents, files. Where
       `pdfs` names documents by their hashes, no other PDF is read.
    5. `would_go` counts what a purge would change, by table, and changes nothing.
    6. After `purge` the read models are what a rebuild without the keys would make them, and no
       row of operational state names one of the words. It changes no event, and purging again
       changes nothing.
    7. `purge_addresses` purges the operational rows with an address of which it is told that it
       was erased, and no others.
    8. `erasures` lists the erasures of the record with their keys, by position.
    9. `rebuild` makes the read models anew from the record, as today's keys read it.
    """

    def facts(self, key_ids: Collection[UUID]) -> list[SealedFact]:
        """Give the events that these keys sealed."""

    def mentions(self, words: Sequence[str]) -> list[str]:
        """Name whose keys sealed reasons that say one of these words, such as `grant:<id>`."""

    def rows(self, words: Sequence[str]) -> list[KeptRow]:
        """Give the operational rows that name one of these words."""

    def find(self, words: Sequence[str], pdfs: Collection[str] | None = None) -> list[Trace]:
        """Look through every store, and through these PDFs, else through all."""

    def would_go(
        self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]
    ) -> dict[str, int]:
        """Tell how many rows of each table a purge would change, and change none."""

    def purge(self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]) -> None:
        """Rewrite read models as if the keys were gone; delete what names these words."""

    def purge_addresses(self, is_erased: Callable[[str], bool]) -> None:
        """Delete operational rows with the address of somebody who was erased."""

    def erasures(self) -> list[RecordedErasure]:
        """List the erasures that the record knows."""

    def rebuild(self) -> None:
        """Make the read models anew."""
