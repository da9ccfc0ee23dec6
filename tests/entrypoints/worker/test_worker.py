"""The worker: mails go out once, again when the server was away, and never too late."""

import threading
import time
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import text

from application.ports.event_log import Job
from application.ports.mail import MailUnavailable
from application.ports.outbox import Share
from application.settling import SendReceipt
from application.sign_in import AskToSignIn, Redeem, SendSignIn, ask, redeeming
from domain.actor import System
from domain.customer_session import SignedIn
from entrypoints.container import Portal
from entrypoints.worker import run, work_once
from entrypoints.worker.housekeeping import forget_what_is_old
from entrypoints.worker.jobs import FIRST_PAUSE, LEASE, LONGEST_PAUSE, TRIES, Work, do, pause
from tests.entrypoints.web.customers import JANE, Seller, link_in, link_of
from tests.read_models.books import named


@pytest.fixture
def seller(portal: Portal) -> Seller:
    """The seller, with one customer."""
    seller = Seller(portal)
    seller.customer("Acme", "acme.com")
    return seller


def asked(portal: Portal, address: str = JANE) -> str:
    """Ask for a mail."""
    command = AskToSignIn(
        bill_group_id=named("Acme"),
        link=link_of("Acme"),
        address=address,
        language="de",
        network="192.0.2.1",
    )
    return ask(command, portal.sign_in_desk())


def statuses(portal: Portal) -> list[str]:
    """How the jobs of the outbox stand."""
    with portal.reading() as connection:
        return list(connection.execute(text("SELECT status FROM outbox ORDER BY job_id")).scalars())


def test_the_mail_is_in_the_readers_language_and_from_the_entity(seller: Seller) -> None:
    asked(seller.portal)
    seller.works()
    [mail] = seller.mails
    assert (mail.envelope_to, mail.language) == (JANE, "de")
    assert mail.from_name == "Northwind"
    assert mail.reply_to == "billing@northwind.example"
    assert link_in(mail).startswith(f"/sign-in/{link_of('Acme')}#")


