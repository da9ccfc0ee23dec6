"""Backs the portal up while it runs: the record to one file, the keys to another one elsewhere."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from adapters import backup_log
from adapters.backup_log import MadeBackup
from adapters.backups import facts, manifest
from adapters.backups.manifest import BackupUnusable, Manifest
from adapters.backups.stores import Store, store_of
from adapters.counts import counted
from entrypoints.container import Portal
from entrypoints.settings import Settings

OLD = timedelta(days=2)
"""A SQLite file has no backups but ours; PostgreSQL may have its own, which we cannot see."""

_SUFFIX = {"sqlite": "db", "postgresql": "dump"}


def stores_of(settings: Settings) -> tuple[Store, Store]:
    """Give the stores of record and keys. Raises BackupUnusable when they are one."""
    if settings.database == settings.keys:
        raise BackupUnusable(
            "The keys of persons stand in the same database as the record. Give them a database "
            "of their own (PORTAL_KEYS_URL): they are backed up apart."
        )
    tools = settings.postgresql_tools
    return store_of(settings.database, tools), store_of(settings.keys, tools)


def back_up(portal: Portal, record_to: Path, keys_to: Path) -> tuple[Path, Path, Manifest]:
    """Make a backup: give the record's file, the keys' file, and the manifest.

    Each place is a folder, or a file with an ending that does not exist yet. The keys are copied
    after the record, so that they hold every key that it needs. Raises BackupUnusable.
    """
    now = portal.clock().now()
    record, keys = stores_of(portal.settings())
    record_file = _place(record_to, f"portal-{_stamp(now)}.{_SUFFIX[record.kind]}")
    keys_file = _place(keys_to, f"portal-keys-{_stamp(now)}.{_SUFFIX[keys.kind]}")
    if record_file.parent.resolve() == keys_file.parent.resolve():
        raise BackupUnusable(
            "Keep the keys in another place than the record: whoever has both can read everything, "
            "and a person is erased only when their key is gone from both."
        )
    said = record.save(record_file, facts.of_record)
    kept = keys.save(keys_file, facts.of_keys)
    made = Manifest(
        format=manifest.FORMAT,
        portal=version("customer-portal"),
        made_at=now,
        time_zone="UTC",
        database=record.kind,
        keys_database=keys.kind,
        record=said,
        keys=kept,
        record_file=manifest.copied(record_file),
        keys_file=manifest.copied(keys_file),
    )
    manifest.write(made, record_file)
    _note(portal, made, record_file, keys_file)
    return record_file, keys_file, made


def _place(given: Path, name: str) -> Path:
    """Give the file to write: the given one, which has an ending and is new, else one in a folder.

    A folder that is not there yet is made. Raises BackupUnusable.
    """
    target = given if given.suffix and not given.is_dir() else given / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise BackupUnusable(f"{target} exists. Name a folder, or a file that is new.")
    return target


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%S.%fZ")


def _note(portal: Portal, made: Manifest, record_file: Path, keys_file: Path) -> None:
    noted = MadeBackup(
        backup_id=portal.ids().uuid7(),
        made_at=made.made_at,
        position=made.record.position,
        record_file=str(record_file.resolve()),
        keys_file=str(keys_file.resolve()),
    )
    backup_log.note(portal.engine(), noted)


def checks(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Say when the last backup was made, and whether the keys are apart from the record."""
    settings = portal.settings()
    yield settings.database != settings.keys, "The keys have a database of their own."
    made = backup_log.last(portal.engine())
    on_sqlite = settings.database.startswith("sqlite")
    if made is None:
        yield (
            not on_sqlite,
            "No backup was made with `portal backup FOLDER --keys FOLDER`.",
        )
        return
    age = portal.clock().now() - made.made_at
    since = (portal.log().recorder.max_notification_id() or 0) - made.position
    yield (
        age <= OLD or not on_sqlite,
        (
            f"The last backup was made at {made.made_at:%Y-%m-%d %H:%M} UTC, "
            f"{counted(since, 'event')} ago."
        ),
    )
    folders = [Path(file).parent for file in (made.record_file, made.keys_file)]
    yield folders[0] != folders[1], f"Its record went to {folders[0]}, its keys to {folders[1]}."
