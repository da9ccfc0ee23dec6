"""Restores a backup to an empty place, or takes the place of what is there.

The keys are put back last: until then the record refuses to be opened, so that a restore that was
interrupted leaves no session that works. What is replaced is set aside, and comes back on failure.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from adapters.backups import manifest
from adapters.backups.manifest import BackupUnusable, Manifest
from adapters.backups.stores import Store
from adapters.backups.voiding import Voided, void
from adapters.database import writing
from adapters.installation import make_record_tables
from adapters.moments import micros
from application.erasure_again import apply_erasures_again
from application.ports.erasures import ErasedKey
from application.restore import open_sessions, record_their_end
from entrypoints.backing_up import stores_of
from entrypoints.container import Portal
from entrypoints.installing import install, read_log, rebuilding
from entrypoints.secret_file import must_be_there
from entrypoints.settings import Settings
from read_models.access_everywhere import Access, AccessDifference, compared, everywhere
from read_models.registry import MODELS


class Plan(msgspec.Struct, frozen=True):
    """What a restore would do: the backup, where it goes, and which stores it takes away."""

    made: Manifest
    stores: tuple[Store, Store]
    files: tuple[Path, Path]
    replaces: tuple[Store, ...]


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore did. `access` is nothing when there was no readable record to compare with."""

    aside: tuple[str, ...]
    voided: Voided
    previews: int
    erased: int
    rebuilt: tuple[str, ...]
    access: AccessDifference | None


class _Before(msgspec.Struct, frozen=True):
    """What the replaced record knew: who could enter, and which keys were destroyed."""

    access: Access
    erased: Sequence[ErasedKey]


def planned(settings: Settings, record_file: Path, keys_file: Path, *, replace: bool) -> Plan:
    """Look at a backup and at where it goes; nothing is changed.

    Raises BackupUnusable, SecretsMissing.
    """
    must_be_there(settings)
    made = manifest.read(record_file, keys_file)
    record, keys = stores = stores_of(settings)
    if (record.kind, keys.kind) != (made.database, made.keys_database):
        raise BackupUnusable(
            f"The backup is of {made.database} and keys of {made.keys_database}; here are "
            f"{record.kind} and {keys.kind}. Set PORTAL_DATABASE_URL and PORTAL_KEYS_URL alike."
        )
    if made.record.store_id != made.keys.store_id:
        raise BackupUnusable("These keys are those of another record.")
    there = tuple(store for store in stores if not store.is_empty())
    if there and not replace:
        raise BackupUnusable(
            "There is a record or a store of keys already. Name an empty place, or add --replace: "
            "what is there is then set aside, not deleted."
        )
    return Plan(made, stores, (record_file, keys_file), there)


def restore(portal_of: Callable[[], Portal], settings: Settings, plan: Plan) -> Restored:
    """Carry a plan out. Raises BackupUnusable, with everything as it was before."""
    before = _known_before(portal_of) if len(plan.replaces) == len(plan.stores) else None
    with _portal(portal_of) as portal:
        now = portal.clock().now()
    record, keys = plan.stores
    with _set_aside(plan.replaces, now.strftime("%Y%m%dt%H%M%S")) as aside:
        record.load(plan.files[0])
        make_record_tables(settings.database)
        with _portal(portal_of) as portal:
            opened = open_sessions(portal.restored_rooms())
            with writing(portal.engine()) as connection:
                voided = void(connection, micros(now))
        keys.load(plan.files[1])
        install(settings.database, settings.keys)
        with _portal(portal_of) as portal:
            rebuilt = _mended(portal)
            if before is not None:
                portal.erasures().remember(before.erased)
            erased = apply_erasures_again(portal.registrar())
            previews = record_their_end(portal.restored_rooms(), opened)
            return Restored(
                aside=tuple(aside),
                voided=voided,
                previews=previews,
                erased=erased,
                rebuilt=rebuilt,
                access=None if before is None else _difference(portal, before),
            )


@contextmanager
def _set_aside(stores: Sequence[Store], mark: str) -> Iterator[list[str]]:
    """Move stores out of the way; put them back when what follows fails."""
    moved: list[Store] = []
    places = []
    try:
        for store in stores:
            places.append(store.set_aside(mark))
            moved.append(store)
        yield places
    except BaseException:
        for store in moved:
            store.put_back(mark)
        raise


@contextmanager
def _portal(portal_of: Callable[[], Portal]) -> Iterator[Portal]:
    """Wire the portal for one step: between steps nobody may hold a connection."""
    portal = portal_of()
    try:
        yield portal
    finally:
        portal.engine().dispose()
        portal.keys_engine().dispose()


def _known_before(portal_of: Callable[[], Portal]) -> _Before | None:
    """Ask the record that is replaced; one that is broken or of another version has no say."""
    try:
        with _portal(portal_of) as portal, portal.reading() as connection:
            return _Before(everywhere(connection), portal.erasures().erased())
    except Exception:  # noqa: BLE001 - whatever is wrong with it is why it is replaced
        return None


def _mended(portal: Portal) -> tuple[str, ...]:
    """Rebuild the read models that do not stand at the head of the record; name them."""
    work = rebuilding(portal.engine(), read_log(portal.log().mapper))
    apart = work.apart(MODELS)
    if apart:
        for _ in work.run(apart):
            pass
    return tuple(model.name for model in apart)


def _difference(portal: Portal, before: _Before) -> AccessDifference:
    with portal.reading() as connection:
        return compared(everywhere(connection), before.access)
