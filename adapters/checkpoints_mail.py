"""Mails checkpoints to somebody who keeps mails: an auditor's mailbox, an archive."""

from collections.abc import Callable

from application.ports.checkpoint_places import CheckpointPlaceUnavailable, CheckpointRefused
from application.ports.mail import MailPort, MailRefused, MailUnavailable, OutgoingMail

Writing = Callable[[int, str], OutgoingMail]
"""Writes the mail that carries a checkpoint: its size and its note."""


class CheckpointsMail:
    """Implements `CheckpointPlace` by mail: what was sent can neither be taken back nor seen."""

    def __init__(self, mail: MailPort, written: Writing) -> None:
        self._mail = mail
        self._written = written

    def keep(self, size: int, note: str) -> None:
        """Send it; whether another note was sent for this size only the mailbox can tell."""
        try:
            self._mail.send(self._written(size, note))
        except MailRefused as refused:
            raise CheckpointRefused(refused.why) from refused
        except MailUnavailable as away:
            raise CheckpointPlaceUnavailable(away.why) from away
