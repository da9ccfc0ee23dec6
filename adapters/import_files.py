"""Reads import files row by row, and the originals beside them; flat in memory."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from application.importing.originals import LARGEST, OriginalUnusable
from application.importing.problems import Problem
from application.importing.reading import LONGEST
from application.importing.runs import RawRow

_BOM = b"\xef\xbb\xbf"
_SEPARATORS = ",;\t"
_LONGEST_HEAD = 1_000_000

DEEPEST = 8
"""Steps of a dotted column name at most."""


def raw_rows(paths: Sequence[Path]) -> Iterator[RawRow]:
    """Give the rows of all files: CSV where the name ends so, else JSON Lines."""
    read = 0
    for path in paths:
        rows = _csv_rows(path) if path.suffix.lower() in {".csv", ".tsv"} else _json_lines(path)
        for line, content, position in rows:
            yield RawRow(str(path), line, content, read + position)
        read += path.stat().st_size


def original(import_file: str, name: str) -> bytes:
    """Read a file that a row names, relative to the import file's folder and never outside it."""
    folder = Path(import_file).resolve().parent
    path = (folder / name.replace("\x00", "")).resolve()
    if "\x00" in name or not path.is_relative_to(folder):
        raise OriginalUnusable("original_outside")
    try:
        if not path.is_file():
            raise OriginalUnusable("original_missing")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise OriginalUnusable("original_unreadable") from error
    if len(content) > LARGEST:
        raise OriginalUnusable("original_too_large")
    return content


def _json_lines(path: Path) -> Iterator[tuple[int, bytes | Problem, int]]:
    position = 0
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), 1):
            position += len(line)
            content = line.removeprefix(_BOM) if number == 1 else line
            if not content.isspace() and content:
                yield number, content, position


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Give lines; of one that is far too long only the first part, so that memory stays flat."""
    while line := file.readline(LONGEST + 1):
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) > LONGEST:
            rest = file.readline(LONGEST + 1)
        yield line


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | Problem, int]]:
    with path.open("rb") as binary:
        file = TextIOWrapper(binary, "utf-8-sig", errors="surrogateescape", newline="")
        separator = _separator(path)
        reader = csv.reader(file, delimiter=separator, strict=True)
        records = _records(reader)
        _, head = next(records, (1, []))
        names = head if isinstance(head, Problem) else _names(head)
        if isinstance(names, Problem):  # without its head no record can be read
            yield 1, names, path.stat().st_size
            return
        for line, cells in records:
            if isinstance(cells, Problem):
                yield line, cells, binary.tell()
            elif any(cells):
                yield line, _fields(names, cells), binary.tell()


def _names(head: list[str]) -> list[str] | Problem:
    """Give the columns; no field is so many steps deep."""
    deepest = max(head, key=lambda name: name.count("."), default="")
    if deepest.count(".") < DEEPEST:
        return head
    return Problem(deepest[:40], "column_too_deep", {"steps": DEEPEST})


def _separator(path: Path) -> str:
    with path.open("rb") as binary:
        head = binary.readline(_LONGEST_HEAD).decode("utf-8", errors="replace")
    return max(_SEPARATORS, key=head.count)


def _records(reader: Any) -> Iterator[tuple[int, list[str] | Problem]]:
    """Give each record with the line it begins on; a broken one does not end the file."""
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except csv.Error as error:
            yield line, Problem("", "csv_malformed", {"why": str(error)})
        except StopIteration:
            return


def _fields(names: Sequence[str], cells: Sequence[str]) -> Mapping[str, Any] | Problem:
    """Nest dotted columns: `address.city`, `lines.1.amount`; an empty cell says nothing."""
    if len(cells) > len(names):
        return Problem("", "too_many_cells", {"cells": len(cells), "columns": len(names)})
    nested: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.strip():
            _put(nested, name.strip().split("."), cell.strip())
    return {name: _listed(value) for name, value in nested.items()}


def _put(into: dict[str, Any], path: Sequence[str], cell: str) -> None:
    for step in islice(path, len(path) - 1):
        inner = into.setdefault(step, {})
        if not isinstance(inner, dict):
            inner = into[step] = {}
        into = inner
    into[path[-1]] = cell


def _listed(value: Any) -> Any:
    """Turn columns that are numbered into a list, in the order of their numbers."""
    if not isinstance(value, dict):
        return value
    if all(name.isdecimal() for name in value):
        return [_listed(value[name]) for name in sorted(value, key=int)]
    return {name: _listed(inner) for name, inner in value.items()}
