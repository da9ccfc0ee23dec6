"""What every keeper of staff sign-ins promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Barrier, Thread
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from adapters.database import open_database, reading, writing
from adapters.memory.staff_sign_ins import MemoryStaffSignIns
from adapters.schema import OUTBOX
from adapters.staff_sign_ins import STAFF_SIGN_IN_SECRETS, STAFF_SIGN_INS, SqlStaffSignIns
from application.ports.event_log import Beside, Job
from application.ports.staff_sign_ins import (
    ASKED_AN_HOUR_PER_NETWORK,
    LIFE,
    AskedSignIn,
    StaffSignInCodeWrong,
    StaffSignInOver,
    StaffSignIns,
)
from tests.databases import Databases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ADDRESS = "mara@seller.example"


class Mail(msgspec.Struct):
    request_id: UUID


class Kept:
    """One keeper, and how what stands beside events is written."""

    def __init__(self, sign_ins: StaffSignIns, engine: object = None) -> None:
        self.sign_ins = sign_ins
        self.engine = engine
        self.numbers = count(1)

    def ask(
        self,
        browser: str = "browser",
        *,
        address: str = ADDRESS,
        at: datetime = NOW,
        replaces: str = "",
        network: str = "192.0.2.1",
        known: bool = False,
    ) -> UUID:
        request_id = UUID(int=next(self.numbers))
        asked = AskedSignIn(
            request_id=request_id,
            address=address,
            language="en",
            network=network,
            asked_at=at,
            known_browser=known,
        )
        job = Job("send_staff_sign_in", Mail(request_id))
        self.goes_on = self.sign_ins.ask(asked, browser, job, replaces)
        return request_id

    def armed(self, browser: str = "browser", at: datetime = NOW) -> UUID:
        request_id = self.ask(browser, at=at)
        self.sign_ins.arm(request_id, "link", "CODE")
        return request_id

    def mails(self) -> int:
        if isinstance(self.sign_ins, MemoryStaffSignIns):
            return len(self.sign_ins.jobs)
        with reading(self.engine) as connection:  # type: ignore[arg-type]
            return connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one()

    def write(self, beside: Beside) -> None:
        if self.engine is None:
            beside(None)
            return
        with writing(self.engine) as connection:  # type: ignore[arg-type]
            beside(connection)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: object) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemoryStaffSignIns())
        return
    with databases.fresh(request.param, tmp_path) as url:  # type: ignore[arg-type]
        engine = open_database(url, pool_size=12)
        yield Kept(SqlStaffSignIns(engine, b"key" * 11), engine)
        engine.dispose()


def test_1_only_hashes_of_secrets_are_kept(kept: Kept) -> None:
    request_id = kept.ask("a browser's secret")
    kept.sign_ins.arm(request_id, "a link's secret", "7K2M9QXD")
    assert kept.mails() == 1
    if kept.engine is None:
        return
    with reading(kept.engine) as connection:  # type: ignore[arg-type]
        rows = [
            *connection.execute(select(STAFF_SIGN_INS)),
            *connection.execute(select(STAFF_SIGN_IN_SECRETS)),
            *connection.execute(select(OUTBOX)),
        ]
    for secret in ("a browser's secret", "a link's secret", "7K2M9QXD"):
        assert secret not in str(rows)


def test_2_one_mail_a_minute_and_five_an_hour_go_to_an_address(kept: Kept) -> None:
    for minute in range(0, 60, 1):
        for second in (0, 30):
            at = NOW + timedelta(minutes=minute, seconds=second)
            kept.ask(f"{minute}:{second}", at=at, network=f"192.0.2.{minute}")
    assert kept.mails() == 5
    kept.ask("other", address="ann@seller.example", at=NOW + timedelta(minutes=59))
    assert kept.mails() == 6


def test_2_a_hundred_requests_an_hour_are_answered_for_a_network(kept: Kept) -> None:
    for number in range(ASKED_AN_HOUR_PER_NETWORK + 10):
        kept.ask(str(number), address=f"a{number}@seller.example")
    assert kept.mails() == ASKED_AN_HOUR_PER_NETWORK
    kept.ask("elsewhere", address="elsewhere@seller.example", network="198.51.100.7")
    assert kept.mails() == ASKED_AN_HOUR_PER_NETWORK + 1


def test_2_a_known_browser_has_a_budget_of_its_own(kept: Kept) -> None:
    for minute in range(10):
        kept.ask(f"stranger {minute}", at=NOW + timedelta(minutes=minute))
    assert kept.mails() == 5
    kept.ask("known", at=NOW + timedelta(minutes=10), known=True)
    assert kept.mails() == 6


def test_2_a_request_that_is_held_back_leaves_the_older_one_good(kept: Kept) -> None:
    kept.armed()
    soon = NOW + timedelta(seconds=20)
    kept.ask("newer", replaces="browser", at=soon)
    assert kept.goes_on == "browser"
    kept.sign_ins.prove_by_link("browser", "link", "new", soon)


def test_3_a_request_is_given_until_it_is_over(kept: Kept) -> None:
    request_id = kept.ask()
    assert kept.sign_ins.asked(request_id, NOW).address == ADDRESS
    assert kept.sign_ins.waiting("browser", NOW).request_id == request_id
    for browser, at in (("browser", NOW + LIFE), ("another", NOW)):
        with pytest.raises(StaffSignInOver):
            kept.sign_ins.waiting(browser, at)
    for unknown, at in ((request_id, NOW + LIFE), (UUID(int=99), NOW)):
        with pytest.raises(StaffSignInOver):
            kept.sign_ins.asked(unknown, at)


def test_4_the_secrets_of_every_sending_are_good_until_one_is_used(kept: Kept) -> None:
    request_id = kept.armed()
    kept.sign_ins.arm(request_id, "second link", "SECOND")
    assert kept.sign_ins.prove_by_link("browser", "link", "new", NOW).request_id == request_id
    for proof in ("link", "second link"):
        with pytest.raises(StaffSignInOver):
            kept.sign_ins.prove_by_link("browser", proof, "newer", NOW)


@pytest.mark.parametrize("browser", ["another", "", "link"])
def test_5_only_the_browser_that_asked_can_prove(kept: Kept, browser: str) -> None:
    kept.armed()
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.prove_by_link(browser, "link", "new", NOW)
    kept.sign_ins.prove_by_link("browser", "link", "new", NOW)


def test_5_a_proven_sign_in_goes_on_under_the_new_secret_alone(kept: Kept) -> None:
    kept.armed()
    kept.sign_ins.prove_by_code("browser", "CODE", "new", NOW)
    assert kept.sign_ins.proven("new", NOW).address == ADDRESS
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.proven("browser", NOW)


def test_5_a_link_serves_once_in_a_race(kept: Kept) -> None:
    kept.armed()
    together, won = Barrier(6), []

    def race(number: int) -> None:
        together.wait()
        try:
            kept.sign_ins.prove_by_link("browser", "link", f"new {number}", NOW)
            won.append(number)
        except StaffSignInOver:
            pass

    racers = [Thread(target=race, args=(number,)) for number in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 1


def test_5_a_right_code_that_another_one_overtakes_is_over(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.armed()
    count_try, overtaken = SqlStaffSignIns._count_try, []

    def counted(sign_ins: SqlStaffSignIns, browser: str, at: datetime) -> int:
        left = count_try(sign_ins, browser, at)
        if not overtaken:
            overtaken.append(browser)
            sign_ins.prove_by_code(browser, "CODE", "first", at)
        return left

    monkeypatch.setattr(SqlStaffSignIns, "_count_try", counted)
    if kept.engine is None:
        kept.sign_ins.prove_by_code("browser", "CODE", "first", NOW)
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.prove_by_code("browser", "CODE", "second", NOW)
    assert kept.sign_ins.proven("first", NOW).address == ADDRESS


def test_6_a_code_has_five_tries_and_the_link_is_good_all_the_same(kept: Kept) -> None:
    kept.armed()
    left = []
    for _ in range(5):
        with pytest.raises(StaffSignInCodeWrong) as wrong:
            kept.sign_ins.prove_by_code("browser", "WRONG", "new", NOW)
        left.append(wrong.value.facts["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.prove_by_code("browser", "CODE", "new", NOW)
    kept.sign_ins.prove_by_link("browser", "link", "new", NOW)


def test_7_a_newer_request_of_the_browser_ends_the_older_one(kept: Kept) -> None:
    kept.armed()
    kept.ask("newer", replaces="browser", at=NOW + timedelta(minutes=2))
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.prove_by_link("browser", "link", "new", NOW)


def test_8_a_proven_sign_in_waits_ten_minutes_and_is_finished_once(kept: Kept) -> None:
    kept.armed()
    kept.sign_ins.prove_by_link("browser", "link", "new", NOW)
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.proven("new", NOW + LIFE)
    kept.write(kept.sign_ins.finish("new", NOW))
    with pytest.raises(StaffSignInOver):
        kept.write(kept.sign_ins.finish("new", NOW))
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.proven("new", NOW)


def test_9_old_requests_are_forgotten(kept: Kept) -> None:
    old = kept.armed()
    kept.sign_ins.forget(NOW + timedelta(seconds=1))
    with pytest.raises(StaffSignInOver):
        kept.sign_ins.asked(old, NOW)
