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

    1. `stream_of` and `hash_of` say the same of a person always, and nobody can tell the person by
       them.
    2. `key_of` gives the key's id without making one; `make_key` makes one unless it is there.
    3. After `destroy` nothing opens what the keys sealed (in other processes within a second), and
       the keys are listed by `erased`; destroying again changes nothing.
    4. The list outlives a restore of the key store: it stands in a second place as well, which
       `remember` tells of erasures that another key store knew.
    5. `standing` tells which of these keys exist, as after a restore of an older key store.
    6. `is_erased` tells of a person's name whether a key of it was destroyed.
    7. Whoever was erased and is kept anew has another key.
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

    def remember(self, keys: Sequence[ErasedKey]) -> None:
        """Note erasures that another key store knew of, as before a restore of an older one."""

    def erased(self) -> list[ErasedKey]:
        """List every key that was ever destroyed."""

    def standing(self, key_ids: Collection[UUID]) -> set[UUID]:
        """Tell which of these keys exist."""

    def is_erased(self, person: str) -> bool:
        """Whether this person was erased once."""
