"""What every mail queue promises."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import insert

from adapters.database import open_database, writing
from adapters.mail_queue import SqlMailQueue
from adapters.memory.mail_queue import MemoryMailQueue
from adapters.moments import micros
from adapters.schema import OUTBOX
from application.ports.mail_queue import (
    MailQueue,
    MailStillWaiting,
    MailUnknown,
    QueuedMail,
    SignInNotSentAgain,
    Wanted,
)
from tests.databases import Databases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
ACME, OTHER = UUID(int=101), UUID(int=102)

Queue = Callable[[list[QueuedMail]], MailQueue]


def mail(number: int, **facts: object) -> QueuedMail:
    given = {
        "job_id": UUID(int=number),
        "kind": "send_access_granted",
        "status": "failed",
        "bill_group_id": ACME,
        "grant_id": None,
        "address": None,
        "attempts": 8,
        "created_at": NOW,
        "due_at": NOW,
        "finished_at": NOW,
        "problem": "The mail server was away.",
        **facts,
    }
    return QueuedMail(**given)  # type: ignore[arg-type]


def message_id(given: QueuedMail) -> str:
    """Say how the mail was named when it was handed over."""
    return f"<{given.job_id}@host>"


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def queue(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: object
) -> Iterator[Queue]:
    if request.param == "memory":
        yield lambda mails: MemoryMailQueue(mails, {message_id(one): one.job_id for one in mails})
        return
    with databases.fresh(request.param, tmp_path) as url:  # type: ignore[arg-type]
        engine = open_database(url)

        def filled(mails: list[QueuedMail]) -> MailQueue:
            with writing(engine) as connection:
                connection.execute(insert(OUTBOX), [_row(each) for each in mails])
            return SqlMailQueue(engine)

        yield filled
        engine.dispose()


def _row(given: QueuedMail) -> dict[str, object]:
    row = msgspec.structs.asdict(given)
    subject = {"grant_id": row.pop("grant_id"), "address": row.pop("address")}
    known = {name: value for name, value in subject.items() if value is not None}
    return row | {
        "payload": msgspec.json.encode({**known, "else": 1}),
        "status": "done" if given.status == "sent" else given.status,
        "created_at": micros(given.created_at),
        "due_at": micros(given.due_at),
        "leased_until": 0,
        "message_id": message_id(given),
        "finished_at": None if given.finished_at is None else micros(given.finished_at),
    }


def send_again(made: MailQueue, job_id: UUID, at: datetime) -> None:
    """Have a mail sent again, as beside an event."""
    again = made.sending_again(job_id, at)
    if not isinstance(made, SqlMailQueue):
        again(None)
        return
    with writing(made.engine) as connection:
        again(connection)


def numbers(mails: object) -> list[int]:
    return [each.job_id.int for each in mails]  # type: ignore[attr-defined]


def test_1_mails_are_listed_the_newest_first_and_nothing_else_is(queue: Queue) -> None:
    first = mail(1, grant_id=UUID(int=7))
    second = mail(2, status="sent", address="jane@acme.com", problem=None)
    made = queue([first, second, mail(3, kind="render_pdf")])
    assert list(made.page(Wanted(), 10)) == [second, first]


def test_1_pages_go_on_from_a_mail_in_both_directions(queue: Queue) -> None:
    made = queue([mail(number) for number in range(1, 8)])
    assert numbers(made.page(Wanted(), 3)) == [7, 6, 5]
    assert numbers(made.page(Wanted(), 3, below=UUID(int=5))) == [4, 3, 2]
    assert numbers(made.page(Wanted(), 3, above=UUID(int=2))) == [5, 4, 3]


def test_1_only_what_is_wanted_is_listed(queue: Queue) -> None:
    made = queue(
        [
            mail(1),
            mail(2, status="waiting", finished_at=None),
            mail(3, bill_group_id=OTHER),
            mail(4, kind="send_new_browser"),
        ]
    )
    assert numbers(made.page(Wanted(status="waiting"), 9)) == [2]
    assert numbers(made.page(Wanted(kind="send_new_browser"), 9)) == [4]
    assert numbers(made.page(Wanted(bill_group_ids=(OTHER,)), 9)) == [3]
    assert numbers(made.page(Wanted(bill_group_ids=()), 9)) == []


def test_2_every_status_is_counted_whichever_is_wanted(queue: Queue) -> None:
    made = queue([mail(1), mail(2), mail(3, status="sent"), mail(4, bill_group_id=OTHER)])
    counts = made.counts(Wanted(status="sent", bill_group_ids=(ACME,)))
    assert counts == {"failed": 2, "sent": 1}


@pytest.mark.parametrize("status", ["failed", "expired", "sent"])
def test_3_a_mail_that_ended_is_sent_again_once(queue: Queue, status: str) -> None:
    made = queue([mail(1, status=status)])
    later = NOW.replace(hour=10)
    send_again(made, UUID(int=1), later)
    (again,) = made.page(Wanted(), 9)
    assert (again.status, again.attempts, again.due_at) == ("waiting", 0, later)
    assert (again.finished_at, again.problem) == (None, None)
    with pytest.raises(MailStillWaiting):
        send_again(made, UUID(int=1), later)


@pytest.mark.parametrize("kind", ["send_sign_in", "send_staff_sign_in"])
def test_3_a_sign_in_mail_is_never_sent_again(queue: Queue, kind: str) -> None:
    made = queue([mail(1, kind=kind)])
    with pytest.raises(SignInNotSentAgain):
        send_again(made, UUID(int=1), NOW)
    assert made.page(Wanted(), 9)[0].status == "failed"


def test_3_what_is_no_mail_is_unknown(queue: Queue) -> None:
    made = queue([mail(1, kind="render_pdf")])
    for number in (1, 2):
        with pytest.raises(MailUnknown):
            send_again(made, UUID(int=number), NOW)
        with pytest.raises(MailUnknown):
            made.mail(UUID(int=number))


def test_3_one_mail_is_given_alone(queue: Queue) -> None:
    assert queue([mail(1), mail(2)]).mail(UUID(int=2)) == mail(2)


def test_4_a_mail_that_came_back_is_bounced_with_the_reason(queue: Queue) -> None:
    sent, waits = mail(1, status="sent", problem=None), mail(2, status="waiting", finished_at=None)
    made = queue([sent, waits])
    for _ in range(2):
        assert made.note_bounced(message_id(sent), "550 no mailbox")
    (back,) = made.page(Wanted(status="bounced"), 9)
    assert (back.job_id, back.problem) == (sent.job_id, "550 no mailbox")
    assert made.counts(Wanted()) == {"bounced": 1, "waiting": 1}


def test_4_what_was_not_sent_and_what_is_not_known_cannot_come_back(queue: Queue) -> None:
    failed, waits = mail(1), mail(2, status="waiting", finished_at=None)
    made = queue([failed, waits])
    for name in (message_id(failed), message_id(waits), "<nobody@host>"):
        assert not made.note_bounced(name, "550 no mailbox")
    assert made.counts(Wanted()) == {"failed": 1, "waiting": 1}


def test_4_what_came_back_can_be_sent_again(queue: Queue) -> None:
    sent = mail(1, status="sent", problem=None)
    made = queue([sent])
    made.note_bounced(message_id(sent), "550 no mailbox")
    send_again(made, sent.job_id, NOW)
    assert made.counts(Wanted()) == {"waiting": 1}
