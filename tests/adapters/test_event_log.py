"""The record: all or nothing, never two from one state, personal fields sealed, answers found."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, OperationalError

from adapters.database import reading, writing
from adapters.event_store import log, recorder
from adapters.person_keys import PERSON_KEYS
from adapters.schema import EVENTS, OUTBOX
from application.ports.event_log import Conflict, Job, RecordUnavailable
from domain.actor import Staff
from domain.event import Act
from domain.identity import portal_access_id
from domain.personal import is_erased
from domain.portal_access import AddressGranted, PortalAccess
from entrypoints.container import Portal

GROUP = UUID(int=7)
ACCESS = portal_access_id(GROUP)
ADDRESS = "jane@acme.example"


class Errand(msgspec.Struct):
    """Some job's payload."""

    where: str


def _act() -> Act:
    return Act(datetime(2026, 11, 2, tzinfo=UTC), Staff(UUID(int=1)), uuid4())


def _granting(portal: Portal, address: str = ADDRESS) -> PortalAccess:
    access = portal.log().get(PortalAccess, ACCESS)
    access.grant_address(GROUP, uuid4(), address, reason="our contact", by=_act())
    return access


def _states(engine: Engine) -> list[bytes]:
    with reading(engine) as connection:
        return [bytes(state) for state in connection.execute(select(EVENTS.c.state)).scalars()]


def test_what_was_saved_is_loaded_again(portal: Portal) -> None:
    portal.log().save(_granting(portal))
    again = portal.log().get(PortalAccess, ACCESS)
    assert [grant.address for grant in again.grants.values()] == [ADDRESS]


def test_personal_fields_are_sealed_in_the_stored_bytes(portal: Portal) -> None:
    portal.log().save(_granting(portal))
    (state,) = _states(portal.engine())
    assert b"jane" not in state
    assert b"our contact" not in state
    assert b"acme.example" in state, "domains stay in clear"


def test_after_the_key_is_destroyed_the_history_keeps_its_meaning(portal: Portal) -> None:
    portal.log().save(_granting(portal))
    with writing(portal.keys_engine()) as connection:
        connection.execute(PERSON_KEYS.delete())
    portal.keys.reset()
    portal.log.reset()
    (grant,) = portal.log().get(PortalAccess, ACCESS).grants.values()
    assert is_erased(str(grant.address))
    assert grant.domain == "acme.example"


def test_of_two_savers_from_one_state_the_later_one_gets_a_conflict(portal: Portal) -> None:
    first, second = _granting(portal), _granting(portal, "joe@acme.example")
    portal.log().save(first)
    with pytest.raises(Conflict):
        portal.log().save(second, jobs=[Job("errand", Errand("nowhere"))])
    assert len(_states(portal.engine())) == 1
    with reading(portal.engine()) as connection:
        assert connection.execute(select(OUTBOX)).all() == []


def test_events_and_jobs_are_stored_together_or_not_at_all(portal: Portal) -> None:
    portal.log().save(_granting(portal), jobs=[Job("errand", Errand("there"))])
    with reading(portal.engine()) as connection:
        rows = connection.execute(select(OUTBOX)).all()
    assert [(row.kind, row.status) for row in rows] == [("errand", "waiting")]


def test_a_failing_read_model_stores_nothing(portal: Portal) -> None:
    def fails(*_: Any) -> None:
        raise ZeroDivisionError

    record = portal.log()
    record.inline = fails
    with pytest.raises(ZeroDivisionError):
        record.save(_granting(portal))
    assert _states(portal.engine()) == []


def test_what_the_database_refuses_at_last_stores_nothing(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "_NOTE", "INSERT INTO nowhere (command_id) VALUES (?, ?, ?)")
    with pytest.raises(RecordUnavailable):
        portal.log().save(_granting(portal))
    assert _states(portal.engine()) == []


def test_a_command_that_is_stored_already_is_reported_as_done(portal: Portal) -> None:
    act = _act()
    for group in (GROUP, UUID(int=8)):
        access = portal.log().get(PortalAccess, portal_access_id(group))
        access.grant_address(group, uuid4(), ADDRESS, by=act)
        portal.log().save(access)
        assert access.pending == []
    assert len(_states(portal.engine())) == 1


@contextmanager
def _losing_the_answer(monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> Iterator[None]:
    """The connection breaks at COMMIT: after the database did it, or before."""
    real = recorder.recording

    @contextmanager
    def lossy(engine: Engine) -> Iterator[Any]:
        with real(engine) as connection:
            yield connection
            if not committed:
                raise _lost()
        raise _lost()

    monkeypatch.setattr(recorder, "recording", lossy)
    yield
    monkeypatch.undo()


def _lost() -> DBAPIError:
    return OperationalError(
        "COMMIT", None, OSError("the connection is gone"), connection_invalidated=True
    )  # type: ignore[call-arg]


def test_a_commit_whose_answer_got_lost_is_reported_as_done(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = _granting(portal)
    with _losing_the_answer(monkeypatch, committed=True):
        portal.log().save(access)
    assert access.pending == []
    assert len(_states(portal.engine())) == 1


def test_a_connection_lost_before_the_commit_stores_nothing_and_says_so(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _losing_the_answer(monkeypatch, committed=False), pytest.raises(RecordUnavailable):
        portal.log().save(_granting(portal))
    assert _states(portal.engine()) == []


def test_positions_have_no_gaps_whoever_writes(portal: Portal) -> None:
    def write(number: int) -> None:
        access = portal.log().get(PortalAccess, portal_access_id(UUID(int=number)))
        access.grant_address(UUID(int=number), uuid4(), ADDRESS, by=_act())
        portal.log().save(access)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(portal.engine()) as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.position)).all()
    assert [row.position for row in rows] == list(range(1, 13))
    moments = [row.recorded_at for row in rows]
    assert moments == sorted(moments)
    assert {row.topic for row in rows} == {AddressGranted.topic}
