"""Counts in the database, over sliding windows, for all processes together."""

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Engine, LargeBinary, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.database import writing
from adapters.event_store.upserts import upsert
from adapters.moments import micros
from adapters.schema import metadata
from application.ports.rate_limits import Budget

RATE_LIMITS = Table(
    "rate_limits",
    metadata,
    Column("subject_hash", LargeBinary, primary_key=True),
    Column("uses", LargeBinary, nullable=False),
    Column("last_used_at", BigInteger, nullable=False, index=True),
)
"""`uses` are the moments (µs UTC) that the longest window still reaches, as JSON."""


class SqlRateLimits:
    """Implements `RateLimits` on SQLite and PostgreSQL. Subjects are kept as keyed hashes."""

    def __init__(self, engine: Engine, key: bytes) -> None:
        self.engine = engine
        self._key = key

    def spend(self, budgets: Sequence[Budget], at: datetime) -> bool:
        """Use every budget once, or none."""
        named = {self._name(budget.subject): budget for budget in budgets}
        with writing(self.engine) as connection:
            used = {name: _uses(connection, name) for name in sorted(named)}
            if not all(has_room(used[name], budget, at) for name, budget in named.items()):
                return False
            for name, budget in named.items():
                kept = [*used[name], micros(at)][-max(limit.count for limit in budget.limits) :]
                row = {"subject_hash": name, "uses": msgspec.json.encode(kept)}
                upsert(connection, RATE_LIMITS, {**row, "last_used_at": micros(at)})
        return True

    def forget(self, before: datetime) -> int:
        """Delete counts that were last used before a moment."""
        old = delete(RATE_LIMITS).where(RATE_LIMITS.c.last_used_at < micros(before))
        with writing(self.engine) as connection:
            return connection.execute(old).rowcount

    def clear(self, subjects: Sequence[str]) -> None:
        """Delete the counts of these subjects."""
        names = [self._name(subject) for subject in subjects]
        with writing(self.engine) as connection:
            connection.execute(delete(RATE_LIMITS).where(RATE_LIMITS.c.subject_hash.in_(names)))

    def _name(self, subject: str) -> bytes:
        return hmac.digest(self._key, subject.encode(), sha256)


def has_room(uses: Sequence[int], budget: Budget, at: datetime) -> bool:
    """Whether one more use fits into every window that ends now."""
    return all(
        sum(use > micros(at - limit.within) for use in uses) < limit.count
        for limit in budget.limits
    )


def _uses(connection: Connection, name: bytes) -> list[int]:
    """Read a subject's uses, holding its row until the end of the transaction."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    first = dialect.insert(RATE_LIMITS).values(subject_hash=name, uses=b"[]", last_used_at=0)
    connection.execute(first.on_conflict_do_nothing())
    query = select(RATE_LIMITS.c.uses).where(RATE_LIMITS.c.subject_hash == name)
    kept = connection.execute(query.with_for_update()).scalar_one()
    return msgspec.json.decode(bytes(kept), type=list[int])
