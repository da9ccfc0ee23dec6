"""Keeps checkpoints in the database, each with the hashes of the lines it added.

The tree is built from these rows by whoever makes a checkpoint, behind the writers' backs: storing
an event costs nothing more. What is kept of each event are 32 bytes, which name the event that was
changed in the database; of the tree, the peaks at each checkpoint.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    func,
    insert,
    select,
)
from sqlalchemy.exc import IntegrityError

from adapters.database import reading, writing
from adapters.event_proof.record_line import stored_lines
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import Tree, leaf_hash
from adapters.moments import micros, moment
from adapters.schema import EVENTS, metadata
from application.ports.checkpoints import Checkpoint, RecordBroken

CHECKPOINTS = Table(
    "checkpoints",
    metadata,
    Column(
        "size",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("made_at", BigInteger, nullable=False),
    Column("verifier_key", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""Signed notes, with the peaks of the tree and the hashes of the lines since the one before."""

HASH = 32


class KeptCheckpoint(NamedTuple):
    """One row."""

    size: int
    made_at: int
    verifier_key: str
    note: str
    peaks: bytes
    hashes: bytes

    @property
    def tree(self) -> Tree:
        """The tree as it was."""
        return Tree(self.size, parted(self.peaks))


class SqlCheckpoints:
    """Implements `Checkpoints` beside the events."""

    def __init__(self, engine: Engine, signer: NoteSigner) -> None:
        self._engine = engine
        self._signer = signer

    def newest(self) -> Checkpoint | None:
        """Read the newest one."""
        with reading(self._engine) as connection:
            row = connection.execute(
                _newest(CHECKPOINTS.c.size, CHECKPOINTS.c.made_at, CHECKPOINTS.c.note)
            ).first()
        return None if row is None else Checkpoint(row.size, moment(row.made_at), row.note)

    def uncovered(self) -> int:
        """Compare the newest position with the newest size."""
        last = select(func.coalesce(func.max(EVENTS.c.position), 0)).scalar_subquery()
        covered = select(func.coalesce(func.max(CHECKPOINTS.c.size), 0)).scalar_subquery()
        with reading(self._engine) as connection:
            return int(connection.execute(select(last - covered)).scalar_one())

    def extend(self, at: datetime, most: int) -> Checkpoint:
        """Hash what came since the newest one, sign the root, and keep it."""
        with reading(self._engine) as connection:
            newest = connection.execute(_newest(CHECKPOINTS)).first()
            tree = KeptCheckpoint(*newest).tree if newest else Tree()
            lines = list(stored_lines(connection, tree.size, tree.size + most))
        hashes = [leaf_hash(line) for line in _without_gap(lines, tree.size)]
        tree.extend(hashes)
        made = KeptCheckpoint(
            size=tree.size,
            made_at=micros(at),
            verifier_key=self._signer.verifier_key,
            note=self._signer.checkpoint(tree.size, tree.root()),
            peaks=b"".join(tree.peaks),
            hashes=b"".join(hashes),
        )
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(CHECKPOINTS), made._asdict())
        except IntegrityError:
            return Checkpoint(made.size, at, made.note)  # another worker was faster
        return Checkpoint(made.size, at, made.note)


def newest_size(connection: Connection) -> int:
    """Tell how many events the newest checkpoint covers."""
    query = select(func.coalesce(func.max(CHECKPOINTS.c.size), 0))
    return int(connection.execute(query).scalar_one())


def all_checkpoints(connection: Connection, up_to: int) -> Iterator[KeptCheckpoint]:
    """Read them by size, a part at a time."""
    query = select(CHECKPOINTS).where(CHECKPOINTS.c.size <= up_to).order_by(CHECKPOINTS.c.size)
    with connection.execution_options(yield_per=100).execute(query) as rows:
        for row in rows:
            yield KeptCheckpoint(*row)


def parted(hashes: bytes) -> list[bytes]:
    """Take hashes apart that stand one after another."""
    return [bytes(hashes[start : start + HASH]) for start in range(0, len(hashes), HASH)]


def _newest(*columns: Any) -> Select[Any]:
    return select(*columns).order_by(CHECKPOINTS.c.size.desc()).limit(1)


def _without_gap(lines: list[bytes], after: int) -> Iterator[bytes]:
    """Give the lines; raises RecordBroken where a position is missing."""
    for position, line in enumerate(lines, after + 1):
        if not line.startswith(b'{"position":%d,' % position):
            raise RecordBroken(position - 1)
        yield line
