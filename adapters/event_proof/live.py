"""Proves parts of the record in its database, and checks the whole of it where it lies."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from adapters.database import reading
from adapters.event_proof import verify
from adapters.event_proof.checkpoints import KeptCheckpoint, all_checkpoints, newest_size, parted
from adapters.event_proof.proofs import consistency_path, inclusion_path
from adapters.event_proof.record_line import stored_lines
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import Checkpoint, Finding, Key


class EventUnproven(Exception):  # noqa: N818 - named after the fact
    """No checkpoint covers this position."""


class RecordProofs:
    """Proofs of parts of the record in one database."""

    def __init__(self, engine: Engine, signer: NoteSigner) -> None:
        self._engine = engine
        self._signer = signer

    def of_event(self, position: int) -> dict[str, Any]:
        """Prove that an event stands in the record as it is shown. Raises EventUnproven."""
        with reading(self._engine) as connection:
            newest, leaves = self._signed(connection)
            if not 0 < position <= newest.size:
                raise EventUnproven
            (line,) = stored_lines(connection, position - 1, position)
        return {
            "line": line.decode(),
            "hashes": _encoded(inclusion_path(position - 1, leaves)),
            **self._of(newest),
        }

    def since(self, earlier: str) -> dict[str, Any]:
        """Prove that the record grew out of what an earlier checkpoint's note had signed.

        Raises ValueError when it is no checkpoint of this record, EventUnproven when it is newer.
        """
        size = verify.checkpoint(earlier, [Key(self._signer.verifier_key)], "").size
        with reading(self._engine) as connection:
            newest, leaves = self._signed(connection)
        if size > newest.size:
            raise EventUnproven
        path = consistency_path(size, leaves) if size else []
        return {"earlier": earlier, "hashes": _encoded(path), **self._of(newest)}

    def _signed(self, connection: Connection) -> tuple[KeptCheckpoint, list[bytes]]:
        """Give the newest checkpoint and the hashes of all lines it covers."""
        rows = list(all_checkpoints(connection, newest_size(connection)))
        if not rows:
            raise EventUnproven
        return rows[-1], [leaf for row in rows for leaf in parted(row.hashes)]

    def _of(self, newest: KeptCheckpoint) -> dict[str, Any]:
        return {"checkpoint": newest.note, "keys": [self._signer.verifier_key]}


def _encoded(path: Sequence[bytes]) -> list[str]:
    return [b64encode(node).decode() for node in path]


def altered(
    connection: Connection, verifier_key: str, elsewhere: Sequence[str] = ()
) -> list[Finding]:
    """Check every stored event against every checkpoint, here and `elsewhere` (notes).

    Only the portal's own key is believed, also by names that it had before. Events after the newest
    checkpoint are not proven by anything yet, and not looked at.
    """
    findings: list[Finding] = []
    size = newest_size(connection)
    rows = list(all_checkpoints(connection, size))
    keys = _own([verifier_key, *(row.verifier_key for row in rows)])
    inside = list(_opened(rows, keys, findings))
    outside = list(_elsewhere(elsewhere, keys, findings))
    if not rows and not outside:
        return findings
    hashes = b"".join(row.hashes for row in rows)
    lines = lambda: (line + b"\n" for line in stored_lines(connection, up_to=size))  # noqa: E731
    return [*findings, *verify.examine(lines, hashes, inside, outside)]


def _own(verifier_keys: Sequence[str]) -> list[Key]:
    """Read those that are the first one, by whatever name."""
    mine = verifier_keys[0].split("+", 2)[-1]
    same = {key for key in verifier_keys if key.split("+", 2)[-1] == mine}
    return [Key(key) for key in sorted(same)]


def _opened(
    rows: Sequence[KeptCheckpoint], keys: Sequence[Key], findings: list[Finding]
) -> Iterator[Checkpoint]:
    for row in rows:
        where = f"The stored checkpoint of {row.size} events"
        try:
            opened = verify.checkpoint(row.note, keys, where)
        except ValueError as error:
            findings.append(Finding("checkpoint", f"{where} cannot be believed: {error}."))
        else:
            yield opened._replace(peaks=tuple(parted(row.peaks)))


def _elsewhere(
    notes: Sequence[str], keys: Sequence[Key], findings: list[Finding]
) -> Iterator[Checkpoint]:
    for number, note in enumerate(notes, 1):
        where = f"Checkpoint {number} from elsewhere"
        try:
            yield verify.checkpoint(note, keys, where)
        except ValueError as error:
            findings.append(Finding("checkpoint", f"{where} cannot be believed: {error}."))
