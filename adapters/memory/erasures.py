"""Keys of persons that stay in this process, and what remembers the destroyed ones twice."""

import hmac
import os
from collections.abc import Collection, Sequence
from hashlib import sha256
from uuid import UUID, uuid4, uuid5

import msgspec

from application.ports.erasures import ErasedKey

_PERSONS = UUID("5d0c4a54-4a0f-5f0c-8d0b-0d6f8c1f2b21")


class KeyStore(msgspec.Struct):
    """What a backup of the keys holds: each person's key, and the list of those destroyed."""

    keys: dict[str, tuple[UUID, bytes]] = {}
    destroyed: dict[UUID, ErasedKey] = {}


class MemoryErasures:
    """Implements `Erasures`, and the keys that seal; `kept` may be replaced by an older one."""

    def __init__(self) -> None:
        self.kept = KeyStore()
        self._noted: dict[UUID, ErasedKey] = {}
        self._secret = os.urandom(32)

    def of(self, person: str) -> tuple[UUID, bytes]:
        """Give the person's key, made now if there is none."""
        return self.kept.keys.setdefault(person, (uuid4(), os.urandom(32)))

    def by_id(self, key_id: UUID) -> bytes | None:
        """Give a key, or nothing when it was destroyed."""
        return next((key for known, key in self.kept.keys.values() if known == key_id), None)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """All keys are at hand."""

    def stream_of(self, person: str) -> UUID:
        """Make an id of the keyed hash."""
        return uuid5(_PERSONS, self.hash_of(person))

    def hash_of(self, person: str) -> str:
        """Give the keyed hash in hexadecimal."""
        return hmac.digest(self._secret, person.encode(), sha256).hex()

    def key_of(self, person: str) -> UUID | None:
        """Look the key up, and make none."""
        known = self.kept.keys.get(person)
        return known and known[0]

    def make_key(self, person: str) -> UUID:
        """Make the key unless it is there."""
        return self.of(person)[0]

    def destroy(self, keys: Sequence[ErasedKey]) -> None:
        """Note them, list them, and drop them."""
        self.remember(keys)
        gone = {key.key_id: key for key in keys}
        self.kept.destroyed |= gone
        self.kept.keys = {
            person: key for person, key in self.kept.keys.items() if key[0] not in gone
        }

    def remember(self, keys: Sequence[ErasedKey]) -> None:
        """Note them where no older key store is restored to."""
        self._noted |= {key.key_id: key for key in keys if key.key_id not in self._noted}

    def erased(self) -> list[ErasedKey]:
        """Put both places together."""
        return list({**self._noted, **self.kept.destroyed}.values())

    def standing(self, key_ids: Collection[UUID]) -> set[UUID]:
        """Tell which of these keys are there."""
        return {key_id for key_id, _ in self.kept.keys.values()} & set(key_ids)

    def is_erased(self, person: str) -> bool:
        """Look for the keyed hash among the destroyed ones."""
        return any(key.person == self.hash_of(person) for key in self.kept.destroyed.values())
