"""A real SMTP server on loopback, and what arrived in it."""

import re
import threading
from collections import defaultdict
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.journeys.running import free_port

PATIENCE = 40.0
LINK = re.compile(r"^(http\S+)$", re.MULTILINE)
CODE = re.compile(r"^\s*([0-9A-Z]{4}[- ]?[0-9A-Z]{4})\s*$", re.MULTILINE)


class Letter:
    """One mail as its reader sees it."""

    def __init__(self, message: EmailMessage) -> None:
        self.subject = str(message["Subject"])
        part = message.get_body(("plain",))
        assert part is not None, "a mail without a text part"
        self.text = "\n".join(part.get_content().splitlines())

    @property
    def link(self) -> str:
        """The link to open."""
        return self._first(LINK)

    @property
    def code(self) -> str:
        """The code to type."""
        return self._first(CODE)

    def _first(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self.text)
        assert found, self.text
        return found[1]


class Mailbox:
    """Takes every mail; `await_letter` gives the next one that was not read yet."""

    def __init__(self) -> None:
        self.port = free_port()
        self._unread: dict[str, list[Letter]] = defaultdict(list)
        self._arrived = threading.Condition()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._server.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a mail that arrives."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        with self._arrived:
            for address in envelope.rcpt_tos:
                self._unread[address].append(Letter(message))
            self._arrived.notify_all()
        return "250 Accepted"

    def unread(self, address: str) -> list[str]:
        """Give the subjects of what came to an address and was not read yet."""
        return [one.subject for one in self._unread[address]]

    def await_letter(self, address: str, about: str = "") -> Letter:
        """Wait for the next mail to an address with these words in its subject."""

        def next_one() -> Letter | None:
            return next((one for one in self._unread[address] if about in one.subject), None)

        with self._arrived:
            came = self._arrived.wait_for(next_one, PATIENCE)
            told = self.unread(address)
            assert came, f"no such mail to {address} within {PATIENCE:.0f} s, only {told}"
            self._unread[address].remove(came)
            return came
