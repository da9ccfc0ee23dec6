"""Destroys keys of persons, and remembers that in two places that no restore brings back together.

The key store has a table of what was destroyed; a file beside the database has the same, so that a
key store restored from an older backup is told. Neither names anybody: keyed hashes and ids.
"""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import delete, func, select

from adapters.database import reading, writing
from adapters.event_store.upserts import upsert
from adapters.moments import micros, moment
from adapters.person_keys import ERASURES, PERSON_KEYS, SqlPersonKeys
from application.ports.erasures import ErasedKey

_PERSONS = UUID("0b1f5a53-2d1c-5e0e-9a52-7d8a4f1c6e10")


class SqlErasures:
    """Implements `Erasures` on the key store and one file of JSON lines."""

    def __init__(self, keys: SqlPersonKeys, path: Path) -> None:
        self._keys = keys
        self._path = path

    def stream_of(self, person: str) -> UUID:
        """Make an id of the keyed hash."""
        return uuid5(_PERSONS, self.hash_of(person))

    def hash_of(self, person: str) -> str:
        """Give the keyed hash in hexadecimal."""
        return self._keys.name(person).hex()

    def key_of(self, person: str) -> UUID | None:
        """Look the key up, and make none."""
        query = select(PERSON_KEYS.c.key_id).where(
            PERSON_KEYS.c.person_hmac == self._keys.name(person)
        )
        with reading(self._keys.engine) as connection:
            key_id: UUID | None = connection.execute(query).scalar()
        return key_id

    def make_key(self, person: str) -> UUID:
        """Make the key unless it is there."""
        return self._keys.of(person)[0]

    def destroy(self, keys: Sequence[ErasedKey]) -> None:
        """Note them in the file and the table, delete them, and forget them here."""
        self._note(keys)
        with writing(self._keys.engine) as connection:
            for key in keys:
                row = msgspec.structs.asdict(key) | {"erased_at": micros(key.erased_at)}
                upsert(connection, ERASURES, row)
                connection.execute(delete(PERSON_KEYS).where(PERSON_KEYS.c.key_id == key.key_id))
        with self._keys.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._keys.forget()

    def remember(self, keys: Sequence[ErasedKey]) -> None:
        """Note erasures that another key store knew of, as before a restore of an older one."""
        self._note(keys)

    def erased(self) -> list[ErasedKey]:
        """Put table and file together."""
        with reading(self._keys.engine) as connection:
            rows = connection.execute(select(ERASURES)).all()
        kept = [
            ErasedKey(
                key_id=row.key_id,
                person=row.person,
                stream_id=row.stream_id,
                erased_at=moment(row.erased_at),
            )
            for row in rows
        ]
        return list({key.key_id: key for key in (*self._noted(), *kept)}.values())

    def standing(self, key_ids: Collection[UUID]) -> set[UUID]:
        """Ask the key store."""
        query = select(PERSON_KEYS.c.key_id).where(PERSON_KEYS.c.key_id.in_(key_ids))
        with reading(self._keys.engine) as connection:
            return set(connection.execute(query).scalars())

    def is_erased(self, person: str) -> bool:
        """Ask the table."""
        query = select(func.count()).where(ERASURES.c.person == self.hash_of(person))
        with reading(self._keys.engine) as connection:
            return bool(connection.execute(query).scalar_one())

    def _note(self, keys: Sequence[ErasedKey]) -> None:
        known = {key.key_id for key in self._noted()}
        fresh = [key for key in keys if key.key_id not in known]
        if not fresh:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(b"".join(msgspec.json.encode(key) + b"\n" for key in fresh))
            file.flush()
            os.fsync(file.fileno())

    def _noted(self) -> list[ErasedKey]:
        if not self._path.exists():
            return []
        lines = self._path.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=ErasedKey) for line in lines if line.strip()]
