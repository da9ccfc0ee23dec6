"""A mail that comes back is bounced, at handover or by the provider's report; staff see it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from dependency_injector import providers
from litestar.testing import TestClient

from adapters.email_mailgun import EmailMailgun
from adapters.email_mailgun_events import MailgunEvents
from application.bill_group import ChangeDetail, change_detail
from application.mail_queue import SendMailAgain, sending_again
from application.ports.mail_queue import QueuedMail, Wanted
from domain.actor import Customer, System
from domain.bill_group import BillGroup, Contact
from entrypoints.container import Portal
from entrypoints.web.app import create
from entrypoints.worker import work_once
from entrypoints.worker.changes_together import MAILED_AFTER
from tests.entrypoints.admin.books import ACME, by, customer, seller
from tests.entrypoints.admin.desk import desk_of, staff_member
from tests.mail_provider import KEY, PostOffice, report, running

JANE = Customer("jane@acme.example", ACME, UUID(int=8))
READER = "ap@acme.example"


@pytest.fixture
def told(portal: Portal) -> Portal:
    """A bill group; its mail provider signs its reports."""
    seller(portal)
    customer(portal)
    group = portal.log().get(BillGroup, ACME)
    group.receive_contact("billing", Contact("Ane", READER), by=by(portal))
    portal.log().save(group)
    portal.mail_events.override(providers.Object(MailgunEvents(KEY)))
    return portal


@pytest.fixture
def outside(told: Portal) -> Iterator[TestClient[Any]]:
    """Whoever calls the portal from outside."""
    with TestClient(create(told), base_url=told.settings().web_url) as client:
        yield client


def change(portal: Portal, typed: str = "PO-1") -> None:
    command = ChangeDetail(ACME, "po_number", typed)
    portal.bus().execute(change_detail, command, JANE)
    portal.clock().advance(MAILED_AFTER)


def work(portal: Portal) -> None:
    while work_once(portal):
        pass


def queued(portal: Portal) -> QueuedMail:
    return portal.mail_queue().page(Wanted(kind="send_details_changed"), 9)[0]


def send_again(portal: Portal) -> None:
    command = SendMailAgain(queued(portal).job_id)
    portal.bus().execute(sending_again(portal.mail_queue()), command, System("test"))


def reported(portal: Portal, **changes: Any) -> bytes:
    message_id = portal.mail().sent[-1].message_id
    return report(message_id, READER, portal.clock().now().timestamp(), **changes)


def test_what_the_server_refuses_at_handover_has_bounced(told: Portal) -> None:
    change(told)
    told.mail().refuse()
    work(told)
    assert (queued(told).status, queued(told).problem) == (
        "bounced",
        "The mail server said: 550 no such mailbox",
    )
    assert told.bounces().of(READER) is not None
    told.mail().recover()
    send_again(told)
    work(told)
    assert queued(told).status == "sent"
    assert told.bounces().of(READER) is None, "a mail was taken again"


def test_what_the_provider_reports_has_bounced_once(told: Portal, outside: TestClient[Any]) -> None:
    change(told)
    work(told)
    body = reported(told)
    for _ in range(2):
        assert outside.post("/mail-events", content=body).status_code == 200
    work(told)
    assert queued(told).status == "bounced"
    assert str(queued(told).problem).startswith("The mail came back: 550 5.1.1")
    assert told.bounces().of(READER) is not None
    assert told.webhook_inbox().body("mail:events", "t" * 50) is None, "read, and forgotten"


def test_a_report_that_is_faster_than_the_worker_is_waited_for(
    told: Portal, outside: TestClient[Any]
) -> None:
    change(told)
    work(told)
    mail = told.mail().sent[-1]
    send_again(told)
    assert outside.post("/mail-events", content=reported(told)).status_code == 200
    told.mail().time_out()
    work(told)
    assert queued(told).status == "waiting"
    told.mail().recover()
    for _ in range(30):
        told.clock().advance(told_pause())
        work(told)
    assert queued(told).status == "bounced"
    assert told.mail().sent[-1].message_id == mail.message_id


def told_pause() -> Any:
    from entrypoints.worker.mail_events import PAUSE  # noqa: PLC0415 - used here alone

    return PAUSE


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"key": "another"}, 400), ({"event": "delivered"}, 200), ({"severity": "temporary"}, 200)],
)
def test_what_is_forged_or_no_bounce_marks_nothing(
    told: Portal, outside: TestClient[Any], changes: dict[str, str], status: int
) -> None:
    change(told)
    work(told)
    body = reported(told, **changes)
    assert outside.post("/mail-events", content=body).status_code == status
    work(told)
    assert queued(told).status == "sent"
    assert told.bounces().of(READER) is None


def test_a_token_counts_once_so_that_nobody_sends_it_again_with_another_story(
    told: Portal, outside: TestClient[Any]
) -> None:
    change(told)
    work(told)
    harmless = reported(told, event="delivered")
    outside.post("/mail-events", content=harmless)
    outside.post("/mail-events", content=harmless.replace(b"delivered", b"failed"))
    work(told)
    assert queued(told).status == "sent"


def test_a_report_of_no_mail_of_ours_and_one_too_long_change_nothing(
    told: Portal, outside: TestClient[Any]
) -> None:
    stranger = report("<x@y>", READER, told.clock().now().timestamp())
    assert outside.post("/mail-events", content=stranger).status_code == 200
    work(told)
    assert told.bounces().of(READER) is None
    assert outside.post("/mail-events", content=b" " * 300_000).status_code == 413


def test_without_a_key_there_is_no_such_address(told: Portal, outside: TestClient[Any]) -> None:
    told.mail_events.override(providers.Object(MailgunEvents("")))
    body = report("<x@y>", READER, 1.0, key="")
    assert outside.post("/mail-events", content=body).status_code == 404


def test_the_round_trip_through_the_provider_itself(told: Portal, outside: TestClient[Any]) -> None:
    office = PostOffice()
    with running(office) as account:
        told.mail.override(providers.Object(EmailMailgun(account)))
        change(told)
        work(told)
    [([recipient], letter)] = office.letters
    (line,) = [one for one in letter.splitlines() if one.startswith(b"Message-ID: ")]
    message_id = line.removeprefix(b"Message-ID: ").decode()
    body = report(message_id, recipient, told.clock().now().timestamp())
    outside.post("/mail-events", content=body)
    work(told)
    assert queued(told).status == "bounced"


def test_staff_see_the_address_and_the_mail_that_came_back(
    told: Portal, outside: TestClient[Any]
) -> None:
    change(told)
    work(told)
    outside.post("/mail-events", content=reported(told))
    work(told)
    with desk_of(told) as desk:
        desk.come_in(staff_member(told, "ann@seller.example", "billing", name="Ann Berg"))
        desk.open(f"/bill-groups/{ACME}")
        assert "Mails come back" in desk.words
        assert "550 5.1.1 no mailbox the recipient" in desk.words
        desk.open("/mail?status=bounced")
        assert "Details changed" in desk.words
        assert "Bounced" in desk.words
