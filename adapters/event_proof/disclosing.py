"""Discloses sealed values of an export, each with the bytes that prove it by SHA-256 alone."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.event_store.sealing import MARK, PersonKeys

_SALT, _NONCE = 32, 12


def disclosures(line: bytes, keys: PersonKeys) -> Iterator[bytes]:
    """Write a line for each personal value of an event's line whose key was not destroyed."""
    if MARK not in line:
        return
    event = msgspec.json.decode(line)
    for path, sealed in _sealed_in(event["state"], ()):
        key = keys.by_id(UUID(sealed["key"]))
        if key is None:
            continue
        box = b64decode(sealed["sealed"])
        secret = AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], UUID(sealed["key"]).bytes)
        said = {
            "position": event["position"],
            "path": path,
            "salt": secret[:_SALT].hex(),
            "value": secret[_SALT:].decode(),
        }
        yield msgspec.json.encode(said)


def _sealed_in(
    state: Any, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if isinstance(state, dict) and state.keys() == {"key", "commitment", "sealed"}:
        yield path, state
    elif isinstance(state, dict | list):
        parts = state.items() if isinstance(state, dict) else enumerate(state)
        for step, part in parts:
            yield from _sealed_in(part, (*path, step))
