"""Seals the personal fields of an event, each with the key of its person, and opens them again.

A sealed value stands as `{"key", "commitment", "sealed"}`: AES-256-GCM over 32 random bytes and the
value; the commitment is SHA-256(those bytes ‖ value), so that an export can disclose a value and a
verifier prove it with SHA-256 alone. When the key is gone, the value reads `erased-<key id>`.
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from hashlib import sha256
from typing import Any, Protocol, get_args, get_origin
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.personal import ERASED

SALT = 32
"""So many random bytes stand before a sealed value and make its commitment unguessable."""

_NONCE = 12
_FIELDS = frozenset({"key", "commitment", "sealed"})
MARK = b'"sealed":'
"""Stored bytes without this hold nothing personal."""
_KEY = re.compile(rb'"key":"([0-9a-f]{32})"')


class PersonKeys(Protocol):
    """Where the keys of persons are kept, apart from the events."""

    def of(self, person: str) -> tuple[UUID, bytes]:
        """Give the person's key and its id, made and kept before it is used."""

    def by_id(self, key_id: UUID) -> bytes | None:
        """Give a key, or nothing when it was destroyed."""

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """Read many keys at once, before each is asked for by itself."""


def seal(fact: msgspec.Struct, raw: dict[str, Any], keys: PersonKeys, person: str = "") -> None:
    """Seal, in `raw` (the builtins of `fact`), every personal field at any depth."""
    person = getattr(fact, "person", person)
    personal, nested = _plan(type(fact))
    for name in personal:
        if raw.get(name) is not None:
            raw[name] = _each_sealed(raw[name], *keys.of(person))
    for name in nested:
        value = getattr(fact, name)
        if isinstance(value, msgspec.Struct):
            seal(value, raw[name], keys, person)


def persons_in(fact: msgspec.Struct, person: str = "") -> Iterator[str]:
    """Name everybody whose key `seal` is going to need."""
    person = getattr(fact, "person", person)
    personal, nested = _plan(type(fact))
    if any(getattr(fact, name) is not None for name in personal):
        yield person
    for name in nested:
        value = getattr(fact, name)
        if isinstance(value, msgspec.Struct):
            yield from persons_in(value, person)


def unseal(raw: Any, keys: PersonKeys) -> Any:
    """Open every sealed value in what was decoded from JSON."""
    if isinstance(raw, dict):
        if raw.keys() == _FIELDS:
            return _opened(raw, keys)
        return {name: unseal(value, keys) for name, value in raw.items()}
    if isinstance(raw, list):
        return [unseal(value, keys) for value in raw]
    return raw


def open_sealed(sealed: dict[str, str], keys: PersonKeys) -> bytes | None:
    """Open one sealed value: `SALT` random bytes and the value; nothing when its key is gone."""
    key_id = UUID(sealed["key"])
    key = keys.by_id(key_id)
    if key is None:
        return None
    box = b64decode(sealed["sealed"])
    return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], key_id.bytes)


def keys_in(states: Iterable[bytes]) -> set[UUID]:
    """Name the keys that stored events are sealed with."""
    found = {name for state in states for name in _KEY.findall(state)}
    return {UUID(name.decode()) for name in found}


def _each_sealed(value: Any, key_id: UUID, key: bytes) -> Any:
    if isinstance(value, list | tuple):
        return [_sealed(part, key_id, key) for part in value]
    return _sealed(value, key_id, key)


def _sealed(value: str, key_id: UUID, key: bytes) -> dict[str, str]:
    nonce, secret = os.urandom(_NONCE), os.urandom(SALT) + value.encode()
    return {
        "key": key_id.hex,
        "commitment": sha256(secret).hexdigest(),
        "sealed": b64encode(nonce + AESGCM(key).encrypt(nonce, secret, key_id.bytes)).decode(),
    }


def _opened(raw: dict[str, str], keys: PersonKeys) -> str:
    secret = open_sealed(raw, keys)
    return ERASED + UUID(raw["key"]).hex if secret is None else secret[SALT:].decode()


@cache
def _plan(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tell which fields of a Struct are personal, and which may hold Structs that have some."""
    personal, nested = [], []
    for field in msgspec.structs.fields(kind):
        if _is_personal(field.type):
            personal.append(field.name)
        elif any(_is_struct(part) for part in (field.type, *get_args(field.type))):
            nested.append(field.name)
    return tuple(personal), tuple(nested)


def _is_struct(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, msgspec.Struct)


def _is_personal(annotation: Any) -> bool:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is None and not hasattr(part, "__metadata__"):
            continue
        for meta in getattr(part, "__metadata__", ()):
            if isinstance(meta, msgspec.Meta) and (meta.extra or {}).get("personal"):
                return True
    return False
