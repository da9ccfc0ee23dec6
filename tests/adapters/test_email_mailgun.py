"""What Mailgun answers, and what its reports are worth."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.email_mailgun import EmailMailgun, MailgunDomain
from adapters.email_mailgun_events import MailgunEvents
from application.ports.mail import MailBounced, MailRefused, MailUnavailable
from application.ports.payments import NoticeRefused, NoticesOff
from tests.contracts.mails import A_MAIL
from tests.mail_provider import DOMAIN, KEY, PostOffice, report, running

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
EVENTS = MailgunEvents(KEY)


def test_links_are_not_rewritten_so_that_nobody_else_learns_of_them() -> None:
    office = PostOffice()
    with running(office) as account:
        EmailMailgun(account).send(A_MAIL)
    assert office.fields[0]["o:tracking"] == b"no"


@pytest.mark.parametrize(
    ("status", "said", "family"),
    [
        (400, "'to' parameter is not a valid address: jane@acme.com", MailBounced),
        (400, "something else", MailRefused),
        (413, "too large", MailRefused),
        (401, "Forbidden", MailUnavailable),
        (402, "pay first", MailUnavailable),
        (403, "not activated", MailUnavailable),
        (404, "Domain not found", MailUnavailable),
        (429, "slow down", MailUnavailable),
        (500, "oops", MailUnavailable),
        (302, "elsewhere", MailUnavailable),
    ],
)
def test_every_answer_says_whether_to_try_again(
    status: int, said: str, family: type[Exception]
) -> None:
    office = PostOffice()
    office.answer = (status, said)
    with running(office) as account, pytest.raises(family) as failure:
        EmailMailgun(account).send(A_MAIL)
    assert type(failure.value) is family
    assert "jane@acme.com" not in str(failure.value)


def test_nobody_there_is_unavailable_and_said_to_the_doctor() -> None:
    nowhere = EmailMailgun(
        MailgunDomain(domain=DOMAIN, token="t", url="http://127.0.0.1:9", timeout=2.0)
    )
    with pytest.raises(MailUnavailable):
        nowhere.send(A_MAIL)
    assert "did not answer" in str(nowhere.trouble())


def test_the_doctor_asks_without_sending_anything() -> None:
    office = PostOffice()
    with running(office) as account:
        assert EmailMailgun(account).trouble() is None
        office.answer = (401, "Forbidden")
        assert "its token is not known" in str(EmailMailgun(account).trouble())
    assert office.letters == []


def accepted(body: bytes, now: datetime = NOW) -> str:
    return EVENTS.accept({}, body, now)


def test_a_report_is_known_by_its_token_and_tells_what_came_back() -> None:
    body = report("<1.receipt@host>", "Jane@Acme.com", NOW.timestamp())
    assert accepted(body) == "t" * 50
    (bounce,) = EVENTS.bounces(body)
    assert (bounce.message_id, bounce.address) == ("<1.receipt@host>", "jane@acme.com")
    assert bounce.at == NOW
    assert bounce.why == "The mail came back: 550 5.1.1 no mailbox the recipient"


def test_a_report_that_the_provider_repeats_for_hours_is_taken() -> None:
    body = report("<1@h>", "jane@acme.com", NOW.timestamp())
    assert accepted(body, NOW + timedelta(hours=8))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"signature": 1}',
        b'{"signature": {"timestamp": "1", "token": "t", "signature": ""}}',
        report("<1@h>", "jane@acme.com", NOW.timestamp(), key="another key"),
        report("<1@h>", "jane@acme.com", (NOW - timedelta(hours=10)).timestamp()),
        report("<1@h>", "jane@acme.com", (NOW + timedelta(minutes=6)).timestamp()),
        report("<1@h>", "jane@acme.com", NOW.timestamp()).replace(b'"token": "t', b'"token": "u'),
    ],
)
def test_what_is_forged_altered_or_old_is_refused(body: bytes) -> None:
    with pytest.raises(NoticeRefused):
        accepted(body)


def test_without_a_key_nothing_is_taken() -> None:
    with pytest.raises(NoticesOff):
        MailgunEvents("").accept({}, report("<1@h>", "j@a.com", NOW.timestamp(), key=""), NOW)


@pytest.mark.parametrize(
    "said",
    [{"event": "delivered"}, {"severity": "temporary"}, {"event": "opened"}],
)
def test_only_what_came_back_for_good_is_a_bounce(said: dict[str, str]) -> None:
    body = report("<1@h>", "jane@acme.com", NOW.timestamp(), **said)
    assert EVENTS.bounces(body) == []


def test_an_address_that_is_none_is_passed_over() -> None:
    assert EVENTS.bounces(report("<1@h>", "nobody", NOW.timestamp())) == []
