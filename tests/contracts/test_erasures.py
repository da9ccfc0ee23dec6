"""What the keys of persons promise to whoever erases, kept by every adapter."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import select

from adapters.database import open_database, writing
from adapters.erasures import SqlErasures
from adapters.event_store.sealing import PersonKeys
from adapters.memory.erasures import MemoryErasures
from adapters.person_keys import ERASURES, PERSON_KEYS, SqlPersonKeys
from adapters.person_keys import metadata as key_tables
from application.ports.erasures import ErasedKey, Erasures
from tests.databases import Databases, let_go
from tests.wiring import STARTED

JANE, OLE = "address:jane@acme.example", "address:ole@acme.example"


class Kept(msgspec.Struct):
    """An adapter, the keys that seal, and what takes a backup; that gives what restores it."""

    erasures: Erasures
    keys: PersonKeys
    backed_up: Callable[[], Callable[[], None]]


def in_memory() -> Kept:
    erasures = MemoryErasures()

    def backed_up() -> Callable[[], None]:
        copy = deepcopy(erasures.kept)
        return lambda: setattr(erasures, "kept", copy)

    return Kept(erasures, erasures, backed_up)


def in_database(keys: SqlPersonKeys, path: Path) -> Kept:
    def backed_up() -> Callable[[], None]:
        with writing(keys.engine) as connection:
            copies = {
                table: [row._asdict() for row in connection.execute(select(table))]
                for table in (PERSON_KEYS, ERASURES)
            }

        def restore() -> None:
            with writing(keys.engine) as connection:
                for table, rows in copies.items():
                    connection.execute(table.delete())
                    if rows:
                        connection.execute(table.insert(), rows)
            keys.forget()

        return restore

    return Kept(SqlErasures(keys, path), keys, backed_up)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        yield in_memory()
        return
    with databases.empty(request.param, tmp_path) as url:
        engine = open_database(url)
        key_tables.create_all(engine)
        yield in_database(SqlPersonKeys(engine, b"of the tests"), tmp_path / "erasures.jsonl")
        let_go(engine)


def erased(kept: Kept, person: str) -> ErasedKey:
    """The key of somebody, made if there is none, as it is listed after its end."""
    return ErasedKey(
        key_id=kept.erasures.make_key(person),
        person=kept.erasures.hash_of(person),
        stream_id=kept.erasures.stream_of(person),
        erased_at=STARTED,
    )


def test_1_a_person_has_one_stream_and_one_hash_that_do_not_name_them(kept: Kept) -> None:
    stream, hashed = kept.erasures.stream_of(JANE), kept.erasures.hash_of(JANE)
    kept.erasures.destroy([erased(kept, JANE)])
    assert (kept.erasures.stream_of(JANE), kept.erasures.hash_of(JANE)) == (stream, hashed)
    assert kept.erasures.stream_of(OLE) != stream
    assert kept.erasures.hash_of(OLE) != hashed
    assert hashed not in {MemoryErasures().hash_of(JANE), JANE}, "it hangs on a secret"


def test_2_a_key_is_made_when_asked_for_and_only_then(kept: Kept) -> None:
    assert kept.erasures.key_of(JANE) is None
    assert kept.erasures.key_of(JANE) is None, "asking made none"
    made = kept.erasures.make_key(JANE)
    assert kept.erasures.make_key(JANE) == made == kept.erasures.key_of(JANE)
    assert kept.keys.of(JANE)[0] == made


def test_3_a_destroyed_key_opens_nothing_and_is_listed_once(kept: Kept) -> None:
    hers, his = erased(kept, JANE), erased(kept, OLE)
    assert kept.keys.by_id(hers.key_id) is not None
    kept.erasures.destroy([hers])
    kept.erasures.destroy([hers])
    assert kept.keys.by_id(hers.key_id) is None
    assert kept.erasures.key_of(JANE) is None
    assert kept.keys.by_id(his.key_id) is not None
    assert kept.erasures.erased() == [hers]


def test_4_the_list_outlives_a_restore_of_the_key_store(kept: Kept) -> None:
    hers, elsewhere = erased(kept, JANE), msgspec.structs.replace(erased(kept, OLE), key_id=uuid4())
    restore = kept.backed_up()
    kept.erasures.destroy([hers])
    kept.erasures.remember([elsewhere])
    kept.erasures.remember([elsewhere])
    restore()
    assert sorted(kept.erasures.erased(), key=_by_id) == sorted([hers, elsewhere], key=_by_id)


def _by_id(key: ErasedKey) -> UUID:
    return key.key_id


def test_5_keys_that_a_restore_brought_back_are_told(kept: Kept) -> None:
    hers, his = erased(kept, JANE), erased(kept, OLE)
    restore = kept.backed_up()
    kept.erasures.destroy([hers])
    asked = {hers.key_id, his.key_id, uuid4()}
    assert kept.erasures.standing(asked) == {his.key_id}
    restore()
    assert kept.erasures.standing(asked) == {hers.key_id, his.key_id}
    assert kept.erasures.standing([his.key_id]) == {his.key_id}


def test_6_who_was_erased_is_told_by_name(kept: Kept) -> None:
    assert not kept.erasures.is_erased(JANE)
    kept.erasures.destroy([erased(kept, JANE)])
    assert kept.erasures.is_erased(JANE)
    assert not kept.erasures.is_erased(OLE)


def test_7_who_comes_back_after_an_erasure_has_another_key(kept: Kept) -> None:
    hers = erased(kept, JANE)
    kept.erasures.destroy([hers])
    assert kept.erasures.make_key(JANE) != hers.key_id
    assert kept.keys.by_id(hers.key_id) is None
    assert kept.erasures.is_erased(JANE), "it is still remembered"
