"""The SMTP adapter against a real server: its answers, its silences, its certificate."""

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.email_smtp import EmailSmtp, SmtpServer
from application.ports.mail import MailBounced, MailRefused, MailUnavailable
from tests.adapters.smtp_server import Postmaster, free_port, running
from tests.contracts.mails import A_MAIL, a_mail


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", ["550", "554", "501"])
def test_a_permanent_no_is_refused(command: str, code: str) -> None:
    postmaster = Postmaster()
    postmaster.answers[command] = f"{code} no, for jane@acme.com"
    with running(postmaster) as server, pytest.raises(MailRefused) as refusal:
        EmailSmtp(server).send(A_MAIL)
    assert refusal.value.why == f"The mail server said: {code} no, for the recipient"


@pytest.mark.parametrize(("command", "bounced"), [("MAIL", False), ("RCPT", True), ("DATA", True)])
def test_a_no_bounces_the_recipient_unless_it_is_about_the_sender(
    command: str, bounced: bool
) -> None:
    postmaster = Postmaster()
    postmaster.answers[command] = "550 no"
    with running(postmaster) as server, pytest.raises(MailRefused) as refusal:
        EmailSmtp(server).send(A_MAIL)
    assert isinstance(refusal.value, MailBounced) is bounced


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("code", ["421", "450", "452"])
def test_a_passing_no_is_unavailable(command: str, code: str) -> None:
    postmaster = Postmaster()
    postmaster.answers[command] = f"{code} later"
    with running(postmaster) as server, pytest.raises(MailUnavailable):
        EmailSmtp(server).send(A_MAIL)


def test_a_bad_goodbye_does_not_undo_a_mail_that_was_taken() -> None:
    postmaster = Postmaster()
    postmaster.answers["QUIT"] = "554 oh no"
    with running(postmaster) as server:
        EmailSmtp(server).send(A_MAIL)
    assert len(postmaster.envelopes) == 1


def test_nobody_at_home_is_unavailable() -> None:
    nobody = SmtpServer(host="127.0.0.1", port=free_port(), security="none", timeout=1.0)
    with pytest.raises(MailUnavailable):
        EmailSmtp(nobody).send(A_MAIL)


@contextmanager
def saying(*lines: bytes) -> Iterator[SmtpServer]:
    """A server that says these lines to whoever connects, and then nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with listening.accept()[0] as caller:
                for line in lines:
                    caller.sendall(line)
                while caller.recv(1024):
                    pass

        thread = Thread(target=answer)
        thread.start()
        port = int(listening.getsockname()[1])
        yield SmtpServer(host="127.0.0.1", port=port, security="none", timeout=0.3)
        thread.join(5)


@pytest.mark.parametrize(
    "lines", [[], [b"554 go away\r\n"], [b"220 hi\r\n"], [b"HTTP/1.1 400 Bad Request\r\n"]]
)
def test_silence_and_nonsense_are_unavailable(lines: list[bytes]) -> None:
    with saying(*lines) as server, pytest.raises(MailUnavailable):
        EmailSmtp(server).send(A_MAIL)


def test_the_envelope_names_the_sender_and_the_one_recipient() -> None:
    postmaster = Postmaster()
    with running(postmaster) as server:
        EmailSmtp(server).send(a_mail(envelope_to="o'brien+x=y@acme.ie"))
    [envelope] = postmaster.envelopes
    assert envelope.mail_from == "billing@northwind.example"
    assert envelope.rcpt_tos == ["o'brien+x=y@acme.ie"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def secured(server: SmtpServer, certificate: Path | None, **changes: str) -> SmtpServer:
    authorities = None if certificate is None else str(certificate)
    return msgspec.structs.replace(
        server, **{"security": "starttls", "authorities": authorities} | changes
    )


def test_starttls_and_a_login_carry_the_mail(tls: ssl.SSLContext, certificate: Path) -> None:
    postmaster = Postmaster()
    with running(postmaster, tls=tls, password="geheim") as server:
        EmailSmtp(secured(server, certificate, name="portal", password="geheim")).send(A_MAIL)
    assert len(postmaster.envelopes) == 1


def test_a_wrong_password_says_nothing_about_the_mail(
    tls: ssl.SSLContext, certificate: Path
) -> None:
    with running(Postmaster(), tls=tls, password="geheim") as server:
        wrong = EmailSmtp(secured(server, certificate, name="portal", password="falsch"))
        with pytest.raises(MailUnavailable) as trouble:
            wrong.send(A_MAIL)
    assert trouble.value.why == "The mail server does not let the portal in (535)."


def test_what_stands_in_the_way_of_every_mail_is_said_without_sending_one(
    tls: ssl.SSLContext, certificate: Path
) -> None:
    postmaster = Postmaster()
    with running(postmaster, tls=tls, password="geheim") as server:
        said = [
            EmailSmtp(secured(server, vouched, name="portal", password=password)).trouble(
                "billing@northwind.example"
            )
            for vouched, password in (
                (certificate, "geheim"),
                (certificate, "falsch"),
                (None, "geheim"),
            )
        ]
    assert said == [
        None,
        "The mail server does not let the portal in (535).",
        "The mail server could not be talked to (SSLCertVerificationError).",
    ]
    assert postmaster.envelopes == []


def test_a_certificate_that_nobody_vouches_for_carries_no_mail(tls: ssl.SSLContext) -> None:
    postmaster = Postmaster()
    with running(postmaster, tls=tls) as server, pytest.raises(MailUnavailable):
        EmailSmtp(secured(server, None)).send(A_MAIL)
    assert postmaster.envelopes == []


def test_a_server_that_cannot_starttls_gets_no_mail_in_clear(certificate: Path) -> None:
    postmaster = Postmaster()
    with running(postmaster) as server, pytest.raises(MailUnavailable):
        EmailSmtp(secured(server, certificate)).send(A_MAIL)
    assert postmaster.envelopes == []


def test_mail_in_clear_goes_to_this_machine_only() -> None:
    with pytest.raises(ValueError, match="this machine"):
        SmtpServer(host="smtp.acme.com", security="none")


def test_a_login_that_smtp_cannot_say_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        SmtpServer(host="smtp.acme.com", name="portal", password="schlüssel")
