"""Discloses sealed values of an export, each with the bytes that prove it by SHA-256 alone."""

from collections.abc import Iterator
from typing import Any

import msgspec

from adapters.event_store.sealing import MARK, SALT, PersonKeys, open_sealed


def disclosures(line: bytes, keys: PersonKeys) -> Iterator[bytes]:
    """Write a line for each personal value of an event's line whose key was not destroyed."""
    if MARK not in line:
        return
    event = msgspec.json.decode(line)
    for path, sealed in _sealed_in(event["state"], ()):
        secret = open_sealed(sealed, keys)
        if secret is None:
            continue
        said = {
            "position": event["position"],
            "path": path,
            "salt": secret[:SALT].hex(),
            "value": secret[SALT:].decode(),
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
