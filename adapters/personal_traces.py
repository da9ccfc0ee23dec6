"""Finds what the portal holds of a person, in the record and in every table, and purges it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, select

from adapters.database import reading, recording
from adapters.event_store.mapper import EventMapper, Placed
from adapters.moments import moment
from adapters.person_keys import SqlPersonKeys
from adapters.personal_facts import AllButTheirs, OnlyTheirs, reasons_saying, sealed_with
from adapters.personal_rows import addresses_in_rows, purge_rows, rows_going, rows_naming
from adapters.schema import EVENTS
from adapters.trace_search import documents_with, files_with, tables_with
from application.ports.personal_traces import (
    KeptRow,
    RecordedErasure,
    SealedFact,
    Trace,
    TraceFate,
)
from domain.person import Erased, ErasedAgain

Rereads: TypeAlias = Sequence[tuple[Placed, Placed]]
"""Each event as it was, and as it reads without the keys."""

BY_LAW = ("invoice", "credit_note", "statement", "documents")
"""Tables and topics of accounting records begin with these; GDPR Art. 17(3)(b) keeps them."""


class Pages(msgspec.Struct, frozen=True):
    """What pages show: how it is rewritten, what that would change, how it is made anew."""

    rewrite: Callable[[Connection, Rereads], None]
    would_rewrite: Callable[[Connection, Rereads], Mapping[str, int]]
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
            mapper = EventMapper(OnlyTheirs(self._keys, key_ids))
            placed = sealed_with(connection, key_ids, mapper)
        return [SealedFact(position, moment(at), event) for position, at, event in placed]

    def mentions(self, words: Sequence[str]) -> list[str]:
        """Read the reasons that are sealed with keys of their own."""
        with reading(self._engine) as connection:
            return list(reasons_saying(connection, words, EventMapper(self._keys)))

    def rows(self, words: Sequence[str]) -> list[KeptRow]:
        """Read the rows of operational tables that name one of the words."""
        with reading(self._engine) as connection:
            return [KeptRow(*row) for row in rows_naming(connection, words)]

    def find(self, words: Sequence[str], pdfs: Collection[str] | None = None) -> list[Trace]:
        """Look through tables, documents and files."""
        found = []
        for engine in dict.fromkeys((self._engine, self._keys.engine)):
            with reading(engine) as connection:
                tables = tables_with(connection, words)
                found += [Trace(name, count, fate(name)) for name, count in tables.items()]
        with reading(self._engine) as connection:
            hashes = tuple(documents_with(connection, words, pdfs))
        if hashes:
            found.append(Trace("documents", len(hashes), "stays_by_law", hashes))
        files = files_with(self._folder, words)
        return found + [Trace(str(path), 1, self._fate_of(path)) for path in files]

    def would_go(
        self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]
    ) -> dict[str, int]:
        """Ask the same questions as a purge, in one reading that holds nobody up."""
        with reading(self._engine) as connection:
            shown = self._pages.would_rewrite(connection, self._reread(connection, key_ids))
            return {**shown, **rows_going(connection, words, staff)}

    def purge(self, key_ids: Collection[UUID], words: Sequence[str], staff: Sequence[UUID]) -> None:
        """Rewrite and delete in one transaction under the writer lock."""
        with recording(self._engine) as connection:
            self._pages.rewrite(connection, self._reread(connection, key_ids))
            purge_rows(connection, words, staff)
        self._mails.forget(words)
        self._wipe()

    def purge_addresses(self, is_erased: Callable[[str], bool]) -> None:
        """Look at every address in operational rows, and purge those of erased persons."""
        with reading(self._engine) as connection:
            addresses = addresses_in_rows(connection)
        gone = [address for address in addresses if is_erased(address)]
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

    def _reread(self, connection: Connection, key_ids: Collection[UUID]) -> Rereads:
        after = EventMapper(AllButTheirs(self._keys, key_ids))
        pairs = zip(
            sealed_with(connection, key_ids, EventMapper(self._keys)),
            sealed_with(connection, key_ids, after),
            strict=True,
        )
        return list(pairs)

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
