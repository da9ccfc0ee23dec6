"""R11: alters exports at random, and sees that the verifier names what was altered, and no more.

    python -m tests.crash.altered_exports --count 1000 [--seed 7]

Each round takes one export of a real portal, alters it in one way at one random place, verifies it,
and compares what is named with what was done. Ends with 1 when a round was not found and located,
or when anything else was named too.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from adapters.event_proof.verify import (
    CHECKPOINTS,
    EVENTS,
    HASHES,
    MANIFEST,
    SIGNED,
    Finding,
    leaf_hash,
    verify_bundle,
)
from entrypoints.auditing_proof import bundled
from tests.benchmarks import company
from tests.databases import Databases
from tests.wiring import wired

INVOICES = 1_500


class Done(NamedTuple):
    """What was done to an export, and whether the findings name exactly that."""

    what: str
    is_named: Callable[[list[Finding]], bool]


class Export:
    """An export as a folder, altered and mended again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.whole = {path.name: path.read_bytes() for path in folder.iterdir()}
        self.lines = self.whole[EVENTS].splitlines(keepends=True)

    def alter(self, lines: list[bytes]) -> None:
        self.write(EVENTS, b"".join(lines))

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def mend(self) -> None:
        for name, content in self.whole.items():
            self.write(name, content)


Alteration = Callable[[Export, random.Random], Done]


def named(kind: str, *positions: int) -> Callable[[list[Finding]], bool]:
    """Exactly these events are named, and nothing else."""
    wanted = sorted((kind, position) for position in positions)
    return lambda findings: sorted((each.kind, each.first) for each in findings) == wanted


def change(export: Export, chance: random.Random) -> Done:
    """Change one byte of an event."""
    position = chance.randrange(1, len(export.lines) + 1)
    line = export.lines[position - 1]
    lines = list(export.lines)
    lines[position - 1] = _flipped(line[:-1], chance) + b"\n"
    export.alter(lines)
    return Done(f"change {position}", named("changed", position))


def change_and_hash(export: Export, chance: random.Random) -> Done:
    """Change an event and its listed hash: the stretch between two checkpoints is named."""
    done = change(export, chance)
    position = int(done.what.split()[1])
    line = (export.folder / EVENTS).read_bytes().splitlines()[position - 1]
    hashes = bytearray(export.whole[HASHES])
    hashes[32 * (position - 1) : 32 * position] = leaf_hash(line)
    export.write(HASHES, bytes(hashes))

    def is_named(findings: list[Finding]) -> bool:
        if [each.kind for each in findings] != ["file", "unclear"]:
            return False
        first, last = findings[1].first or 0, findings[1].last or 0
        return first <= position <= last < first + 1_000

    return Done(f"change with its hash {position}", is_named)


def delete(export: Export, chance: random.Random) -> Done:
    """Take an event out."""
    position = chance.randrange(1, len(export.lines) + 1)
    export.alter(export.lines[: position - 1] + export.lines[position:])
    is_last = position == len(export.lines)
    return Done(f"delete {position}", named("cut" if is_last else "missing", position))


