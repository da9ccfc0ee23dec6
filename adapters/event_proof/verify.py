"""Checks a record that was taken from the portal: whole, unaltered, and signed.

    python -I verify.py BUNDLE [CHECKPOINT ...] [--key KEY]
    python -I verify.py PROOF.json [--key KEY]

BUNDLE is what `portal audit export --format bundle` wrote, as a zip file or as a folder; without it
the folder that this file lies in is checked. CHECKPOINT
is a file, or a folder of files, that was kept elsewhere since. KEY is the line that `portal audit
key` prints; without it the key that lies in the bundle is believed, and shown to be compared.

It needs Python 3.11 and nothing else: neither the portal, nor its database, nor a network. It ends
with 0 when all is well, with 1 when something was altered, with 2 when it cannot read what it got.

How it works. Each event is one line. The SHA-256 of each line is a leaf of a Merkle tree (RFC
6962), and the portal has signed the root of that tree (Ed25519, RFC 8032) again and again as it
grew, at least once in 1,000 events (a checkpoint, https://c2sp.org/tlog-checkpoint). Whoever alters
a line alters every root after it. To say which line, the bundle lists the hash of every line, and
with each checkpoint the peaks of its tree, so that each stretch between two checkpoints is judged
by itself.
"""

import argparse
import base64
import binascii
import bisect
import functools
import io
import itertools
import json
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, NamedTuple

# --- Ed25519 (RFC 8032) -------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = tuple[int, int, int, int]
"""Extended coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, x·y = T/Z."""

NEUTRAL: Point = (0, 1, 1, 0)


def _add(a: Point, b: Point) -> Point:
    """Add two points (RFC 8032, 5.1.4)."""
    one = (a[1] - a[0]) * (b[1] - b[0]) % P
    two = (a[1] + a[0]) * (b[1] + b[0]) % P
    three = 2 * a[3] * b[3] * D % P
    four = 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _decoded(encoded: bytes) -> Point | None:
    """Decode a point, or nothing when it is none (RFC 8032, 5.1.3)."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _encoded(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


Multiples = list[list[Point]]
"""For each byte of a factor, the multiples of a point by that byte."""


@functools.lru_cache(maxsize=8)
def _multiples(point: Point) -> Multiples:
    rows = []
    for _ in range(32):
        row = [NEUTRAL]
        for _ in range(255):
            row.append(_add(row[-1], point))
        rows.append(row)
        point = _add(row[-1], point)
    return rows


def _times(multiples: Multiples, factor: int) -> Point:
    total = NEUTRAL
    for row, byte in zip(multiples, factor.to_bytes(32, "little"), strict=True):
        total = _add(total, row[byte])
    return total


class Ed25519:
    """One public key, ready to check many signatures."""

    def __init__(self, public: bytes) -> None:
        point = _decoded(public) if len(public) == 32 else None  # noqa: PLR2004 - bytes of a key
        if point is None:
            raise ValueError("not an Ed25519 key")
        x, y, z, t = point
        base = _decoded((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
        assert base is not None
        self.public = public
        self._base = _multiples(base)
        self._negative = _multiples((P - x, y, z, P - t))

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature fits: R = s·B - h·A (RFC 8032, 5.1.7)."""
        s = int.from_bytes(signature[32:], "little")
        if len(signature) != 64 or s >= ORDER:  # noqa: PLR2004 - its bytes
            return False
        h = int.from_bytes(sha512(signature[:32] + self.public + message).digest(), "little")
        point = _add(_times(self._base, s), _times(self._negative, h % ORDER))
        return _encoded(point) == signature[:32]


# --- The Merkle tree (RFC 6962) -----------------------------------------------------------------


