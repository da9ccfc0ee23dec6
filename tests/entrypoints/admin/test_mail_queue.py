"""Billing staff see every mail, and send again what did not arrive."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import insert, update

from adapters.backups import voiding
from adapters.database import writing
from adapters.event_store.log import job_row
from adapters.schema import OUTBOX
from application.portal_access import SendAccessGranted
from application.ports.event_log import Job
from application.sign_in import AskToSignIn, ask
from application.staff_sign_in import SendStaffSignIn
from domain.actor import Staff
from domain.mail_sending import MailSentAgain
from entrypoints.admin import mail_queue
from entrypoints.wording.audit import because, by_whom, what
from read_models import audit_history
from read_models.audit_history import Sought
from tests.entrypoints.admin.books import customer, seller
from tests.entrypoints.admin.desk import Desk, staff_member


@pytest.fixture
def group(desk: Desk) -> UUID:
    """A bill group, and somebody of billing who is signed in."""
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "billing", name="Ann Berg"))
    return customer(desk.portal)


def queued(desk: Desk, group: UUID, status: str, problem: str | None = None) -> UUID:
    """Queue an invite that ended like this."""
    job = Job("send_access_granted", SendAccessGranted(group, UUID(int=4)), group)
    return stored(desk, job, status, problem)


def stored(desk: Desk, job: Job, status: str, problem: str | None = None) -> UUID:
    row = job_row(job)
    row |= {"status": status, "problem": problem, "attempts": 0 if status == "waiting" else 8}
    with writing(desk.portal.engine()) as connection:
        connection.execute(insert(OUTBOX).values(row))
    found: UUID = row["job_id"]  # type: ignore[assignment]
    return found


def test_the_list_says_what_was_sent_to_whom_and_what_went_wrong(desk: Desk, group: UUID) -> None:
    queued(desk, group, "failed", "The mail server said: 550 no such mailbox")
    stored(desk, Job("send_staff_sign_in", SendStaffSignIn(UUID(int=1))), "done")
    desk.open("/mail")
    assert "Access granted" in desk.words
    assert "ACME Ltd Europe" in desk.words
    assert "550 no such mailbox" in desk.words
    assert "Sign-in of staff" in desk.words


def test_sign_in_mails_that_the_limits_held_back_are_counted(desk: Desk, group: UUID) -> None:
    desk.open("/mail")
    assert "held back" not in desk.words
    desk_of_customers, now = desk.portal.sign_in_desk(), desk.portal.clock().now()
    command = AskToSignIn(
        bill_group_id=group, link="link", address="jane@acme.com", language="en", network="x"
    )
    for _ in range(3):
        ask(command, desk_of_customers)
    desk.open("/mail")
    assert "2 sign-in mails of the last day were held back" in desk.words
    desk.portal.clock().set(now + timedelta(minutes=14))
    ask(command, desk_of_customers)
    desk.open("/mail")
    assert "2 sign-in mails of the last day were held back" in desk.words


def test_what_the_portal_says_of_a_mail_is_in_the_readers_language(desk: Desk, group: UUID) -> None:
    queued(desk, group, "expired", "Its content was no longer good.")
    queued(desk, group, "failed", "The mail server said: 100% full")
    desk.client.headers["Accept-Language"] = "de"
    desk.open("/mail")
    assert "Der Inhalt galt nicht mehr." in desk.words
    assert "The mail server said: 100% full" in desk.words
    assert set(mail_queue.OF_A_RESTORE) == {voiding.HELD, voiding.GONE}


def test_a_failed_mail_is_sent_again(desk: Desk, group: UUID) -> None:
    job_id = queued(desk, group, "failed", "The mail server was away.")
    desk.open("/mail")
    desk.send(f"/mail/{job_id}/again")
    assert "The mail is sent again within seconds." in desk.words
    assert "Waiting" in desk.words
    assert "The mail server was away." not in desk.words
    assert desk.send(f"/mail/{job_id}/again").status_code == 422


def test_who_had_a_mail_sent_again_stands_in_the_record(desk: Desk, group: UUID) -> None:
    job_id = queued(desk, group, "failed")
    desk.open("/mail")
    desk.send(f"/mail/{job_id}/again")
    desk.send(f"/mail/{job_id}/again")
    log = desk.portal.log()
    notes = log.recorder.select_notifications(1, 1000, topics=[MailSentAgain.topic])
    [event] = [log.mapper.decode(note.topic, bytes(note.state)) for note in notes]
    assert isinstance(event, MailSentAgain)
    assert (event.stream_id, event.mail, event.bill_group_id) == (
        job_id,
        "send_access_granted",
        group,
    )
    with desk.portal.reading() as connection:
        [row] = audit_history.everything(connection, Sought(kind="mails"))
    assert isinstance(row.actor, Staff)
    names = {row.actor.staff_id: "Ann Berg"}
    assert (what(row.topic)[1], by_whom(row.actor, names)) == ("Mail sent again", "Ann Berg")
    assert because(row, "UTC") == ["Access granted"]


def test_a_sign_in_mail_is_never_sent_again(desk: Desk, group: UUID) -> None:
    job_id = stored(desk, Job("send_staff_sign_in", SendStaffSignIn(UUID(int=1))), "failed")
    desk.open("/mail")
    assert "Send again" not in desk.words
    assert desk.send(f"/mail/{job_id}/again").status_code == 422
    assert "Sign-in mails are never sent again." in desk.words


def test_an_unknown_mail_is_not_found(desk: Desk, group: UUID) -> None:
    desk.open("/mail")
    assert desk.send(f"/mail/{UUID(int=99)}/again").status_code == 404


def test_the_list_is_searched_and_filtered(desk: Desk, group: UUID) -> None:
    other = customer(desk.portal, "Umbrella")
    queued(desk, group, "failed")
    queued(desk, other, "waiting")
    assert "Umbrella" not in _words(desk, "/mail?q=acme")
    assert "ACME" not in _words(desk, "/mail?q=umbr")
    assert "ACME" not in _words(desk, "/mail?status=waiting")
    assert "No mail fits" in _words(desk, "/mail?kind=send_new_browser")
    assert "No mail fits" in _words(desk, "/mail?q=nobody")


def test_a_bill_groups_page_leads_to_all_of_its_mails_and_to_no_other(
    desk: Desk, group: UUID
) -> None:
    other = customer(desk.portal, "Globex")
    queued(desk, group, "failed", "550 of ACME")
    queued(desk, other, "failed", "550 of Globex")
    seller(desk.portal)
    assert f"/mail?bill_group={group}" in desk.open(f"/bill-groups/{group}").text
    desk.open(f"/mail?bill_group={group}")
    assert "Of ACME Ltd, Europe." in desk.words
    assert "550 of ACME" in desk.words
    assert "550 of Globex" not in desk.words
    assert "No mail fits" in _words(desk, f"/mail?bill_group={group}&q=globex")
    assert "Globex" not in desk.client.get(f"/mail.csv?bill_group={group}").text


def test_an_empty_list_explains_itself(desk: Desk, group: UUID) -> None:
    assert "No mails yet" in _words(desk, "/mail")


def test_pages_go_on_from_the_oldest_mail_shown(desk: Desk, group: UUID) -> None:
    for number in range(60):
        queued(desk, group, "failed", f"Problem {number:02}")
    first = _words(desk, "/mail")
    assert "Problem 59" in first
    assert "Problem 09" not in first
    assert "Problem 09" in _words(desk, _link(desk, "next"))
    assert "Problem 10" not in desk.words
    assert "Problem 59" in _words(desk, _link(desk, "prev"))


def test_the_list_is_given_to_a_spreadsheet(desk: Desk, group: UUID) -> None:
    job_id = queued(desk, group, "failed")
    with writing(desk.portal.engine()) as connection:
        changed = update(OUTBOX).where(OUTBOX.c.job_id == job_id).values(problem="=1+1")
        connection.execute(changed)
    file = desk.client.get("/mail.csv")
    assert "ACME Ltd" in file.text
    assert "'=1+1" in file.text


def _words(desk: Desk, path: str) -> str:
    desk.open(path)
    return desk.words.partition("Actions")[2] or desk.words


def _link(desk: Desk, way: str) -> str:
    assert desk.page is not None
    found = re.search(rf'rel="{way}" href="([^"]+)"', desk.page.text)
    assert found
    return unescape(found[1])
