"""Takes whole files: reads row by row, fills batches, and reports every row that is refused."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from application.importing.batches import Batches, Entry, Outcome
from application.importing.problems import Problem, RowRefused
from application.importing.reading import read_fields, read_line
from application.importing.rows import Row
from application.ports.import_runs import RefusedRow


class RawRow(msgspec.Struct, frozen=True):
    """A row as a file holds it: a line of JSON, CSV's fields, or what is wrong with the file there.

    `read` counts the bytes of all files up to here.
    """

    file: str
    line: int
    content: bytes | Mapping[str, Any] | Problem
    read: int = 0


class Refused(msgspec.Struct, frozen=True):
    """A row that could not even be read."""

    file: str
    line: int
    problems: tuple[Problem, ...]


class Progress(msgspec.Struct, frozen=True):
    """How far a run has come: bytes read, counts by `kind.result`, and the rows refused since."""

    read: int
    counts: Mapping[str, int]
    refused: tuple[RefusedRow, ...]


Report = Callable[[Progress], None]


def run(raws: Iterable[RawRow], batches: Batches, report: Report) -> Mapping[str, int]:
    """Take every row that can be taken; gives the counts. Safe to be killed and run again."""
    return _Run(batches, report).over(entry_of(raw) for raw in raws)


def run_entries(
    entries: Iterable[tuple[Entry | Refused, int]], batches: Batches, report: Report
) -> Mapping[str, int]:
    """Take rows that were read from another format, each with the bytes read so far."""
    return _Run(batches, report).over(entries)


def take_rows(
    rows: Iterable[Row], batches: Batches, name: str, report: Report
) -> Mapping[str, int]:
    """Take rows that are made, not read: the demo's, or those of another format."""
    entries = (Entry(name, number, row) for number, row in enumerate(rows, 1))
    return _Run(batches, report).over((entry, 0) for entry in entries)


def entry_of(raw: RawRow) -> tuple[Entry | Refused, int]:
    """Read one row, or say what is wrong with it."""
    if isinstance(raw.content, Problem):
        return Refused(raw.file, raw.line, (raw.content,)), raw.read
    try:
        row = read_line(raw.content) if isinstance(raw.content, bytes) else read_fields(raw.content)
    except RowRefused as refusal:
        return Refused(raw.file, raw.line, refusal.problems), raw.read
    return Entry(raw.file, raw.line, row), raw.read


class _Run:
    """One pass over the rows."""

    def __init__(self, batches: Batches, report: Report) -> None:
        self.batches = batches
        self.report = report
        self.counts: Counter[str] = Counter()
        self.waiting: list[Entry] = []
        self.refused: list[RefusedRow] = []

    def over(self, entries: Iterable[tuple[Entry | Refused, int]]) -> Mapping[str, int]:
        read = 0
        for entry, read in entries:
            if isinstance(entry, Refused):
                self.counts["row.refused"] += 1
                self._refuse(entry.file, entry.line, entry.problems)
            else:
                self.waiting.append(entry)
            if len(self.waiting) >= self.batches.size or len(self.refused) >= self.batches.size:
                self._flush(read)
        self._flush(read)
        return self.counts

    def _flush(self, read: int) -> None:
        if self.waiting:
            for outcome in self.batches.take(self.waiting):
                self._count(outcome)
            self.waiting = []
        refused = sorted(self.refused, key=lambda row: (row.file, row.line))
        self.report(Progress(read, dict(self.counts), tuple(refused)))
        self.refused = []

    def _count(self, outcome: Outcome) -> None:
        entry = outcome.entry
        self.counts[f"{entry.row.__struct_config__.tag}.{outcome.result}"] += 1
        if outcome.result == "refused":
            self._refuse(entry.file, entry.line, outcome.problems)

    def _refuse(self, file: str, line: int, problems: Iterable[Problem]) -> None:
        self.refused += (
            RefusedRow(file, line, problem.field, problem.code, problem.facts)
            for problem in problems
        )
