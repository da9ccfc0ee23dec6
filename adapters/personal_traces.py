"""Finds what the portal holds of a person, in the record and in every table, and purges it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, delete, or_, select, update

from adapters.database import reading, recording
from adapters.event_store.mapper import EventMapper, Placed
from adapters.moments import moment
from adapters.person_keys import SqlPersonKeys
from adapters.schema import DOCUMENTS, DONE_COMMANDS, EVENTS, TRACKING, metadata
from adapters.trace_search import documents_with, files_with, holding, naming, tables_with
from application.ports.personal_traces import (
    KeptRow,
    RecordedErasure,
    SealedFact,
    Trace,
    TraceFate,
)
from domain.person import Erased, ErasedAgain

Rewrite: TypeAlias = Callable[[Connection, Sequence[tuple[Placed, Placed]]], Mapping[str, int]]
"""Rewrites the read models: each event as it was, and as it reads without the keys."""

DELETED = {"outbox", "import_refusals"}
"""A row here goes when it names a person, and so does one whose `address` is theirs, with what
hangs on it; in other rows only the words go."""

BY_LAW = ("invoice", "credit_note", "statement", "documents")
"""Tables and topics of accounting records begin with these; GDPR Art. 17(3)(b) keeps them."""

AT_ONCE = 1_000
_LOG = (EVENTS, DONE_COMMANDS, TRACKING, DOCUMENTS)
_ADDRESS = re.compile(r"[^\s\"'<>,;:()\[\]\\]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")
GONE = "erased"


class Pages(msgspec.Struct, frozen=True):
    """What pages show: how it is rewritten, and how it is made anew from the record."""

    rewrite: Rewrite
    rebuild: Callable[[], None]


class KeptMails(Protocol):
    """Where mails stay after they were sent: nowhere, but in the demo."""

    def files(self) -> Collection[Path]:
        """Name the files that hold mails."""

    def forget(self, words: Sequence[str]) -> None:
        """Delete the mails that name one of these words."""


class NoMailsKept:
    """The answer of every portal but the demo: a mail that was sent is not kept."""

    def files(self) -> Collection[Path]:
        """There are none."""
        return ()

    def forget(self, words: Sequence[str]) -> None:
        """There is nothing to delete."""


class SqlPersonalTraces:
    """Implements `PersonalTraces` on the portal's database, its key store and its folder."""

    def __init__(
        self,
        engine: Engine,
        keys: SqlPersonKeys,
        folder: Path,
        pages: Pages,
        mails: KeptMails,
    ) -> None:
        self._engine = engine
        self._keys = keys
        self._folder = folder
        self._pages = pages
        self._mails = mails

    def facts(self, key_ids: Collection[UUID]) -> list[SealedFact]:
        """Read what the keys sealed, with these keys alone."""
        with reading(self._engine) as connection:
            placed = _sealed(connection, key_ids, EventMapper(_Only(self._keys, set(key_ids))))
        return [SealedFact(position, moment(at), event) for position, at, event in placed]

    def mentions(self, words: Sequence[str]) -> list[str]:
        """Read the reasons of portal access, each sealed with a key of its own."""
        query = select(EVENTS.c.position, EVENTS.c.recorded_at, EVENTS.c.topic, EVENTS.c.state)
        query = query.where(EVENTS.c.topic.like("portal_access.%"))
        mapper = EventMapper(self._keys)
        found: dict[str, None] = {}
        with reading(self._engine) as connection:
            rows = connection.execution_options(yield_per=AT_ONCE).execute(query)
            for batch in rows.partitions():
                for *_, event in mapper.decode_all((*row[:3], bytes(row[3])) for row in batch):
                    reason, person = getattr(event, "reason", None), getattr(event, "person", "")
                    if reason and not person.startswith("address:") and _says(reason, words):
                        found[person] = None
        return list(found)

    def rows(self, words: Sequence[str]) -> list[KeptRow]:
        """Read the rows of operational tables that name one of the words."""
        with reading(self._engine) as connection:
            return [
                KeptRow(str(table.name), {str(name): value for name, value in row._mapping.items()})  # noqa: SLF001 - SQLAlchemy's public name
                for table in _operational()
                for row in _naming(connection, table, words)
            ]

    def find(self, words: Sequence[str]) -> list[Trace]:
        """Look through tables, documents and files."""
        found = []
        for engine in dict.fromkeys((self._engine, self._keys.engine)):
            with reading(engine) as connection:
                tables = tables_with(connection, words)
                found += [Trace(name, count, fate(name)) for name, count in tables.items()]
        with reading(self._engine) as connection:
            hashes = tuple(documents_with(connection, words))
        if hashes:
            found.append(Trace("documents", len(hashes), "stays_by_law", hashes))
        files = files_with(self._folder, words)
        return found + [Trace(str(path), 1, self._fate_of(path)) for path in files]

    def would_go(
        self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]
    ) -> dict[str, int]:
        """Purge, count the rows of each table, and undo it."""
        with recording(self._engine) as connection:
            counts = self._purged(connection, key_ids, words, staff)
            connection.rollback()
        return counts

    def purge(self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]) -> None:
        """Rewrite and delete in one transaction under the writer lock."""
        with recording(self._engine) as connection:
            self._purged(connection, key_ids, words, staff)
        self._mails.forget(words)
        self._wipe()

    def purge_addresses(self, is_erased: Callable[[str], bool]) -> None:
        """Look at every address in operational rows, and purge those of erased persons."""
        with reading(self._engine) as connection:
            texts = "\n".join(
                str(value) for table in _operational() for value in _texts(connection, table)
            )
        gone = [word for word in set(_ADDRESS.findall(texts.lower())) if is_erased(word)]
        if gone:
            self.purge((), gone, ())

    def erasures(self) -> list[RecordedErasure]:
        """Read them from the record."""
        query = select(EVENTS.c.position, EVENTS.c.topic, EVENTS.c.state).where(
            EVENTS.c.topic.in_((Erased.topic, ErasedAgain.topic))
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(EVENTS.c.position)).all()
        mapper = EventMapper(self._keys)
        found = []
        for row in rows:
            event: Any = mapper.decode(row.topic, bytes(row.state))
            found.append(RecordedErasure(row.position, event.stream_id, event.key_ids, event.at))
        return found

    def rebuild(self) -> None:
        """Make the read models anew."""
        self._pages.rebuild()

    def _purged(
        self,
        connection: Connection,
        key_ids: Collection[UUID],
        words: Sequence[str],
        staff: Sequence[UUID],
    ) -> dict[str, int]:
        before = _sealed(connection, key_ids, EventMapper(self._keys))
        after = _sealed(connection, key_ids, EventMapper(_Without(self._keys, set(key_ids))))
        counts = dict(self._pages.rewrite(connection, list(zip(before, after, strict=True))))
        for table in _operational():
            gone = _purge(connection, table, words) + _purge_staff(connection, table, staff)
            counts |= {str(table.name): gone} if gone else {}
        return counts

    def _fate_of(self, path: Path) -> TraceFate:
        """Say what becomes of a file: those of the databases and of mails are purged."""
        stores = [engine.url.database or "" for engine in (self._engine, self._keys.engine)]
        own = [str(Path(store).resolve()) for store in stores if store]
        mine = str(path.resolve()).startswith(tuple(own)) or path in self._mails.files()
        return "goes" if mine else "stays"

    def _wipe(self) -> None:
        """Leave nothing of what was deleted in the files of an embedded database."""
        with self._engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def fate(place: str) -> TraceFate:
    """Say what an erasure does to a table's rows that no key covers."""
    return "stays_by_law" if place.startswith(BY_LAW) else "stays"


