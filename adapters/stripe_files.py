"""Reads files of Stripe objects: JSON Lines, whole lists with `data`, or several pages of a list.

Every object comes with the line where it begins, also in a list that was printed over many lines.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from application.importing.problems import Problem
from application.importing.reading import NOT_JSON, why_not_json
from application.importing.runs import RawRow

_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"


class _Whole(msgspec.Struct):
    """What tells a list from an object: its data, each object left as it stands."""

    object: msgspec.UnsetType | str | None = msgspec.UNSET
    data: msgspec.Raw = msgspec.Raw(b"[]")


_whole = msgspec.json.Decoder(_Whole)
_several = msgspec.json.Decoder(list[msgspec.Raw])


def raw_objects(paths: Sequence[Path]) -> Iterator[RawRow]:
    """Give the objects of all files."""
    read = 0
    for path in paths:
        for line, content, position in _objects(path):
            yield RawRow(str(path), line, content, read + position)
        read += path.stat().st_size


def _objects(path: Path) -> Iterator[tuple[int, bytes | Problem, int]]:
    with path.open("rb") as file:
        first = file.readline().removeprefix(_BOM)
        if first and not _is_json(first):
            content = first + file.read()
            yield from _inside(content, 1, len(content))
            return
        position, line = len(first), 1
        while first:
            if first.strip(_SPACE):
                yield from _inside(first, line, position)
            first = file.readline()
            position, line = position + len(first), line + 1


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except NOT_JSON:
        return False
    return True


def _inside(content: bytes, line: int, position: int) -> Iterator[tuple[int, bytes | Problem, int]]:
    """Give the objects of a list, or the one object that stands there."""
    try:
        parts = _listed(content)
    except NOT_JSON as error:
        yield line, Problem("", "not_json", {"why": why_not_json(error)}), position
        return
    if parts is None:
        yield line, content, position
        return
    before = end = 0
    for part in parts:
        begin = content.find(part, end)
        line += content.count(b"\n", before, begin)
        before, end = begin, begin + len(part)
        yield line, part, position


def _listed(content: bytes) -> list[bytes] | None:
    if content.lstrip(_SPACE).startswith(b"["):
        return [bytes(part) for part in _several.decode(content)]
    whole = _whole.decode(content)
    if whole.object != "list":
        return None
    return [bytes(part) for part in _several.decode(bytes(whole.data))]
