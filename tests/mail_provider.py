"""A stand-in for Mailgun on loopback: takes and keeps mails, and signs reports as Mailgun does."""

import hmac
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from adapters.email_mailgun import MailgunDomain

TOKEN, KEY, DOMAIN = "key-of-the-tests", "signing key of the tests", "mg.northwind.example"


class PostOffice:
    """What the provider does; `answer` says otherwise."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []
        self.fields: list[dict[str, bytes]] = []
        self.answer: tuple[int, str] | None = None

    def take(self, path: str, login: str, kind: str, body: bytes) -> tuple[int, str]:
        """Answer one request as Mailgun's MIME endpoint does."""
        if self.answer is not None:
            return self.answer
        if login != f"api:{TOKEN}":
            return 401, "Forbidden"
        if path != f"/v3/{DOMAIN}/messages.mime":
            return 404, json.dumps({"message": "Domain not found"})
        fields = _fields(kind, body)
        if "to" not in fields:
            return 400, json.dumps({"message": "to parameter is missing"})
        self.fields.append(fields)
        self.letters.append(([fields["to"].decode()], fields["message"]))
        return 200, json.dumps({"id": "<1@mg>", "message": "Queued. Thank you."})


def _fields(kind: str, body: bytes) -> dict[str, bytes]:
    """Read a multipart form byte for byte."""
    boundary = b"--" + kind.partition("boundary=")[2].encode()
    found = {}
    for part in body.split(boundary)[1:-1]:
        head, _, value = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = message_from_bytes(head + b"\r\n\r\n").get_param(
            "name", header="content-disposition"
        )
        found[str(name)] = value.removesuffix(b"\r\n")
    return found


@contextmanager
def running(office: PostOffice) -> Iterator[MailgunDomain]:
    """Run it in a thread; gives the account that reaches it."""

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            login = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
            status, said = office.take(self.path, login, self.headers["Content-Type"], body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield MailgunDomain(
            domain=DOMAIN, token=TOKEN, url=f"http://127.0.0.1:{server.server_port}", timeout=10.0
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def report(
    message_id: str,
    recipient: str,
    at: float,
    *,
    token: str = "t" * 50,
    event: str = "failed",
    severity: str = "permanent",
    key: str = KEY,
) -> bytes:
    """Write a webhook's body, signed; the mail's Message-ID stands without its brackets."""
    timestamp = str(int(at))
    signature = hmac.digest(key.encode(), f"{timestamp}{token}".encode(), sha256).hex()
    return json.dumps(
        {
            "signature": {"timestamp": timestamp, "token": token, "signature": signature},
            "event-data": {
                "event": event,
                "severity": severity,
                "reason": "bounce",
                "id": "DACSsAdVSeGpLid7TN03WA",
                "timestamp": at,
                "recipient": recipient,
                "delivery-status": {"code": 550, "message": f"5.1.1 no mailbox {recipient}"},
                "message": {"headers": {"message-id": message_id.strip("<>"), "to": recipient}},
            },
        }
    ).encode()
