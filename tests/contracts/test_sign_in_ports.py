"""What rate limits, the outbox, sessions and sign-in requests promise, kept by every adapter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Engine

from adapters.database import open_database, writing
from adapters.memory.outbox import MemoryOutbox
from adapters.memory.rate_limits import MemoryRateLimits
from adapters.memory.sessions import MemorySessions
from adapters.memory.sign_in_requests import MemorySignInRequests
from adapters.outbox import SqlOutbox
from adapters.rate_limits import SqlRateLimits
from adapters.sessions import SqlSessions
from adapters.sign_in_requests import SqlSignInRequests
from application.ports.event_log import Beside, Job
from application.ports.outbox import Outbox, Share
from application.ports.rate_limits import Budget, Limit, RateLimits
from application.ports.sessions import CustomersSession, Sessions
from application.ports.sign_in_requests import (
    EntryRefused,
    Proof,
    SignInRequest,
    SignInRequests,
    SignInSpent,
)
from application.sign_in import SendSignIn
from domain.sign_in import SignInObstacle
from tests.databases import Databases
from tests.wiring import STARTED

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Ports:
    """One family of adapters, and how something is written beside events."""

    limits: RateLimits
    outbox: Outbox
    sessions: Sessions
    requests: SignInRequests
    engine: Engine | None
    obstacles: list[SignInObstacle]

    def write(self, *beside: Beside) -> None:
        """Write as the log does: all in one transaction."""
        if self.engine is None:
            for each in beside:
                each(None)
            return
        with writing(self.engine) as connection:
            for each in beside:
                each(connection)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def ports(request: pytest.FixtureRequest, databases: Databases, tmp_path: Any) -> Iterator[Ports]:
    obstacles: list[SignInObstacle] = []

    def may_enter(*_: Any) -> SignInObstacle | None:
        return obstacles[0] if obstacles else None

    if request.param == "memory":
        requests = MemorySignInRequests(may_enter)
        yield Ports(MemoryRateLimits(), MemoryOutbox(), MemorySessions(), requests, None, obstacles)
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield Ports(
            SqlRateLimits(engine, b"key"),
            SqlOutbox(engine),
            SqlSessions(engine),
            SqlSignInRequests(engine, may_enter),
            engine,
            obstacles,
        )
        engine.dispose()


def budget(subject: str = "jane") -> Budget:
    """One a minute and three an hour."""
    return Budget(subject, (Limit(1, MINUTE), Limit(3, HOUR)))


def test_limits_hold_over_every_window_of_time(ports: Ports) -> None:
    said = [ports.limits.spend([budget()], STARTED + n * MINUTE / 2) for n in range(8)]
    assert said == [True, False, True, False, True, False, False, False]
    assert not ports.limits.spend([budget()], STARTED + HOUR - MINUTE)
    assert ports.limits.spend([budget()], STARTED + HOUR)


def test_a_no_uses_none_of_the_budgets(ports: Ports) -> None:
    assert ports.limits.spend([budget("jane")], STARTED)
    assert not ports.limits.spend([budget("joe"), budget("jane")], STARTED)
    assert ports.limits.spend([budget("joe")], STARTED)


def test_counts_that_no_window_reaches_are_forgotten(ports: Ports) -> None:
    ports.limits.spend([budget("jane")], STARTED)
    ports.limits.spend([budget("joe")], STARTED + HOUR)
    assert ports.limits.forget(STARTED + MINUTE) == 1


def test_counts_of_an_erased_person_are_cleared_and_nobody_elses(ports: Ports) -> None:
    assert ports.limits.spend([budget("jane")], STARTED)
    assert ports.limits.spend([budget("joe")], STARTED)
    ports.limits.clear(["jane"])
    assert ports.limits.spend([budget("jane")], STARTED)
    assert not ports.limits.spend([budget("joe")], STARTED)


def job() -> Job:
    """A piece of work."""
    return Job("send_sign_in", SendSignIn(UUID(int=1)), UUID(int=2))


def test_a_job_is_claimed_by_one_until_its_lease_runs_out(ports: Ports) -> None:
    assert not ports.outbox.is_waiting(STARTED)
    ports.write(ports.outbox.adding(job(), STARTED))
    assert ports.outbox.is_waiting(STARTED)
    [first] = ports.outbox.claim(STARTED, MINUTE, 10)
    assert (first.kind, first.attempts, first.bill_group_id) == ("send_sign_in", 1, UUID(int=2))
    assert ports.outbox.claim(STARTED, MINUTE, 10) == []
    [second] = ports.outbox.claim(STARTED + MINUTE, MINUTE, 10)
    assert second.attempts == 2
    ports.outbox.finish(first, "failed", STARTED + MINUTE)
    ports.outbox.finish(second, "done", STARTED + MINUTE)
    assert ports.outbox.claim(STARTED + HOUR, MINUTE, 10) == []
    assert ports.outbox.forget(STARTED + MINUTE) == 0
    assert ports.outbox.forget(STARTED + HOUR) == 1


def test_a_postponed_job_waits(ports: Ports) -> None:
    ports.write(ports.outbox.adding(job(), STARTED))
    [claimed] = ports.outbox.claim(STARTED, MINUTE, 10)
    ports.outbox.postpone(claimed, STARTED + 2 * MINUTE, "away")
    assert ports.outbox.claim(STARTED + MINUTE, MINUTE, 10) == []
    assert len(ports.outbox.claim(STARTED + 2 * MINUTE, MINUTE, 10)) == 1


def test_a_job_given_back_waits_as_if_nobody_had_claimed_it(ports: Ports) -> None:
    ports.write(ports.outbox.adding(job(), STARTED))
    [claimed] = ports.outbox.claim(STARTED, MINUTE, 10)
    ports.outbox.give_back(claimed, STARTED + 2 * MINUTE, "not mine")
    assert not ports.outbox.is_waiting(STARTED + MINUTE)
    [again] = ports.outbox.claim(STARTED + 2 * MINUTE, MINUTE, 10)
    assert again == claimed


def test_a_claimer_takes_its_share_and_nothing_else(ports: Ports) -> None:
    waits = {
        name: Job(name or "mail", SendSignIn(UUID(int=1)), lane=name) for name in ("", "a", "b")
    }
    ports.write(*(ports.outbox.adding(one, STARTED) for one in waits.values()))
    assert not ports.outbox.is_waiting(STARTED, Share(lane="c"))
    assert ports.outbox.is_waiting(STARTED, Share(lane="a"))
    [of_a] = ports.outbox.claim(STARTED, MINUTE, 10, Share(lane="a"))
    [neither] = ports.outbox.claim(STARTED, MINUTE, 10, Share(others=("a", "b")))
    assert (of_a.kind, neither.kind) == ("a", "mail")
    assert not ports.outbox.is_waiting(STARTED, Share(others=("a", "b")))
    [of_b] = ports.outbox.claim(STARTED, MINUTE, 10, Share(others=("a",)))
    assert of_b.kind == "b", "an account that nobody knows any more is anybody's"


def session(address: str = "jane@acme.com", at: datetime = STARTED) -> CustomersSession:
    """A session that begins."""
    return CustomersSession(
        session_id=uuid4(),
        session_hash=uuid4().bytes,
        address=address,
        bill_group_id=UUID(int=2),
        signed_in_at=at,
        last_used_at=at,
        ends_at=at + 12 * HOUR,
        browser="Firefox on Linux",
        network="192.0.2.1",
    )


def test_a_session_is_found_by_its_hash_while_it_is_not_over(ports: Ports) -> None:
    one = session()
    assert ports.sessions.of_browser(one.session_hash, STARTED) is None
    ports.write(ports.sessions.opening(one))
    assert ports.sessions.of_browser(one.session_hash, STARTED) == one
    assert ports.sessions.of_browser(one.session_hash, STARTED + 4 * HOUR) is None
    assert ports.sessions.get(one.session_id) == one


def test_a_use_is_noted_at_most_once_a_minute_and_never_backwards(ports: Ports) -> None:
    one = session()
    ports.write(ports.sessions.opening(one))
    for after in (59, 120, 61, 0):
        ports.sessions.touch(one.session_id, STARTED + timedelta(seconds=after))
    kept = ports.sessions.get(one.session_id)
    assert kept is not None
    assert kept.last_used_at == STARTED + timedelta(seconds=120)


def test_an_ended_session_is_over_and_others_are_not(ports: Ports) -> None:
    one, other, foreign = session(), session(at=STARTED + MINUTE), session("joe@acme.com")
    ports.write(*(ports.sessions.opening(each) for each in (one, other, foreign)))
    listed = ports.sessions.of_address("jane@acme.com", STARTED + MINUTE)
    assert listed == [other, one]
    ports.write(ports.sessions.ending(one.session_id, "signed_out", STARTED + MINUTE))
    assert ports.sessions.of_address("jane@acme.com", STARTED + MINUTE) == [other]
    assert ports.sessions.end_all("restored", STARTED + 2 * MINUTE) == 2
    assert ports.sessions.of_address("joe@acme.com", STARTED + 2 * MINUTE) == []
    assert ports.sessions.forget(STARTED + 2 * MINUTE) == 1


def test_sessions_that_ran_out_are_named_until_they_are_ended(ports: Ports) -> None:
    one = session()
    ports.write(ports.sessions.opening(one))
    assert list(ports.sessions.lapsed(STARTED + 3 * HOUR, 10)) == []
    assert list(ports.sessions.lapsed(STARTED + 4 * HOUR, 10)) == [one]
    ports.write(ports.sessions.ending(one.session_id, "expired", STARTED + 4 * HOUR))
    assert list(ports.sessions.lapsed(STARTED + 5 * HOUR, 10)) == []


def test_a_bill_group_may_be_entered_again(ports: Ports) -> None:
    one = session()
    ports.write(ports.sessions.opening(one))
    for _ in range(2):
        ports.write(ports.sessions.entering(one.session_id, UUID(int=3), STARTED))


def asked(browser: bytes = b"here", at: datetime = STARTED, **facts: Any) -> SignInRequest:
    """A request to sign in."""
    made = SignInRequest(
        request_id=uuid4(),
        browser_hash=browser,
        bill_group_id=UUID(int=2),
        address="jane@acme.com",
        link="link",
        language="en",
        asked_at=at,
        expires_at=at + 10 * MINUTE,
        network="192.0.2.1",
    )
    return msgspec.structs.replace(made, **facts)


def proof(word: str) -> Proof:
    """What a mail carries."""
    return Proof(f"link {word}".encode(), f"code {word}".encode(), UUID(int=9))


def test_a_request_lives_ten_minutes(ports: Ports) -> None:
    one = asked()
    ports.requests.keep(one, None)
    assert ports.requests.get(one.request_id, STARTED + 9 * MINUTE) == one
    assert ports.requests.of_browser(b"here", STARTED) == one
    assert ports.requests.of_browser(b"there", STARTED) is None
    assert ports.requests.get(one.request_id, STARTED + 10 * MINUTE) is None
    assert not ports.requests.add_proof(one.request_id, proof("late"), STARTED + 10 * MINUTE)


def test_a_newer_request_closes_those_it_replaces(ports: Ports) -> None:
    older, newer, other = asked(b"old"), asked(b"new"), asked(b"other")
    ports.requests.keep(older, None)
    ports.requests.keep(other, None)
    ports.requests.keep(newer, b"old")
    assert ports.requests.get(older.request_id, STARTED) is None
    assert ports.requests.get(newer.request_id, STARTED) == newer
    assert ports.requests.get(other.request_id, STARTED) == other


def test_a_browsers_secret_is_new_until_its_first_request_and_never_again(ports: Ports) -> None:
    assert ports.requests.is_new(b"here")
    ports.requests.keep(asked(), None)
    assert not ports.requests.is_new(b"here")
    ports.requests.keep(asked(b"there"), b"here")
    assert not ports.requests.is_new(b"here")
    assert ports.requests.is_new(b"elsewhere")


def test_every_mail_of_a_request_is_good_until_one_is_used(ports: Ports) -> None:
    one = asked()
    ports.requests.keep(one, None)
    for word in ("first", "second"):
        assert ports.requests.add_proof(one.request_id, proof(word), STARTED)
    proven = ports.requests.by_link(b"link first", STARTED)
    assert proven is not None
    assert (proven.request, proven.grant_id) == (one, UUID(int=9))
    assert ports.requests.by_code(b"here", b"code second", STARTED) == proven
    assert ports.requests.by_code(b"there", b"code second", STARTED) is None
    ports.write(ports.requests.redeeming(proven, STARTED))
    with pytest.raises(SignInSpent):
        ports.write(ports.requests.redeeming(proven, STARTED))
    assert ports.requests.by_link(b"link second", STARTED) is None


def test_an_obstacle_leaves_the_request_unused(ports: Ports) -> None:
    one = asked()
    ports.requests.keep(one, None)
    ports.requests.add_proof(one.request_id, proof("first"), STARTED)
    proven = ports.requests.by_link(b"link first", STARTED)
    assert proven is not None
    ports.obstacles.append("revoked")
    with pytest.raises(EntryRefused):
        ports.write(ports.requests.redeeming(proven, STARTED))
    assert ports.requests.get(one.request_id, STARTED) == one
    ports.write(ports.requests.closing(one.request_id, STARTED))
    assert ports.requests.get(one.request_id, STARTED) is None


def test_five_tries_are_counted_for_a_live_request(ports: Ports) -> None:
    assert not ports.requests.count_try(b"here", STARTED)
    ports.requests.keep(asked(), None)
    counted = [ports.requests.count_try(b"here", STARTED) for _ in range(6)]
    assert counted == [True] * 5 + [False]


def test_held_back_mails_and_networks_are_counted(ports: Ports) -> None:
    ports.requests.keep(asked(held_back=True), None)
    ports.requests.keep(asked(b"there", network="198.51.100.7"), None)
    assert ports.requests.held_back(STARTED) == 1
    assert ports.requests.networks(STARTED) == (2, 2)
    assert ports.requests.networks(STARTED + MINUTE) == (0, 0)
    assert ports.requests.forget(STARTED) == 0
    assert ports.requests.forget(STARTED + MINUTE) == 2
