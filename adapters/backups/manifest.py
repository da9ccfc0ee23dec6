"""What a backup consists of: a file beside the record's copy says it, with the files' SHA-256."""

from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal

import msgspec

from adapters.backups.facts import KeysFacts, RecordFacts

FORMAT = 1


class BackupUnusable(Exception):  # noqa: N818 - named after the fact
    """A backup cannot be put back; the message is a sentence for the operator."""


class CopiedFile(msgspec.Struct, frozen=True):
    """A file of a backup, known by its bytes."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a backup without opening it; moments in UTC."""

    format: int
    portal: str
    made_at: datetime
    time_zone: Literal["UTC"]
    database: Literal["sqlite", "postgresql"]
    keys_database: Literal["sqlite", "postgresql"]
    record: RecordFacts
    keys: KeysFacts
    record_file: CopiedFile
    keys_file: CopiedFile


def copied(path: Path) -> CopiedFile:
    """Say what a file holds."""
    with path.open("rb") as file:
        return CopiedFile(path.name, path.stat().st_size, file_digest(file, "sha256").hexdigest())


def beside(record: Path) -> Path:
    """Give the place of the manifest of a record's copy."""
    return record.with_name(f"{record.name}.json")


def write(manifest: Manifest, record: Path) -> None:
    """Write the manifest beside the record's copy."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    beside(record).write_bytes(text + b"\n")


def read(record: Path, keys: Path) -> Manifest:
    """Read the manifest, and hold both files to it. Raises BackupUnusable."""
    try:
        manifest = msgspec.json.decode(beside(record).read_bytes(), type=Manifest)
    except OSError as missing:
        raise BackupUnusable(f"{beside(record)}, the manifest, is missing.") from missing
    except msgspec.DecodeError as broken:
        raise BackupUnusable(f"{beside(record)} cannot be read: {broken}.") from broken
    if manifest.format != FORMAT:
        raise BackupUnusable("A newer version of the portal made this backup. Use that version.")
    for path, wanted in ((record, manifest.record_file), (keys, manifest.keys_file)):
        _must_be(path, wanted)
    return manifest


def _must_be(path: Path, wanted: CopiedFile) -> None:
    if not path.is_file():
        raise BackupUnusable(f"{path} is missing.")
    found = copied(path)
    if (found.size, found.sha256) != (wanted.size, wanted.sha256):
        raise BackupUnusable(f"{path} is not the file that this backup made: its bytes differ.")
