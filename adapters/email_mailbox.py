"""The demo's mailbox: mails go nowhere and can be looked at, in one small SQLite file."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import msgspec

from adapters.email_message import written
from application.ports.mail import MailUnavailable, OutgoingMail

_SCHEMA = "CREATE TABLE IF NOT EXISTS mails (id INTEGER PRIMARY KEY, letter BLOB NOT NULL) STRICT"


class KeptMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as its reader would see it. `dated` is the Date header as it was written."""

    id: int
    to: str
    from_name: str
    from_address: str
    reply_to: str
    subject: str
    dated: str
    message_id: str
    text: str
    html: str


class EmailMailbox:
    """Keeps the promises of `application.ports.mail` by keeping the mails."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: OutgoingMail) -> None:
        """Keep the mail. Raises MailUnavailable when the file cannot be written."""
        letter = written(message)
        try:
            with self._file() as file:
                file.execute("INSERT INTO mails (letter) VALUES (?)", (letter,))
        except (sqlite3.Error, OSError) as trouble:
            raise MailUnavailable("The demo's mailbox cannot be written.") from trouble

    def newest(self, limit: int = 50) -> list[KeptMail]:
        """The mails that came last, newest first."""
        question = "SELECT id, letter FROM mails ORDER BY id DESC LIMIT ?"
        with self._file() as file:
            return [_read(*row) for row in file.execute(question, (limit,))]

    def files(self) -> list[Path]:
        """Name the file, and those that SQLite keeps beside it."""
        return sorted(self._path.parent.glob(f"{self._path.name}*"))

    def forget(self, words: Sequence[str]) -> None:
        """Delete the mails that name one of these words."""
        named = [
            (mail.id,)
            for mail in self.newest(-1)
            if any(word.casefold() in repr(mail).casefold() for word in words)
        ]
        with self._file() as file:
            file.executemany("DELETE FROM mails WHERE id = ?", named)
            file.commit()
            file.execute("VACUUM")

    def get(self, mail_id: int) -> KeptMail | None:
        """One mail, or None when there is none with this id."""
        question = "SELECT id, letter FROM mails WHERE id = ?"
        with self._file() as file:
            row = file.execute(question, (mail_id,)).fetchone()
        return _read(*row) if row else None

    def letter(self, mail_id: int) -> bytes:
        """The bytes of a mail that is kept, as they would have travelled."""
        question = "SELECT letter FROM mails WHERE id = ?"
        with self._file() as file:
            return bytes(file.execute(question, (mail_id,)).fetchone()[0])

    @contextmanager
    def _file(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one statement, so that any number of processes can share it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=5)) as file, file:
            file.execute(_SCHEMA)
            yield file


def _read(mail_id: int, letter: bytes) -> KeptMail:
    message = message_from_bytes(letter, policy=default)
    sender = message["From"].addresses[0]
    return KeptMail(
        id=mail_id,
        to=message["To"].addresses[0].addr_spec,
        from_name=sender.display_name,
        from_address=sender.addr_spec,
        reply_to=message["Reply-To"].addresses[0].addr_spec,
        subject=message["Subject"],
        dated=message["Date"],
        message_id=message["Message-ID"],
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())
