"""A read model that is built anew equals the live one, also while others go on writing."""

import threading
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from adapters.database import reading, writing
from domain.actor import System
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from entrypoints.installing import read_log, rebuilding
from read_models.live import POSITIONS, ReadModelsBehind
from read_models.rebuilding import Rebuild
from read_models.registry import MODELS

Rows = dict[str, list[tuple[Any, ...]]]


def _grant(portal: Portal, group: int, address: str) -> None:
    group_id = UUID(int=group)
    access = portal.log().get(PortalAccess, portal_access_id(group_id))
    act = portal.bus().act(System("test"))
    access.turn_on(group_id, "l" * 40 + str(group), by=act)
    access.grant_address(group_id, uuid4(), address, by=act)
    portal.log().save(access)


def _work(portal: Portal) -> Rebuild:
    return rebuilding(portal.engine(), read_log(portal.log().mapper))


def _rows(portal: Portal) -> Rows:
    tables = [table for model in MODELS for table in model.tables]
    with reading(portal.engine()) as connection:
        found = {table.name: connection.execute(select(table)).all() for table in tables}
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}


def _positions(portal: Portal) -> set[int]:
    with reading(portal.engine()) as connection:
        return set(connection.execute(select(POSITIONS.c.position)).scalars())


def test_a_rebuilt_read_model_equals_the_live_one(portal: Portal) -> None:
    for group in range(1, 6):
        _grant(portal, group, f"jane{group}@acme.example")
    before = _rows(portal)
    assert any(before.values())
    list(_work(portal).run(MODELS))
    assert _rows(portal) == before
    _grant(portal, 9, "after@acme.example")
    assert len(_positions(portal)) == 1, "the live models go on from where the rebuild ended"


def test_a_rebuild_twice_over_leaves_nothing_behind(portal: Portal) -> None:
    _grant(portal, 1, "jane@acme.example")
    before = _rows(portal)
    for _ in range(2):
        list(_work(portal).run(MODELS))
    assert _rows(portal) == before


def test_writers_go_on_while_read_models_are_rebuilt(portal: Portal) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set() and len(written) < 200:
            _grant(portal, 100 + len(written), "joe@acme.example")
            written.append(1)

    for group in range(1, 20):
        _grant(portal, group, "jane@acme.example")
    writer = threading.Thread(target=write)
    writer.start()
    for _ in range(3):
        list(_work(portal).run(MODELS))
    stop.set()
    writer.join()
    live = _rows(portal)
    list(_work(portal).run(MODELS))
    assert written
    assert _rows(portal) == live


def test_a_writer_first_applies_what_a_read_model_missed(portal: Portal) -> None:
    _grant(portal, 1, "jane@acme.example")
    expected = MODELS[0].key
    with writing(portal.engine()) as connection:
        for table in MODELS[0].tables:
            connection.execute(table.delete())
        connection.execute(
            POSITIONS.update().where(POSITIONS.c.model == expected).values(position=0)
        )
    _grant(portal, 2, "joe@acme.example")
    live = _rows(portal)
    list(_work(portal).run(MODELS))
    assert _rows(portal) == live
    assert len(_positions(portal)) == 1


def test_a_writer_refuses_when_too_much_is_missing(portal: Portal, monkeypatch: Any) -> None:
    _grant(portal, 1, "jane@acme.example")
    with writing(portal.engine()) as connection:
        connection.execute(POSITIONS.update().values(position=-5_000))
    try:
        _grant(portal, 2, "joe@acme.example")
    except ReadModelsBehind:
        return
    raise AssertionError("a writer must not catch up by itself over thousands of events")
