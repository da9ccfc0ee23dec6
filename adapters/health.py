"""What can be checked of a database, each said in a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from sqlalchemy import Engine, text

from adapters.counts import counted
from adapters.database import SAFE_SQLITE, reading, sqlite_module

Check: TypeAlias = tuple[bool, str]


MANY_UNREAD = 100
"""A worker reads several a second; so many that wait say that it does not get through."""


def of_database(engine: Engine, models: Iterable[str]) -> Iterator[Check]:
    """Check version, durability, the order of the record, and that these read models keep up."""
    if engine.dialect.name == "sqlite":
        version = sqlite_module().sqlite_version_info
        words = ".".join(map(str, version))
        yield version >= SAFE_SQLITE, f"SQLite {words} (3.51.3 or newer keeps the database whole)."
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            whole = connection.execute(text("PRAGMA quick_check")).scalar() == "ok"
            yield (
                whole,
                "The database file is whole."
                if whole
                else "The database file is damaged: restore a backup with `portal restore`.",
            )
        last, count = connection.execute(
            text("SELECT coalesce(max(position), 0), count(*) FROM events")
        ).one()
        gaps = "no gaps" if last == count else f"gaps up to position {last}: restore a backup"
        yield last == count, f"The record has {counted(count, 'event')} and {gaps}."
        at = {row.model: row.position for row in connection.execute(_POSITIONS)}
        yield _up_to_date(at, set(models), last)
        failed = connection.execute(
            text("SELECT count(*) FROM outbox WHERE status = 'failed' AND kind LIKE 'send%'")
        ).scalar_one()
        yield failed == 0, f"{counted(failed, 'mail')} could not be sent (see Mail in the admin)."
        unread = connection.execute(
            text("SELECT count(*) FROM webhook_inbox WHERE body IS NOT NULL")
        ).scalar_one()
        waiting = counted(
            unread, "webhook of payment providers waits", "webhooks of payment providers wait"
        )
        yield unread <= MANY_UNREAD, f"{waiting} to be read."


_POSITIONS = text("SELECT model, position FROM read_models")


def _up_to_date(at: Mapping[str, int], models: set[str], last: int) -> Check:
    new = sorted(model.partition("@")[0] for model in models - at.keys())
    if new:
        told = f"New in this version of the portal: {', '.join(new)}."
        return False, f"{told} Run `portal rebuild --missing`."
    behind = sum(at[model] < last for model in models)
    if behind:
        told = counted(behind, "read model is", "read models are")
        return False, f"{told} behind the record: run `portal rebuild`."
    return True, "Every read model is at the head of the record."