def leaf_hash(line: bytes) -> bytes:
    """Hash one line, without its newline (RFC 6962, 2.1)."""
    return sha256(b"\0" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them."""
    return sha256(b"\1" + left + right).digest()


class Tree:
    """A growing tree, of which only the peaks are kept: the roots of its perfect subtrees."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """Go on from `peaks`, the widest first; raises ValueError unless they fit the size."""
        levels = [level for level in range(size.bit_length()) if size >> level & 1]
        self.size = size
        self._peaks = dict(zip(reversed(levels), peaks, strict=True))

    @property
    def peaks(self) -> list[bytes]:
        """The peaks, the widest first."""
        return [self._peaks[level] for level in sorted(self._peaks, reverse=True)]

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Grow by leaves' hashes: like adding a number, level by level, with carry."""
        self.size += len(leaves)
        level, row = 0, list(leaves)
        while row:
            if level in self._peaks:
                row.insert(0, self._peaks.pop(level))
            if len(row) % 2:
                self._peaks[level] = row.pop()
            row = [sha256(b"\1" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=True)]
            level += 1

    def root(self) -> bytes:
        """Give the root of the tree as it is now."""
        narrow_first = list(reversed(self.peaks))
        if not narrow_first:
            return sha256(b"").digest()
        root = narrow_first[0]
        for peak in narrow_first[1:]:
            root = node_hash(peak, root)
        return root


def included(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """Give the root that an inclusion proof leads to, or nothing (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    first, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = node_hash(sibling, root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        first, last = first >> 1, last >> 1
    return root if last == 0 else None


def consistent(
    old: int, new: int, root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Give both roots that a consistency proof leads to, or nothing (RFC 9162, 2.1.4.2).

    `root` is the old tree's, which stands first in the path when the old size is a power of two.
    """
    if not 0 < old < new or not path:
        return None
    first, last = old - 1, new - 1
    steps = [root, *path] if old & (old - 1) == 0 else list(path)
    while first & 1:
        first, last = first >> 1, last >> 1
    old_root = new_root = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            old_root, new_root = node_hash(step, old_root), node_hash(step, new_root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new_root = node_hash(new_root, step)
        first, last = first >> 1, last >> 1
    return (old_root, new_root) if last == 0 else None


# --- Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) ---------------------------


class Key:
    """A verifier key, `name+id+base64`, as `portal audit key` prints it."""

    def __init__(self, written: str) -> None:
        """Read it; raises ValueError when it is none."""
        name, number, encoded = written.strip().split("+", 2)
        kind_and_key = base64.b64decode(encoded, validate=True)
        self.written = written.strip()
        self.name = name
        self.id = key_id(name, kind_and_key[1:])
        if kind_and_key[:1] != b"\1" or number != self.id.hex():
            raise ValueError("not a verifier key")
        self.ed25519 = Ed25519(kind_and_key[1:])


def key_id(name: str, public: bytes) -> bytes:
    """Give the four bytes by which a note names an Ed25519 key."""
    return sha256(name.encode() + b"\n\1" + public).digest()[:4]


_SIGNATURE = re.compile("— ([^ \n]+) ([A-Za-z0-9+/=]+)\n")


def opened(note: str, keys: Iterable[Key]) -> list[str]:
    """Give the lines of a note that one of the keys has signed; raises ValueError otherwise."""
    text, gap, signatures = note.rpartition("\n\n")
    known = {(key.name, key.id): key for key in keys}
    if gap and re.fullmatch(f"(?:{_SIGNATURE.pattern})+", signatures):
        for name, encoded in _SIGNATURE.findall(signatures):
            signed = base64.b64decode(encoded, validate=True)
            key = known.get((name, signed[:4]))
            if key and key.ed25519.has_signed(f"{text}\n".encode(), signed[4:]):
                return text.split("\n")
    raise ValueError("not signed by a known key")


class Checkpoint(NamedTuple):
    """What the portal has signed: the root of so many events; and the peaks of that tree."""

    size: int
    root: bytes
    where: str
    peaks: tuple[bytes, ...] | None = None


def checkpoint(note: str, keys: Iterable[Key], where: str) -> Checkpoint:
    """Open a checkpoint's note; raises ValueError unless it is signed and well formed."""
    keys = list(keys)
    lines = opened(note, keys)
    if len(lines) < 3 or lines[0] not in {key.name for key in keys}:  # noqa: PLR2004
        raise ValueError("not a checkpoint")
    if not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise ValueError("not a size")
    return Checkpoint(int(lines[1]), base64.b64decode(lines[2], validate=True), where)


# --- Finding what was altered -------------------------------------------------------------------


class Finding(NamedTuple):
    """Something that is not as it was signed: what, in words, and the events from `first` on."""

    kind: str
    """changed, missing, added, moved, cut, unclear, rewritten, checkpoint, file, disclosure."""
    words: str
    first: int | None = None
    last: int | None = None
    line: int | None = None


Lines = Callable[[], Iterator[bytes]]
"""Gives the lines of the record, each with its newline; may be asked for again."""

STRETCH = 1_000
_POSITION = re.compile(rb'\{"position":([1-9][0-9]{0,17}),')


def examine(
    lines: Lines, hashes: bytes, inside: Sequence[Checkpoint], elsewhere: Sequence[Checkpoint] = ()
) -> Iterator[Finding]:
    """Compare the lines with the signed checkpoints, and say what differs.

    `hashes` lists the 32 bytes of every leaf; nobody signed it, so it only serves to find a place.
    """
    if not inside:
        yield Finding("checkpoint", "No checkpoint is signed by a known key: nothing is proven.")
        return
    ordered = sorted(inside, key=lambda each: each.size)
    size = ordered[-1].size
    marks = sorted({each.size for each in (*inside, *elsewhere) if each.size <= size})
    read = _read(lines, marks)
    roots: dict[int, bytes] | None = read.roots
    if not read.is_complete or any(read.roots.get(each.size) != each.root for each in inside):
        truth = _truth(lines, hashes, ordered)
        yield from _located(lines, truth)
        roots = None if None in truth else _roots(truth, marks)  # type: ignore[arg-type]
    elif read.hashes != sha256(hashes).digest():
        yield Finding("file", "hashes.bin was altered; the events are whole.")
    yield from _compared(roots, elsewhere, size)


class _Read(NamedTuple):
    """What reading all lines once gave: roots at some sizes, and the SHA-256 of all leaves."""

    roots: dict[int, bytes]
    hashes: bytes
    is_complete: bool


def _read(lines: Lines, marks: Sequence[int]) -> _Read:
    """Hash every line once. It is complete when the positions count up to the last mark."""
    tree, roots, all_hashes, is_complete = Tree(), {}, sha256(), True
    rest = lines()
    for mark in marks:
        while tree.size < mark and is_complete:
            stretch = list(itertools.islice(rest, min(STRETCH, mark - tree.size)))
            leaves = [sha256(b"\0" + line[:-1]).digest() for line in stretch]
            is_complete = bool(stretch) and _count_on(stretch, tree.size + 1)
            tree.extend(leaves)
            all_hashes.update(b"".join(leaves))
        roots[tree.size] = tree.root()
    is_complete = is_complete and next(rest, None) is None
    return _Read(roots, all_hashes.digest(), is_complete)


def _count_on(stretch: Sequence[bytes], first: int) -> bool:
    """Whether each line begins with the position that is its turn, and ends as a line does."""
    return all(
        line.startswith(b'{"position":%d,' % position)
        for position, line in enumerate(stretch, first)
    ) and stretch[-1].endswith(b"\n")


def _roots(leaves: Sequence[bytes], marks: Sequence[int]) -> dict[int, bytes]:
    tree, roots = Tree(), {}
    for mark in marks:
        tree.extend(leaves[tree.size : mark])
        roots[mark] = tree.root()
    return roots


def _compared(
    roots: dict[int, bytes] | None, elsewhere: Sequence[Checkpoint], size: int
) -> Iterator[Finding]:
    """Compare with checkpoints kept elsewhere; `roots` are nothing where the truth is unclear."""
    fits_to = 0
    for kept in sorted(elsewhere, key=lambda each: each.size):
        if kept.size > size:
            words = f"{kept.where} covers {kept.size} events, this record has {size}: "
            words += f"{_events(size + 1, kept.size)} missing."
            yield Finding("cut", words, size + 1, kept.size)
        elif roots is not None and roots[kept.size] != kept.root:
            words = f"{kept.where} does not fit: among {_events(fits_to + 1, kept.size, '')}"
            words += " something was rewritten after it was kept."
            yield Finding("rewritten", words, fits_to + 1, kept.size)
        else:
            fits_to = kept.size


def _truth(lines: Lines, hashes: bytes, ordered: Sequence[Checkpoint]) -> list[bytes | None]:
    """Give the leaf that was signed for each position, or nothing where that cannot be told.

    Between two checkpoints the listed hashes are tried first, then the lines themselves.
    """
    size = ordered[-1].size
    listed = [hashes[start : start + 32] for start in range(0, 32 * size, 32)]
    claimed: list[bytes] = [b""] * size
    for line in lines():
        position = _claim(line)
        if 0 < position <= size:
            claimed[position - 1] = leaf_hash(line.removesuffix(b"\n"))
    truth: list[bytes | None] = []
    tree: Tree | None = Tree()
    for mark in ordered:
        start = len(truth)
        grown = None
        for candidate in (listed, claimed):
            grown = grown or _grown(tree, candidate[start : mark.size], mark)
            if grown:
                truth += candidate[start : mark.size]
                break
        truth += [None] * (mark.size - len(truth))
        tree = grown or _of_peaks(mark)
    return truth


def _grown(tree: Tree | None, leaves: Sequence[bytes], mark: Checkpoint) -> Tree | None:
    """Give the tree with these leaves, if that is what was signed."""
    if tree is None or tree.size + len(leaves) != mark.size:
        return None
    grown = Tree(tree.size, tree.peaks)
    grown.extend(leaves)
    return grown if grown.root() == mark.root else None


def _of_peaks(mark: Checkpoint) -> Tree | None:
    """Give the tree of a checkpoint from its peaks, if they are the ones that were signed."""
    try:
        tree = Tree(mark.size, mark.peaks or ())
    except ValueError:
        return None
    return tree if tree.root() == mark.root else None


def _located(lines: Lines, truth: Sequence[bytes | None]) -> Iterator[Finding]:
    """Say which events were changed, added, moved, or are missing."""
    size = len(truth)
    genuine: list[int] = []
    strange: list[tuple[int, int, int]] = []  # its line, what it claims, the event before it
    number = 0
    for number, line in enumerate(lines(), 1):
        position = _claim(line)
        if 0 < position <= size and truth[position - 1] == leaf_hash(line.removesuffix(b"\n")):
            genuine.append(position)
            if not line.endswith(b"\n"):
                yield Finding("changed", f"Event {position} lost the end of its line.", position)
        else:
            strange.append((number, position, genuine[-1] if genuine else 0))
    missing = {position for position in range(1, size + 1) if truth[position - 1] is not None}
    unclear = {position for position in range(1, size + 1) if truth[position - 1] is None}
    missing -= set(genuine)
    yield from _strange(strange, missing, unclear)
    yield from _out_of_order(genuine)
    for first, last in _runs(sorted(missing)):
        if last == size:
            yield Finding(
                "cut", f"The end was cut off: {_events(first, last)} missing.", first, last
            )
        else:
            yield Finding("missing", f"{_events(first, last).capitalize()} missing.", first, last)
    for first, last in _runs(sorted(unclear)):
        words = f"Something was altered among {_events(first, last, '')}, in their hashes too."
        yield Finding("unclear", words, first, last)


def _strange(
    strange: Iterable[tuple[int, int, int]], missing: set[int], unclear: set[int]
) -> Iterator[Finding]:
    """Say of each line that was never signed which event it was; takes that off `missing`."""
    turn = 0
    for number, claim, before in strange:
        turn = max(turn, before) + 1
        was = claim if claim in missing else turn
        if claim in unclear or was in unclear:
            continue
        if was in missing:
            missing.remove(was)
            turn = was
            also = f" It now says that it is event {claim}." if claim not in {was, 0} else ""
            yield Finding("changed", f"Event {was} was changed.{also}", was, line=number)
        else:
            turn -= 1
            words = f"Line {number}, after event {before}, was added: it was never signed."
            yield Finding("added", words, before, line=number)


def _out_of_order(genuine: Sequence[int]) -> Iterator[Finding]:
    """Name events that stand twice, and the fewest that would have to move."""
    seen: set[int] = set()
    once = []
    for position in genuine:
        if position in seen:
            yield Finding("added", f"Event {position} stands there twice.", position)
        else:
            seen.add(position)
            once.append(position)
    for position in sorted(seen - _longest_rising(once)):
        yield Finding("moved", f"Event {position} is out of its place.", position)


def _longest_rising(positions: Sequence[int]) -> set[int]:
    """Give a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    before: dict[int, int | None] = {}
    for position in positions:
        pile = bisect.bisect_left(tops, position)
        before[position] = tops[pile - 1] if pile else None
        tops[pile : pile + 1] = [position]
    rising: set[int] = set()
    at = tops[-1] if tops else None
    while at is not None:
        rising.add(at)
        at = before[at]
    return rising


def _claim(line: bytes) -> int:
    """Give the position that a line says it has, or 0."""
    found = _POSITION.match(line)
    return int(found[1]) if found else 0


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    for _, run in itertools.groupby(enumerate(positions), lambda each: each[1] - each[0]):
        run_of = [position for _, position in run]
        yield run_of[0], run_of[-1]


def _events(first: int, last: int, *verb: str) -> str:
    if first == last:
        return f"event {first}" + ("" if verb else " is")
    return f"events {first} to {last}" + ("" if verb else " are")


# --- The bundle ---------------------------------------------------------------------------------


class Unreadable(Exception):  # noqa: N818 - named after the fact
    """What was given is no bundle."""


class Bundle:
    """A bundle as a zip file or as a folder."""

    def __init__(self, path: Path) -> None:
        """Open it; raises Unreadable."""
        self._folder = path if path.is_dir() else None
        try:
            self._zip = None if self._folder else zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path} is neither a zip file nor a folder ({error}).") from error
        self.broken: str | None = None

    def names(self) -> set[str]:
        """Name all files."""
        if self._zip:
            return set(self._zip.namelist())
        assert self._folder is not None
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return {path.relative_to(self._folder).as_posix() for path in files}

    def doubled(self) -> list[str]:
        """Name the files that a zip file holds twice: programs differ in which one they show."""
        names = sorted(self._zip.namelist()) if self._zip else []
        return sorted({name for name, after in itertools.pairwise(names) if name == after})

    def read(self, name: str) -> bytes:
        """Read a file; empty when it is missing or damaged."""
        try:
            with self._open(name) as file:
                content: bytes = file.read()
        except _DAMAGED:
            return b""
        return content

    def lines(self, name: str) -> Iterator[bytes]:
        """Read a file line by line, as far as it can be read."""
        try:
            with io.BufferedReader(self._open(name), 1 << 20) as file:
                yield from file
        except _DAMAGED:
            self.broken = name

    def _open(self, name: str) -> Any:
        if self._zip:
            return self._zip.open(name)
        assert self._folder is not None
        return (self._folder / name).open("rb", buffering=0)


_DAMAGED = (KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)

EVENTS, HASHES, CHECKPOINTS = "events.jsonl", "hashes.bin", "checkpoints.jsonl"
MANIFEST, SIGNED, DISCLOSED = "manifest.json", "manifest.note", "disclosures.jsonl"


class Outcome(NamedTuple):
    """What came out: findings, and what was proven."""

    findings: list[Finding]
    size: int
    checkpoints: int
    keys: list[Key]
    exported_at: str = ""
    disclosed: int = 0


def verify_bundle(path: Path, kept: Sequence[Path] = (), keys: Sequence[Key] = ()) -> Outcome:
    """Check a bundle; raises Unreadable when it is none."""
    bundle = Bundle(path)
    findings = [Finding("file", f"{name} is there twice.") for name in bundle.doubled()]
    manifest = _manifest(bundle, findings)
    trusted = list(keys) or _keys(manifest)
    is_signed = _check_manifest(bundle, trusted, findings)
    if is_signed:
        findings += _check_files(bundle, manifest)
    inside = _inside(bundle, trusted, findings)
    elsewhere = _elsewhere(kept, trusted, findings)
    if is_signed:
        _add_last(manifest, trusted, inside)
    lines = lambda: bundle.lines(EVENTS)  # noqa: E731 - read again when something is wrong
    findings += examine(lines, bundle.read(HASHES), inside, elsewhere)
    if bundle.broken:
        findings.append(
            Finding("file", f"{bundle.broken} is damaged: it cannot be read to its end.")
        )
    altered = any(finding.first is not None for finding in findings)
    disclosed = 0 if altered else _check_disclosures(bundle, findings)
    last = max((each.size for each in inside), default=0)
    exported_at = str(manifest.get("exported_at", ""))
    return Outcome(findings, last, len(inside), trusted, exported_at, disclosed)


def _manifest(bundle: Bundle, findings: list[Finding]) -> dict[str, Any]:
    try:
        manifest = json.loads(bundle.read(MANIFEST))
        if isinstance(manifest, dict):
            return manifest
    except ValueError:
        pass
    findings.append(Finding("file", "manifest.json is missing or damaged."))
    return {}


def _keys(manifest: dict[str, Any]) -> list[Key]:
    keys = []
    for written in manifest.get("keys", []):
        try:
            keys.append(Key(written))
        except (ValueError, AttributeError, TypeError):
            continue
    return keys


def _check_manifest(bundle: Bundle, keys: Sequence[Key], findings: list[Finding]) -> bool:
    """Whether the manifest is the one that was signed with this export."""
    digest = base64.b64encode(sha256(bundle.read(MANIFEST)).digest()).decode()
    try:
        signed = opened(bundle.read(SIGNED).decode(), keys)
    except ValueError:
        signed = []
    if signed[1:] == [digest] and signed[0] in {f"{key.name}/manifest" for key in keys}:
        return True
    words = "manifest.json is not the one that was signed, or manifest.note was altered."
    findings.append(Finding("file", words))
    return False


def _check_files(bundle: Bundle, manifest: dict[str, Any]) -> Iterator[Finding]:
    listed = manifest["files"]
    for name in sorted(listed):
        if sha256(bundle.read(name)).hexdigest() != listed[name]:
            yield Finding("file", f"{name} is missing or was altered.")
    for name in sorted(bundle.names() - set(listed) - {EVENTS, MANIFEST, SIGNED}):
        yield Finding("file", f"{name} is not part of the export.")


def _inside(bundle: Bundle, keys: Sequence[Key], findings: list[Finding]) -> list[Checkpoint]:
    """Open the checkpoints of the bundle; those that nobody signed are named and left out."""
    good = []
    for number, line in enumerate(bundle.lines(CHECKPOINTS), 1):
        try:
            written = json.loads(line)
            opened_one = checkpoint(written["note"], keys, f"line {number} of {CHECKPOINTS}")
            peaks = tuple(bytes.fromhex(peak) for peak in written["peaks"])
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            words = f"Line {number} of {CHECKPOINTS} is no checkpoint that a known key has signed."
            findings.append(Finding("checkpoint", words, line=number))
        else:
            good.append(opened_one._replace(peaks=peaks))
    return good


def _add_last(manifest: dict[str, Any], keys: Sequence[Key], inside: list[Checkpoint]) -> None:
    """Take the last checkpoint from the signed manifest, in case it was cut off."""
    last = checkpoint(manifest["checkpoint"], keys, MANIFEST)
    if last.size not in {each.size for each in inside}:
        inside.append(last)


def _elsewhere(
    kept: Sequence[Path], keys: Sequence[Key], findings: list[Finding]
) -> list[Checkpoint]:
    """Open checkpoints that were kept elsewhere: files, or folders of files."""
    good = []
    for path in kept:
        files = (
            sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        )
        for file in files:
            try:
                good.append(checkpoint(file.read_bytes().decode(), keys, str(file)))
            except (ValueError, OSError) as error:
                findings.append(
                    Finding("checkpoint", f"{file} is no checkpoint of this record ({error}).")
                )
    return good


def _check_disclosures(bundle: Bundle, findings: list[Finding]) -> int:
    """Check personal values that were disclosed: SHA-256(salt and value) stands in the event."""
    if DISCLOSED not in bundle.names():
        return 0
    disclosed = 0
    events = bundle.lines(EVENTS)
    at, state = 0, None
    for number, line in enumerate(bundle.lines(DISCLOSED), 1):
        try:
            said = json.loads(line)
            while at < said["position"]:
                event = next(events)
                at = _claim(event)
                state = event
            committed = json.loads(state or b"")["state"]
            for step in said["path"]:
                committed = committed[step]
            hashed = sha256(bytes.fromhex(said["salt"]) + said["value"].encode()).hexdigest()
            fits = at == said["position"] and committed["commitment"] == hashed
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, StopIteration):
            fits = False
        if fits:
            disclosed += 1
        else:
            words = f"Line {number} of {DISCLOSED} does not fit its event."
            findings.append(Finding("disclosure", words, line=number))
    return disclosed


# --- A proof of one event, or that one record grew out of another -------------------------------


def verify_proof(proof: dict[str, Any], keys: Sequence[Key]) -> str:
    """Check a proof that `portal audit prove` wrote; gives what is proven, raises ValueError."""
    trusted = list(keys) or _keys(proof)
    path = [base64.b64decode(node, validate=True) for node in proof["hashes"]]
    new = checkpoint(proof["checkpoint"], trusted, "the proof")
    if "line" in proof:
        line = proof["line"].encode()
        position = _claim(line)
        if included(position - 1, new.size, leaf_hash(line), path) != new.root:
            raise ValueError(f"event {position} is not in the record in this form")
        return f"Event {position} stands in the record of {new.size} events as it is shown."
    old = checkpoint(proof["earlier"], trusted, "the proof")
    same = old.size == new.size and old.root == new.root and not path
    if not same and consistent(old.size, new.size, old.root, path) != (old.root, new.root):
        raise ValueError("the later record did not grow out of the earlier one")
    return f"The record of {new.size} events begins with the {old.size} of the earlier checkpoint."


# --- The command --------------------------------------------------------------------------------

MOST = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what is named on the command line; gives the exit status."""
    asked = argparse.ArgumentParser(prog="verify.py", description="Checks a record of the portal.")
    what = (
        "a bundle (zip file or folder), or a proof (JSON); without it, what lies around this file"
    )
    here = Path(__file__).parent
    asked.add_argument("bundle", nargs="?", type=Path, default=here, help=what)
    asked.add_argument("checkpoints", nargs="*", type=Path, help="checkpoints kept elsewhere")
    asked.add_argument("--key", action="append", default=[], help="the key you were given")
    given = asked.parse_args(arguments)
    try:
        keys = [Key(written) for written in given.key]
    except ValueError:
        return _say(["The key cannot be read: it looks like name+12ab34cd+AQ…"], 2)
    try:
        if given.bundle.suffix == ".json":
            proven = verify_proof(json.loads(given.bundle.read_bytes()), keys)
            return _say([f"ok    {proven}", *_whose(given.key)], 0)
        outcome = verify_bundle(given.bundle, given.checkpoints, keys)
    except (Unreadable, OSError) as error:
        return _say([str(error)], 2)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return _say([f"ALTERED  {given.bundle}: {error}."], 1)
    told = _told(outcome, len(given.checkpoints))
    return _say([*told, *_whose(given.key, outcome.keys)], int(bool(outcome.findings)))


def _told(outcome: Outcome, kept: int) -> Iterator[str]:
    if outcome.findings:
        for finding in outcome.findings[:MOST]:
            yield f"ALTERED  {finding.words}"
        if len(outcome.findings) > MOST:
            yield f"         and {len(outcome.findings) - MOST} more."
        return
    size = outcome.size
    told = "1 event, position 1" if size == 1 else f"{size} events, positions 1 to {size}"
    yield f"ok    {told}: whole, unaltered, in order."
    yield f"ok    {outcome.checkpoints} signed checkpoints fit. Exported {outcome.exported_at}."
    if kept:
        yield "ok    Every checkpoint that was kept elsewhere fits."
    else:
        yield "note  No checkpoint kept elsewhere was given: a rewritten record would not show."
    if outcome.disclosed:
        yield f"ok    {outcome.disclosed} disclosed personal values are what was recorded."


def _whose(given: Sequence[str], keys: Sequence[Key] = ()) -> Iterator[str]:
    if not given:
        yield "note  No --key was given: compare this one with the key that you noted."
        for key in keys:
            yield f"      {key.written}"


def _say(lines: Iterable[str], status: int) -> int:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
