"""Writes a bundle: the whole record as lines, what proves it, and the program that checks it.

The lines are read and written a part at a time: a million events take no more memory than one.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from tempfile import TemporaryFile
from typing import IO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from sqlalchemy import Connection, Engine

from adapters.database import reading
from adapters.event_proof.checkpoints import KeptCheckpoint, all_checkpoints, newest_size, parted
from adapters.event_proof.disclosing import disclosures
from adapters.event_proof.event_schema import event_schema
from adapters.event_proof.record_line import stored_lines
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import (
    CHECKPOINTS,
    DISCLOSED,
    EVENTS,
    HASHES,
    MANIFEST,
    SIGNED,
    STRETCH,
)
from adapters.event_store.sealing import PersonKeys

FORMAT = "portal-record/1"
VERIFIER = "verify.py"

READ_ME = """\
This is the whole record of a portal: what happened in it, event by event.

    python -I verify.py THIS_FILE.zip [CHECKPOINTS KEPT ELSEWHERE] --key KEY

checks that nothing was changed, removed, added or moved. Take verify.py and the
key from where you trust them: a copy that lies beside an altered record proves
little. verify.py explains itself in its first lines.

events.jsonl       one event on each line, by position
hashes.bin         the SHA-256 of every line, to name the one that was altered
checkpoints.jsonl  what the portal has signed as the record grew
schema.json        the shape of every event (JSON Schema)
manifest.json      what belongs to this export; manifest.note signs it
disclosures.jsonl  personal values in clear, where they were asked for
"""


class Written(NamedTuple):
    """What was written: events from 1 to `size`, and the SHA-256 of the file."""

    size: int
    sha256: str


class RecordBundles:
    """Writes bundles of the record in one database."""

    def __init__(self, engine: Engine, signer: NoteSigner, keys: PersonKeys) -> None:
        self._engine = engine
        self._signer = signer
        self._keys = keys

    def write(self, file: IO[bytes], at: datetime, *, disclose: bool = False) -> Written:
        """Write everything up to the newest checkpoint as a zip file; ends at its beginning.

        With `disclose`, personal values stand beside it in clear, as far as their keys still exist.
        """
        keys = self._keys if disclose else None
        with (
            ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as bundle,
            reading(self._engine) as connection,
        ):
            size = _Writing(bundle, connection, self._signer, at, keys).write()
        file.seek(0)
        digest = sha256()
        while part := file.read(1 << 20):
            digest.update(part)
        file.seek(0)
        return Written(size, digest.hexdigest())


class _Writing:
    """One bundle being written."""

    def __init__(
        self,
        bundle: ZipFile,
        connection: Connection,
        signer: NoteSigner,
        at: datetime,
        disclose: PersonKeys | None,
    ) -> None:
        self._bundle = bundle
        self._connection = connection
        self._signer = signer
        self._at = at
        self._disclose = disclose
        self._files: dict[str, str] = {}

    def write(self) -> int:
        """Write all files; gives how many events there are."""
        size = newest_size(self._connection)
        self._events(size)
        newest, keys = self._proofs(size)
        self._member(VERIFIER, [files(__package__).joinpath(VERIFIER).read_bytes()])
        self._member("schema.json", [msgspec.json.format(msgspec.json.encode(event_schema()))])
        self._member("README.txt", [READ_ME.encode()])
        self._manifest(size, newest, keys)
        return size

    def _events(self, size: int) -> None:
        with TemporaryFile() as disclosed:
            self._member(EVENTS, self._lines(size, disclosed), listed=False)
            if self._disclose is not None:
                disclosed.seek(0)
                self._member(DISCLOSED, iter(lambda: disclosed.read(1 << 20), b""))

    def _lines(self, size: int, disclosed: IO[bytes]) -> Iterator[bytes]:
        for line in stored_lines(self._connection, up_to=size):
            if self._disclose is not None:
                disclosed.writelines(said + b"\n" for said in disclosures(line, self._disclose))
            yield line + b"\n"

    def _proofs(self, size: int) -> tuple[KeptCheckpoint, list[str]]:
        """Write hashes and checkpoints; gives the last one, and every key that has signed."""
        chosen: list[KeptCheckpoint] = []
        keys = [self._signer.verifier_key]
        self._member(HASHES, _hashes(all_checkpoints(self._connection, size), chosen))
        self._member(CHECKPOINTS, map(_written, chosen))
        keys += [each.verifier_key for each in chosen]
        return chosen[-1], list(dict.fromkeys(keys))

    def _manifest(self, size: int, newest: KeptCheckpoint, keys: list[str]) -> None:
        manifest = {
            "format": FORMAT,
            "record": self._signer.name,
            "exported_at": self._at.astimezone(UTC).isoformat(timespec="seconds"),
            "events": size,
            "disclosed": self._disclose is not None,
            "keys": keys,
            "checkpoint": newest.note,
            "files": self._files,
        }
        written = msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"
        digest = base64.b64encode(sha256(written).digest()).decode()
        note = self._signer.sign(f"{self._signer.name}/manifest", digest)
        self._member(MANIFEST, [written], listed=False)
        self._member(SIGNED, [note.encode()], listed=False)

    def _member(self, name: str, parts: Iterable[bytes], *, listed: bool = True) -> None:
        """Write one file from its parts, and note its SHA-256 for the manifest."""
        digest = sha256()
        with self._bundle.open(name, "w", force_zip64=True) as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        if listed:
            self._files[name] = digest.hexdigest()


def _hashes(rows: Iterable[KeptCheckpoint], chosen: list[KeptCheckpoint]) -> Iterator[bytes]:
    """Give the hashes of all rows; chooses the fewest that leave no stretch too long between."""
    before: KeptCheckpoint | None = None
    for row in rows:
        yield row.hashes
        covered = chosen[-1].size if chosen else 0
        if before is not None and row.size - covered > STRETCH:
            chosen.append(before)
        before = row._replace(hashes=b"")
    if before is not None:
        chosen.append(before)


def _written(kept: KeptCheckpoint) -> bytes:
    peaks = [peak.hex() for peak in parted(kept.peaks)]
    return msgspec.json.encode({"size": kept.size, "note": kept.note, "peaks": peaks}) + b"\n"