class _Only:
    """The keys of one person; what others sealed stays closed."""

    def __init__(self, keys: SqlPersonKeys, key_ids: set[UUID]) -> None:
        self._keys, self._key_ids = keys, key_ids

    def by_id(self, key_id: UUID) -> bytes | None:
        return self._keys.by_id(key_id) if key_id in self._key_ids else None

    def of(self, person: str) -> tuple[UUID, bytes]:
        raise NotImplementedError(person)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        self._keys.fetch([key_id for key_id in key_ids if key_id in self._key_ids])


class _Without(_Only):
    """All keys but those of one person."""

    def by_id(self, key_id: UUID) -> bytes | None:
        return None if key_id in self._key_ids else self._keys.by_id(key_id)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        self._keys.fetch([key_id for key_id in key_ids if key_id not in self._key_ids])


def _sealed(connection: Connection, key_ids: Collection[UUID], mapper: EventMapper) -> list[Placed]:
    if not key_ids:
        return []
    marks = [f'"key":"{key_id.hex}"'.encode() for key_id in key_ids]
    query = select(EVENTS.c.position, EVENTS.c.recorded_at, EVENTS.c.topic, EVENTS.c.state)
    query = query.where(or_(*(holding(connection, EVENTS.c.state, mark) for mark in marks)))
    rows = connection.execute(query.order_by(EVENTS.c.position))
    return mapper.decode_all((*row[:3], bytes(row[3])) for row in rows)


def _operational() -> Iterator[Table]:
    return (table for table in metadata.sorted_tables if table not in _LOG)


def _naming(connection: Connection, table: Table, words: Sequence[str]) -> Sequence[Row[Any]]:
    here = naming(connection, table.columns, words) if words else None
    return [] if here is None else connection.execute(select(table).where(here)).all()


def _says(text: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in text.casefold() for word in words)


def _texts(connection: Connection, table: Table) -> Iterator[str]:
    for row in connection.execute(select(table)):
        for value in row:
            if isinstance(value, bytes):
                yield value.decode("utf-8", "replace")
            elif isinstance(value, str):
                yield value


def _purge(connection: Connection, table: Table, words: Sequence[str]) -> int:
    rows = _naming(connection, table, words)
    theirs = {word.lower() for word in words}
    for row in rows:
        values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
        if table.name in DELETED or str(values.get("address")).lower() in theirs:
            _drop(connection, table, values)
        else:
            said = {name: _without(value, words) for name, value in values.items()}
            connection.execute(update(table).where(*_this(table, values)).values(said))
    return len(rows)


def _drop(connection: Connection, table: Table, values: Mapping[Any, Any]) -> None:
    """Delete a row, and the rows of other tables that name it by its id."""
    names = [column.name for column in table.primary_key]
    if len(names) == 1:
        for below in _operational():
            if below is not table and names[0] in below.c:
                connection.execute(delete(below).where(below.c[names[0]] == values[names[0]]))
    connection.execute(delete(table).where(*_this(table, values)))


def _this(table: Table, values: Mapping[Any, Any]) -> list[ColumnElement[bool]]:
    return [column == values[column.name] for column in table.primary_key]


def _purge_staff(connection: Connection, table: Table, staff: Sequence[UUID]) -> int:
    if not staff or "staff_id" not in table.c:
        return 0
    return connection.execute(delete(table).where(table.c.staff_id.in_(staff))).rowcount


def _without(value: Any, words: Sequence[str]) -> Any:
    """Take the words out of a text, or out of bytes that are text."""
    if isinstance(value, bytes):
        try:
            return _without(value.decode(), words).encode()
        except UnicodeDecodeError:
            return value
    if not isinstance(value, str):
        return value
    for word in words:
        value = re.sub(re.escape(word), GONE, value, flags=re.IGNORECASE)
    return value
