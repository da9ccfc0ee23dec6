"""Keeps the keys of persons in a store of their own, apart from the events.

A person is found by a keyed HMAC, never by a plain hash. A key is committed before the first event
that uses it; destroying it erases the person from every event. `erasures` remembers what was
destroyed; every process looks there once a second and forgets what it had read of those keys.
"""

import hmac
import os
import threading
import time
from collections.abc import Collection
from hashlib import sha256
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    select,
)

from adapters.database import reading, writing

metadata = MetaData()

AT_ONCE = 500
"""So many keys are read with one question."""

PERSON_KEYS = Table(
    "person_keys",
    metadata,
    Column("person_hmac", LargeBinary, primary_key=True),
    Column("key_id", Uuid, nullable=False, unique=True),
    Column("key", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

ERASURES = Table(
    "erasures",
    metadata,
    Column("key_id", Uuid, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("stream_id", Uuid, nullable=False),
    Column("erased_at", BigInteger, nullable=False),
)
"""Every key that was destroyed; `person` is the keyed hash of whose it was, in hexadecimal."""

LOOK_EVERY = 1.0
"""Seconds until a process notices that another one destroyed a key."""


class SqlPersonKeys:
    """The keys in SQLite or PostgreSQL, remembered by the process once read."""

    def __init__(self, engine: Engine, secret: bytes) -> None:
        self.engine = engine
        self._secret = secret
        self._by_person: dict[str, tuple[UUID, bytes]] = {}
        self._by_id: dict[UUID, bytes] = {}
        self._lock = threading.Lock()
        self._looked_at = -LOOK_EVERY
        self._destroyed = -1

    def of(self, person: str) -> tuple[UUID, bytes]:
        """Give the person's key, made now if there is none."""
        self._look()
        known = self._by_person.get(person)
        return known or self._find_or_make(person)

    def by_id(self, key_id: UUID) -> bytes | None:
        """Give a key, or nothing when it was destroyed."""
        self._look()
        known = self._by_id.get(key_id)
        if known is not None:
            return known
        with reading(self.engine) as connection:
            query = select(PERSON_KEYS.c.key).where(PERSON_KEYS.c.key_id == key_id)
            key = connection.execute(query).scalar()
        if key is not None:
            self._by_id[key_id] = bytes(key)
        return None if key is None else bytes(key)

    def fetch(self, key_ids: Collection[UUID]) -> None:
        """Read many keys with few questions, before each is asked for by itself."""
        self._look()
        missing = [key_id for key_id in key_ids if key_id not in self._by_id]
        if not missing:
            return
        query = select(PERSON_KEYS.c.key_id, PERSON_KEYS.c.key)
        with reading(self.engine) as connection:
            for first in range(0, len(missing), AT_ONCE):
                these = PERSON_KEYS.c.key_id.in_(missing[first : first + AT_ONCE])
                for row in connection.execute(query.where(these)):
                    self._by_id[row.key_id] = bytes(row.key)

    def make_for(self, persons: set[str]) -> None:
        """Make the keys of many persons in one transaction (an import's batch)."""
        self._look()
        missing = [person for person in persons if person not in self._by_person]
        if not missing:
            return
        with self._lock, writing(self.engine) as connection:
            names = {self.name(person): person for person in missing}
            query = select(PERSON_KEYS).where(PERSON_KEYS.c.person_hmac.in_(names))
            found = {bytes(row.person_hmac): row for row in connection.execute(query)}
            made = [self._new(name) for name in names if name not in found]
            if made:
                connection.execute(PERSON_KEYS.insert(), made)
        for name, person in names.items():
            row = found.get(name)
            fresh = next((key for key in made if key["person_hmac"] == name), None)
            if row is not None:
                self._remember(person, row.key_id, bytes(row.key))
            elif fresh is not None:
                self._remember(person, fresh["key_id"], fresh["key"])

    def name(self, person: str) -> bytes:
        """Give the keyed HMAC that a person is found by."""
        return hmac.digest(self._secret, person.encode(), sha256)

    def forget(self) -> None:
        """Forget every key that was read; they are read again when they are needed."""
        self._by_person, self._by_id = {}, {}

    def _look(self) -> None:
        """Notice keys that were destroyed elsewhere."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_EVERY:
            return
        self._looked_at = now
        with reading(self.engine) as connection:
            destroyed = connection.execute(_DESTROYED).scalar_one()
        if destroyed != self._destroyed:
            self._destroyed = destroyed
            self.forget()

    def _find_or_make(self, person: str) -> tuple[UUID, bytes]:
        query = select(PERSON_KEYS.c.key_id, PERSON_KEYS.c.key)
        with reading(self.engine) as connection:
            row = connection.execute(
                query.where(PERSON_KEYS.c.person_hmac == self.name(person))
            ).first()
        if row is None:
            self.make_for({person})
        else:
            self._remember(person, row.key_id, bytes(row.key))
        return self._by_person.get(person) or self.of(person)

    def _new(self, name: bytes) -> dict[str, Any]:
        return {
            "person_hmac": name,
            "key_id": uuids.uuid7(),
            "key": os.urandom(32),
            "made_at": time.time_ns() // 1000,
        }

    def _remember(self, person: str, key_id: UUID, key: bytes) -> None:
        self._by_person[person] = (key_id, key)
        self._by_id[key_id] = key


_DESTROYED = select(func.count()).select_from(ERASURES)
