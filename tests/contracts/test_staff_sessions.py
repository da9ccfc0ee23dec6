"""What every keeper of staff sessions promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from adapters.database import open_database, writing
from adapters.memory.staff_sessions import MemoryStaffSessions
from adapters.staff_sessions import SqlStaffSessions
from application.ports.event_log import Beside
from application.ports.staff_sessions import (
    ABSOLUTE,
    IDLE,
    KeptStaffSession,
    StaffSessions,
    StaffSessionUnknown,
)
from tests.databases import Databases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ANN, MARA = UUID(int=1), UUID(int=2)


class Kept:
    """One keeper, and how what stands beside events is written."""

    def __init__(self, sessions: StaffSessions, engine: object = None) -> None:
        self.sessions = sessions
        self.engine = engine

    def write(self, beside: Beside) -> None:
        if self.engine is None:
            beside(None)
            return
        with writing(self.engine) as connection:  # type: ignore[arg-type]
            beside(connection)

    def begin(self, number: int, staff_id: UUID = ANN, at: datetime = NOW) -> KeptStaffSession:
        session = KeptStaffSession(
            session_id=UUID(int=number),
            staff_id=staff_id,
            started_at=at,
            last_used_at=at,
            ends_at=at + ABSOLUTE,
            factor_at=at,
            browser="Firefox on Linux",
        )
        self.write(self.sessions.begin(session, f"secret {number}"))
        return session


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: object) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemoryStaffSessions())
        return
    with databases.fresh(request.param, tmp_path) as url:  # type: ignore[arg-type]
        engine = open_database(url)
        yield Kept(SqlStaffSessions(engine), engine)
        engine.dispose()


def test_1_a_session_is_found_by_its_secret_until_it_is_over(kept: Kept) -> None:
    session = kept.begin(1)
    assert kept.sessions.by_secret("secret 1", NOW) == session
    later = NOW + IDLE
    assert kept.sessions.by_secret("secret 1", later).is_idle(later)
    for secret, at in (("secret 2", NOW), ("", NOW), ("secret 1", NOW + ABSOLUTE)):
        with pytest.raises(StaffSessionUnknown):
            kept.sessions.by_secret(secret, at)


def test_3_a_use_is_noted_and_never_moves_backwards(kept: Kept) -> None:
    session = kept.begin(1)
    later = NOW + timedelta(minutes=2)
    kept.sessions.touch(session.session_id, later)
    kept.sessions.touch(session.session_id, NOW)
    assert kept.sessions.by_secret("secret 1", NOW).last_used_at == later


def test_4_a_renewed_session_has_another_secret_and_a_fresh_second_factor(kept: Kept) -> None:
    session = kept.begin(1)
    later = NOW + timedelta(minutes=20)
    kept.sessions.renew(session.session_id, "another", later)
    renewed = kept.sessions.by_secret("another", later)
    assert (renewed.factor_at, renewed.last_used_at) == (later, later)
    assert renewed.is_fresh(later)
    with pytest.raises(StaffSessionUnknown):
        kept.sessions.by_secret("secret 1", later)


def test_5_an_ended_session_is_over_at_once_and_for_good(kept: Kept) -> None:
    session = kept.begin(1)
    for _ in range(2):
        kept.write(kept.sessions.end([session.session_id], "signed_out", NOW))
        with pytest.raises(StaffSessionUnknown):
            kept.sessions.by_secret("secret 1", NOW)
    assert kept.sessions.lapsed(NOW + ABSOLUTE) == []


def test_6_the_sessions_of_one_person_are_listed_the_last_used_first(kept: Kept) -> None:
    first, second = kept.begin(1), kept.begin(2)
    other = kept.begin(3, MARA)
    kept.sessions.touch(first.session_id, NOW + timedelta(minutes=1))
    listed = [session.session_id for session in kept.sessions.of_staff(ANN, NOW)]
    assert listed == [first.session_id, second.session_id]
    assert {session.session_id for session in kept.sessions.live(NOW)} == {
        first.session_id,
        second.session_id,
        other.session_id,
    }


def test_7_what_ran_out_is_named_until_it_is_ended(kept: Kept) -> None:
    session = kept.begin(1)
    over = NOW + ABSOLUTE
    assert kept.sessions.lapsed(over - timedelta(seconds=1)) == []
    assert [lapsed.session_id for lapsed in kept.sessions.lapsed(over)] == [session.session_id]
    kept.write(kept.sessions.end([session.session_id], "expired", over))
    assert kept.sessions.lapsed(over) == []


def test_8_old_sessions_are_forgotten_once_they_are_ended(kept: Kept) -> None:
    ended, running = kept.begin(1), kept.begin(2)
    kept.write(kept.sessions.end([ended.session_id], "signed_out", NOW))
    kept.sessions.forget(NOW + timedelta(days=90))
    assert [session.session_id for session in kept.sessions.live(NOW)] == [running.session_id]


def test_9_the_language_of_the_latest_sign_in_that_is_known_is_told(kept: Kept) -> None:
    assert kept.sessions.language_of(ANN) is None
    for number, language in ((1, "de"), (2, "en"), (3, None)):
        session = replace(kept.begin(number + 10), session_id=UUID(int=number), language=language)
        at = NOW + timedelta(minutes=number)
        kept.write(kept.sessions.begin(replace(session, started_at=at), f"other {number}"))
    assert kept.sessions.language_of(ANN) == "en"
    assert kept.sessions.language_of(MARA) is None
