"""What every way of handing mails over promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.email_mailbox import EmailMailbox
from adapters.email_mailgun import EmailMailgun
from adapters.email_message import written
from adapters.email_smtp import EmailSmtp
from adapters.memory.mail import MemoryMail
from application.ports.mail import MailPort, MailRefused, MailUnavailable
from tests import mail_provider
from tests.adapters.smtp_server import Postmaster, running
from tests.contracts.mails import A_MAIL, a_mail


@dataclass
class Post:
    """An adapter with what a test needs around it."""

    port: MailPort
    letters: Callable[[], list[tuple[list[str], bytes]]]
    break_down: Callable[[], None]


@pytest.fixture(params=["memory", "smtp", "mailbox", "mailgun"])
def post(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Post]:
    if request.param == "memory":
        yield in_memory()
    elif request.param == "mailbox":
        yield in_a_file(tmp_path / "mailbox.db")
    elif request.param == "mailgun":
        yield from through_mailgun()
    else:
        yield from through_smtp()


def in_memory() -> Post:
    mail = MemoryMail()
    return Post(
        mail,
        lambda: [
            ([sent.envelope_to], letter)
            for sent, letter in zip(mail.sent, mail.letters, strict=True)
        ],
        mail.time_out,
    )


def in_a_file(path: Path) -> Post:
    mailbox = EmailMailbox(path)

    def break_down() -> None:
        path.unlink(missing_ok=True)
        path.mkdir()

    return Post(
        mailbox,
        lambda: [([kept.to], mailbox.letter(kept.id)) for kept in reversed(mailbox.newest())],
        break_down,
    )


def through_smtp() -> Iterator[Post]:
    postmaster = Postmaster()
    with running(postmaster) as server:
        yield Post(
            EmailSmtp(server),
            lambda: [(one.rcpt_tos, one.original_content or b"") for one in postmaster.envelopes],
            lambda: postmaster.answers.update(DATA="451 try again later"),
        )


def through_mailgun() -> Iterator[Post]:
    office = mail_provider.PostOffice()

    def break_down() -> None:
        office.answer = (503, "try again later")

    with mail_provider.running(office) as account:
        yield Post(EmailMailgun(account), lambda: office.letters, break_down)


def read(letter: bytes) -> EmailMessage:
    message = message_from_bytes(letter, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_1_a_mail_that_was_sent_has_been_taken(post: Post) -> None:
    post.port.send(A_MAIL)
    assert len(post.letters()) == 1


def test_2_the_only_recipient_is_the_one_given(post: Post) -> None:
    post.port.send(A_MAIL)
    [(recipients, letter)] = post.letters()
    assert recipients == ["jane@acme.com"]
    assert [one.addr_spec for one in read(letter)["To"].addresses] == ["jane@acme.com"]
    assert "Cc" not in read(letter)
    assert "Bcc" not in read(letter)


@pytest.mark.parametrize(
    "address",
    [
        "=?utf-8?q?=61=40evil.com=3e?=x@corp.com",
        "=?utf-8?b?YUBldmlsLmNvbT4=?=@corp.com",
        "jane@acme.com, joe@evil.com",
        "jane@acme.com\r\nBcc: joe@evil.com",
        "Jane <jane@acme.com>",
        '"joe@evil.com"@acme.com',
        "jane%evil.com@acme.com",
        "(joe@evil.com)jane@acme.com",
        "Jane@acme.com",
        "jane@bücher.de",
        "jane",
        "",
    ],
)
def test_2_a_mail_that_could_reach_another_mailbox_is_refused(post: Post, address: str) -> None:
    with pytest.raises(MailRefused):
        post.port.send(a_mail(envelope_to=address))
    assert post.letters() == []


def test_3_headers_and_both_parts_say_what_was_given(post: Post) -> None:
    post.port.send(A_MAIL)
    message = read(post.letters()[0][1])
    assert message["From"] == "Northwind Ltd <billing@northwind.example>"
    assert message["Reply-To"] == "support@northwind.example"
    assert message["Subject"] == "Sign in to Northwind"
    assert message["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert message["Message-ID"] == A_MAIL.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "en"
    assert part(message, "plain") == A_MAIL.text
    assert part(message, "html") == A_MAIL.html


@pytest.mark.parametrize(
    ("given_as", "sent_as"),
    [
        ("Support@Northwind.Example", "support@northwind.example"),
        ("hilfe@bücher.de", "hilfe@xn--bcher-kva.de"),
        ("billing@localhost", "billing@localhost"),
        ("billing@mail.internal", "billing@mail.internal"),
    ],
)
def test_3_the_seller_may_write_from_any_address_of_theirs(
    post: Post, given_as: str, sent_as: str
) -> None:
    post.port.send(a_mail(from_address=given_as, reply_to=given_as))
    message = read(post.letters()[0][1])
    assert [one.addr_spec for one in message["From"].addresses] == [sent_as]
    assert [one.addr_spec for one in message["Reply-To"].addresses] == [sent_as]


@pytest.mark.parametrize(
    "address", ["", "x", "a@b\r\nBcc: c@d", "A <a@b.com>", "=?utf-8?q?x?=@b.com"]
)
def test_3_what_is_no_address_is_no_sender_and_takes_no_replies(post: Post, address: str) -> None:
    for changes in ({"from_address": address}, {"reply_to": address}):
        with pytest.raises(MailRefused):
            post.port.send(a_mail(**changes))
    assert post.letters() == []


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize(
    "words",
    [
        "Hello\r\nBcc: joe@evil.com",
        "Hello\r\n\r\n<p>Other body</p>",
        "Hello\x0bBcc: joe@evil.com\x85X: y\u2028Z: a",
        "=?utf-8?q?Hello=0d=0aBcc:_joe=40evil.com?=",
        "=??utf-8?q?Hello=0d=0aBcc:_joe=40evil.com?=",
        'Hello" <joe@evil.com>, "x',
        "joe@evil.com",
        "a" * 300 + "\r\nBcc: joe@evil.com",
        "Müller, Söhne; (ehemals) <joe@evil.com>: " * 9,
        "half \ud800 a character",
        "\u202egpj.exe",
        "",
    ],
)
def test_4_words_never_become_headers_or_recipients(post: Post, words: str) -> None:
    post.port.send(a_mail(subject=words, from_name=words))
    [(recipients, letter)] = post.letters()
    message = read(letter)
    assert recipients == ["jane@acme.com"]
    assert [one.addr_spec for one in message["From"].addresses] == [A_MAIL.from_address]
    assert message.keys() == read(written(A_MAIL)).keys()
    assert "\n" not in str(message["Subject"])
    assert "=?" not in str(message["Subject"])


def test_5_the_same_mail_again_goes_out_again_with_the_same_message_id(post: Post) -> None:
    post.port.send(A_MAIL)
    post.port.send(A_MAIL)
    ids = [read(letter)["Message-ID"] for _, letter in post.letters()]
    assert ids == [A_MAIL.message_id] * 2


@pytest.mark.parametrize("message_id", ["", "019a@portal.example", "<a@b>\r\nBcc: joe@evil.com"])
def test_6_what_cannot_be_delivered_is_refused(post: Post, message_id: str) -> None:
    with pytest.raises(MailRefused):
        post.port.send(a_mail(message_id=message_id))


def test_7_what_nobody_takes_now_is_unavailable(post: Post) -> None:
    post.break_down()
    with pytest.raises(MailUnavailable):
        post.port.send(A_MAIL)


STOP = f"https://portal.northwind.example/stop-mail/{UUID(int=1)}/invoice_available/{'a_-' * 14}"
LONG_ID = f"<{UUID(int=1)}.invoice_available@billing-mail.northwind.example>"


def test_8_a_mail_that_can_be_turned_off_says_by_which_link_and_by_one_post(post: Post) -> None:
    post.port.send(a_mail(unsubscribe=STOP))
    post.port.send(A_MAIL)
    off, always = (read(letter) for _, letter in post.letters())
    assert off["List-Unsubscribe"] == f"<{STOP}>"
    assert off["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(always.keys())


def test_8_links_and_ids_stand_on_one_line_as_they_are(post: Post) -> None:
    post.port.send(a_mail(unsubscribe=STOP, message_id=LONG_ID))
    [(_, letter)] = post.letters()
    lines = letter.decode().splitlines()
    assert f"List-Unsubscribe: <{STOP}>" in lines
    assert f"Message-ID: {LONG_ID}" in lines


@pytest.mark.parametrize(
    "link",
    ["", "mailto:x@evil.com", f"{STOP}>, <https://evil.com/", f"{STOP}\r\nBcc: joe@evil.com"],
)
def test_8_what_is_no_link_turns_nothing_off(post: Post, link: str) -> None:
    with pytest.raises(MailRefused):
        post.port.send(a_mail(unsubscribe=link))
    assert post.letters() == []


def test_memory_misbehaves_on_request() -> None:
    mail = MemoryMail()
    mail.refuse()
    with pytest.raises(MailRefused):
        mail.send(A_MAIL)
    mail.recover()
    mail.answer_late()
    with pytest.raises(MailUnavailable):
        mail.send(A_MAIL)
    assert mail.sent == [A_MAIL]


def test_a_mail_in_a_log_shows_neither_its_words_nor_its_reader() -> None:
    assert repr(A_MAIL) == "OutgoingMail('<019a.1@portal.northwind.example>')"


WORDS = st.text(st.sampled_from(' ,.;:<>@()"\\=?\r\nüé株aB9_') | st.characters(), max_size=120)


@given(WORDS, WORDS)
def test_4_any_name_and_subject_can_be_sent_and_stay_words(name: str, subject: str) -> None:
    message = read(written(a_mail(from_name=name, subject=subject)))
    assert [one.addr_spec for one in message["From"].addresses] == [A_MAIL.from_address]
    assert message.keys() == read(written(A_MAIL)).keys()
