"""Writes an auditor's file line by line, so that it may be longer than memory, and hashes it.

CSV has no cell that a spreadsheet would run; JSON Lines have every column. Moments are UTC to the
microsecond, as ISO 8601.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import sha256
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

import msgspec

from application.audit import Taken
from domain.actor import Actor, ApiKey, Customer, ImportRun, Operator, Staff, System
from domain.audit_reading import ExportFormat
from entrypoints.http.spreadsheet import cell
from read_models.columns import moment

_MARK = "\ufeff"
_IN_MEMORY = 1 << 20
_CHUNK = 1 << 16

Line = dict[str, Any]


class AuditFile(msgspec.Struct, frozen=True):
    """A file to take, read once: its bytes, and what the record says of it."""

    content: IO[bytes]
    taken: Taken

    @contextmanager
    def kept(self) -> Iterator[Taken]:
        """Note the file in this block; it is gone when that fails."""
        with ExitStack() as unless_noted:
            unless_noted.callback(self.content.close)
            yield self.taken
            unless_noted.pop_all()

    def chunks(self) -> Iterator[bytes]:
        """Give the bytes piece by piece; the file is gone afterwards."""
        with self.content as content:
            while chunk := content.read(_CHUNK):
                yield chunk


def written(columns: Sequence[str], lines: Iterable[Line], form: ExportFormat) -> AuditFile:
    """Write lines to a file without a name, of which memory holds the first megabyte at most."""
    content: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - whoever reads it closes
    digest, count, first, last = sha256(), 0, 0, 0
    encoded = _csv(columns) if form == "csv" else _jsonl(columns)
    head = encoded(None)
    content.write(head)
    digest.update(head)
    for line in lines:
        text = encoded(line)
        content.write(text)
        digest.update(text)
        count, position = count + 1, line["position"]
        first = position if count == 1 else min(first, position)
        last = max(last, position)
    content.seek(0)
    return AuditFile(content, Taken(form, first, last, count, digest.hexdigest()))


def utc(value: int | datetime) -> str:
    """Write a moment for machines."""
    at = moment(value) if isinstance(value, int) else value
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def named(actor: Actor, names: dict[UUID, str]) -> str:
    """Name an actor plainly; staff by their name, or their id once nobody knows it."""
    match actor:
        case Staff():
            return names.get(actor.staff_id, str(actor.staff_id))
        case Customer():
            return actor.address
        case ApiKey():
            return actor.name
        case Operator():
            return f"{actor.account}@{actor.machine}"
        case ImportRun():
            return actor.source
        case System():
            return actor.part


def _csv(columns: Sequence[str]) -> Any:
    def encoded(line: Line | None) -> bytes:
        text = StringIO()
        row = columns if line is None else [_cell(line.get(name)) for name in columns]
        csv.writer(text, lineterminator="\r\n").writerow(row)
        return ((_MARK if line is None else "") + text.getvalue()).encode()

    return encoded


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return _ENCODER.encode(value).decode() if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(value)


def _jsonl(columns: Sequence[str]) -> Any:
    def encoded(line: Line | None) -> bytes:
        if line is None:
            return b""
        return _ENCODER.encode({name: line.get(name) for name in columns}) + b"\n"

    return encoded


_ENCODER = msgspec.json.Encoder()