def test_no_secret_of_a_mail_is_ever_at_rest(seller: Seller) -> None:
    secret = asked(seller.portal)
    seller.works()
    token = link_in(seller.mails[0]).partition("#")[2]
    kept = ""
    with seller.portal.reading() as connection:
        for table in ("outbox", "sign_in_requests", "sign_in_proofs", "rate_limits"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                kept += repr(tuple(bytes(v) if isinstance(v, memoryview) else v for v in row))
    assert JANE in kept
    for hidden in (secret, token, seller.mails[0].text.splitlines()[-1]):
        assert hidden not in kept


def test_a_mail_server_that_is_away_is_tried_again(seller: Seller) -> None:
    asked(seller.portal)
    seller.portal.mail().time_out()
    assert work_once(seller.portal) == 1
    assert work_once(seller.portal) == 0
    seller.portal.mail().recover()
    seller.portal.clock().advance(FIRST_PAUSE)
    assert work_once(seller.portal) == 1
    assert len(seller.mails) == 1
    assert statuses(seller.portal) == ["done"]


def test_every_attempt_has_its_own_secrets_and_all_stay_good(seller: Seller) -> None:
    secret = asked(seller.portal)
    seller.portal.mail().answer_late()
    seller.works()
    seller.portal.mail().recover()
    seller.portal.clock().advance(FIRST_PAUSE)
    seller.works()
    first, second = seller.mails
    assert link_in(first) != link_in(second)
    assert first.message_id != second.message_id
    token = link_in(first).partition("#")[2]
    command = Redeem(by="link", proof=token, asked=secret)
    handler = redeeming(seller.portal.sign_in_desk())
    seller.portal.bus().execute(handler, command, System("web"))
    assert len(seller.told(SignedIn)) == 1


def test_a_mail_whose_ten_minutes_are_over_is_not_sent(seller: Seller) -> None:
    asked(seller.portal)
    seller.portal.clock().advance(timedelta(minutes=10))
    seller.works()
    assert seller.mails == []
    assert statuses(seller.portal) == ["expired"]


def test_a_mail_that_the_server_refuses_has_bounced_at_once(seller: Seller) -> None:
    asked(seller.portal)
    seller.portal.mail().refuse()
    seller.works()
    assert statuses(seller.portal) == ["bounced"]


def test_a_job_that_only_a_newer_version_knows_waits_for_it(seller: Seller) -> None:
    job = Job("something_new", SendSignIn(named("x")))
    seller.portal.log().save(jobs=[job])
    seller.works()
    assert statuses(seller.portal) == ["waiting"]


def test_two_workers_never_do_the_same_job(seller: Seller) -> None:
    for number in range(20):
        asked(seller.portal, f"jane{number}@acme.com")
    workers = [threading.Thread(target=seller.works) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(mail.envelope_to for mail in seller.mails) == sorted(
        f"jane{number}@acme.com" for number in range(20)
    )


def test_a_worker_that_died_leaves_its_job_to_the_next(seller: Seller) -> None:
    asked(seller.portal)
    outbox, clock = seller.portal.outbox(), seller.portal.clock()
    [dead] = outbox.claim(clock.now(), timedelta(minutes=2), 1)
    seller.works()
    assert seller.mails == []
    clock.advance(timedelta(minutes=2))
    seller.works()
    assert len(seller.mails) == 1
    outbox.finish(dead, "failed", clock.now(), "too late")
    assert statuses(seller.portal) == ["done"]


def test_the_loop_starts_new_work_at_once_and_stops_when_told(seller: Seller) -> None:
    stop = threading.Event()
    loop = threading.Thread(target=run, args=(seller.portal, stop))
    loop.start()
    try:
        time.sleep(0.3)
        asked(seller.portal)
        until = time.monotonic() + 5
        while not seller.mails and time.monotonic() < until:
            time.sleep(0.01)
        assert len(seller.mails) == 1
    finally:
        stop.set()
        loop.join(10)
    assert not loop.is_alive()


def test_the_loop_outlives_a_database_that_is_away(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, tries = seller.portal.outbox(), []
    there = outbox.is_waiting

    def away(at: datetime, share: Share) -> bool:
        tries.append(at)
        if len(tries) == 1:
            raise ConnectionError("the database is away")
        return there(at, share)

    monkeypatch.setattr(outbox, "is_waiting", away)
    asked(seller.portal)
    stop = threading.Event()
    loop = threading.Thread(target=run, args=(seller.portal, stop))
    loop.start()
    until = time.monotonic() + 10
    while not seller.mails and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    loop.join(10)
    assert len(seller.mails) == 1


@pytest.mark.parametrize("spread", [0.5, 1.0])
def test_a_receipt_outlives_a_weekend_without_a_mail_server(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, spread: float
) -> None:
    monkeypatch.setattr("random.uniform", lambda *_: spread)
    clock = seller.portal.clock()
    seller.portal.log().save(jobs=[Job("send_receipt", SendReceipt(named("NW-1")))])
    until = clock.now() + timedelta(hours=72)
    while clock.now() < until:
        tried(seller.portal, away)
        clock.advance(timedelta(minutes=10))
    assert statuses(seller.portal) == ["waiting"]
    clock.advance(LONGEST_PAUSE)
    tried(seller.portal, lambda *_: None)
    assert statuses(seller.portal) == ["done"]


def test_what_no_server_takes_for_days_has_failed(seller: Seller) -> None:
    seller.portal.log().save(jobs=[Job("send_receipt", SendReceipt(named("NW-1")))])
    for _ in range(TRIES):
        tried(seller.portal, away)
        seller.portal.clock().advance(LONGEST_PAUSE)
    assert statuses(seller.portal) == ["failed"]


def tried(portal: Portal, work: Work) -> None:
    """Do the one job, if it is due."""
    for job in portal.outbox().claim(portal.clock().now(), LEASE, 1):
        do(portal, {job.kind: work}, job)


def away(*_: object) -> None:
    raise MailUnavailable("The mail server did not answer.")


def test_pauses_grow_and_are_spread() -> None:
    for attempt in (*range(1, TRIES), 10_000):
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt - 1, 20))
        assert longest / 2 <= pause(attempt) <= longest


def test_what_is_old_is_deleted_and_nothing_else(seller: Seller) -> None:
    asked(seller.portal)
    seller.works()
    clock = seller.portal.clock()
    clock.advance(timedelta(hours=23))
    forget_what_is_old(seller.portal)
    assert seller.portal.sign_in_requests().networks(clock.now() - timedelta(days=2)) == (1, 1)
    clock.advance(timedelta(hours=2))
    forget_what_is_old(seller.portal)
    assert seller.portal.sign_in_requests().networks(clock.now() - timedelta(days=2)) == (0, 0)
    clock.advance(timedelta(days=30))
    forget_what_is_old(seller.portal)
    assert statuses(seller.portal) == []


def test_the_job_carries_nothing_but_the_request(seller: Seller) -> None:
    asked(seller.portal)
    clock = seller.portal.clock()
    [job] = seller.portal.outbox().claim(clock.now(), timedelta(minutes=2), 1)
    assert msgspec.json.decode(job.payload).keys() == {"request_id"}
