"""The keys of persons as erasure sees them: destroyed for good, and remembered as destroyed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec


class ErasedKey(msgspec.Struct, frozen=True, kw_only=True):
    """One destroyed key. `person` is the keyed hash of whose it was; nothing here names anybody.

    `stream_id` is the person's stream in the record.
    """

    key_id: UUID
    person: str
    stream_id: UUID
    erased_at: datetime


class Erasures(Protocol):
    """What keeps the keys of persons promises to whoever erases.

    1. `stream_of` gives a person's stream: always the same, and nobody can tell the person by it.
    2. `key_of` gives the key's id without making one.
    3. After `destroy` no process can open what the keys sealed (others within a second), and the
       keys are listed by `erased`; destroying again changes nothing.
    4. The list outlives a restore of the key store: it stands in a second place as well.
    5. `standing` tells which of these keys exist, as after a restore of an older key store.
    6. `is_erased` tells of a person's name whether a key of it was destroyed.
    """

    def stream_of(self, person: str) -> UUID:
        """Name the stream of a person."""

    def hash_of(self, person: str) -> str:
        """Give the keyed hash of a person's name."""

    def key_of(self, person: str) -> UUID | None:
        """Give the id of the person's key, if there is one."""

    def make_key(self, person: str) -> UUID:
        """Give the id of the person's key, made now if there is none."""

    def destroy(self, keys: Sequence[ErasedKey]) -> None:
        """Destroy keys for good, and remember that."""

    def erased(self) -> list[ErasedKey]:
        """List every key that was ever destroyed."""

    def standing(self, key_ids: Collection[UUID]) -> set[UUID]:
        """Tell which of these keys exist."""

    def is_erased(self, person: str) -> bool:
        """Whether this person was erased once."""