def insert(export: Export, chance: random.Random) -> Done:
    """Put in an event that never was, after the fashion of another."""
    after = chance.randrange(len(export.lines) + 1)
    another = chance.choice(export.lines).partition(b",")[2]
    line = b'{"position":%d,%b' % (chance.choice((after, after + 1)), another)
    made = _flipped(line[:-1], chance, len(line) // 2) + b"\n"
    export.alter([*export.lines[:after], made, *export.lines[after:]])
    return Done(f"insert after {after}", named("added", after))


def copy(export: Export, chance: random.Random) -> Done:
    """Put an event in a second time."""
    position = chance.randrange(1, len(export.lines) + 1)
    after = chance.randrange(position, len(export.lines) + 1)
    line = export.lines[position - 1]
    export.alter([*export.lines[:after], line, *export.lines[after:]])
    return Done(f"copy {position} after {after}", named("added", position))


def swap(export: Export, chance: random.Random) -> Done:
    """Let two events change places; neighbours are told by one of them."""
    first, second = sorted(chance.sample(range(1, len(export.lines) + 1), 2))
    if chance.random() < 0.3:
        second = min(first + 1, len(export.lines))
        first = second - 1
    lines = list(export.lines)
    lines[first - 1], lines[second - 1] = lines[second - 1], lines[first - 1]
    export.alter(lines)

    def is_named(findings: list[Finding]) -> bool:
        moved = {each.first for each in findings if each.kind == "moved"}
        if len(moved) != len(findings) or not moved & {first, second}:
            return False
        return moved == {first, second} or (
            second - first <= 2 and moved < set(range(first, second + 1))
        )

    return Done(f"swap {first} and {second}", is_named)


def cut(export: Export, chance: random.Random) -> Done:
    """Cut the end off."""
    left = chance.randrange(len(export.lines))
    export.alter(export.lines[:left])
    return Done(f"cut after {left}", named("cut", left + 1))


def cut_within(export: Export, chance: random.Random) -> Done:
    """Cut the end off in the middle of an event."""
    position = chance.randrange(1, len(export.lines) + 1)
    line = export.lines[position - 1]
    kept = line[: chance.randrange(1, len(line) - 1)]
    export.alter([*export.lines[: position - 1], kept])

    def is_named(findings: list[Finding]) -> bool:
        named_there = [(each.kind, each.first) for each in findings]
        wanted = [("changed", position), ("cut", position + 1)]
        return named_there == (wanted if position < len(export.lines) else wanted[:1])

    return Done(f"cut within {position}", is_named)


def renumber(export: Export, chance: random.Random) -> Done:
    """Give an event another number."""
    position, other = chance.sample(range(1, len(export.lines) + 1), 2)
    lines = list(export.lines)
    lines[position - 1] = _numbered(lines[position - 1], other)
    export.alter(lines)
    return Done(f"renumber {position} to {other}", named("changed", position))


def delete_and_renumber(export: Export, chance: random.Random) -> Done:
    """Take an event out and close the gap: the first one that is not what was signed is named."""
    position = chance.randrange(1, len(export.lines))
    rest = [
        _numbered(line, number) for number, line in enumerate(export.lines[position:], position)
    ]
    export.alter(export.lines[: position - 1] + rest)

    def is_named(findings: list[Finding]) -> bool:
        changed = {each.first for each in findings if each.kind == "changed"}
        others = [(each.kind, each.first) for each in findings if each.kind != "changed"]
        whole = changed == set(range(position, len(export.lines)))
        return whole and others == [("cut", len(export.lines))]

    return Done(f"delete {position} and renumber", is_named)


def beside(export: Export, chance: random.Random) -> Done:
    """Change one byte of another file of the export."""
    names = sorted(set(export.whole) - {EVENTS})
    name = chance.choice(names)
    export.write(name, _flipped(export.whole[name], chance))
    told = {SIGNED: MANIFEST}.get(name, name)

    def is_named(findings: list[Finding]) -> bool:
        by_file = {"file"} | ({"checkpoint"} if name in {MANIFEST, CHECKPOINTS} else set())
        return (
            any(told in each.words for each in findings)
            and {each.kind for each in findings} <= by_file
            and all(each.first is None for each in findings)
        )

    return Done(f"change {name}", is_named)


ALTERATIONS: tuple[Alteration, ...] = (
    change,
    change_and_hash,
    delete,
    insert,
    copy,
    swap,
    cut,
    cut_within,
    renumber,
    delete_and_renumber,
    beside,
)


def _flipped(line: bytes, chance: random.Random, first: int = 0) -> bytes:
    """Change one byte to another that does not end the line."""
    at = chance.randrange(first, len(line))
    other = chance.choice([byte for byte in range(256) if byte not in {line[at], ord("\n")}])
    return line[:at] + bytes([other]) + line[at + 1 :]


def _numbered(line: bytes, position: int) -> bytes:
    return b'{"position":%d,%b' % (position, line.partition(b",")[2])


@contextmanager
def an_export(folder: Path, invoices: int = INVOICES) -> Iterator[Export]:
    """Give an export of a portal with so many invoices."""
    servers = Databases(folder)
    with servers.fresh("sqlite", folder) as url, wired(url, folder) as portal:
        company.fill(portal, invoices)
        _, file = bundled(portal, disclosed=False)
        with file.content as content, ZipFile(content) as bundle:
            bundle.extractall(folder / "export")
    yield Export(folder / "export")
    shutil.rmtree(folder / "export")


def rounds(export: Export, count: int, seed: int) -> Iterator[tuple[Done, list[Finding]]]:
    """Alter, verify and mend, again and again; gives what was not named as it should be."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        done = ALTERATIONS[number % len(ALTERATIONS)](export, chance)
        findings = verify_bundle(export.folder).findings
        export.mend()
        if not findings or not done.is_named(findings):
            yield done, findings


def main() -> int:
    asked = argparse.ArgumentParser(prog="tests.crash.altered_exports", description=__doc__)
    asked.add_argument("--count", type=int, default=1_000)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, an_export(Path(name)) as export:
        alarms = verify_bundle(export.folder).findings
        missed = list(rounds(export, given.count, given.seed))
    for done, findings in missed:
        sys.stdout.write(f"{done.what}: {findings[:5]}\n")
    found = given.count - len(missed)
    sys.stdout.write(
        f"R11: {found} of {given.count} found and located among {len(export.lines)} events; "
        f"{len(alarms)} false alarms on the unaltered export; seed {given.seed}.\n"
    )
    return int(bool(missed or alarms))


if __name__ == "__main__":
    sys.exit(main())
