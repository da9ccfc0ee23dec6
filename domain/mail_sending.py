"""What people decided about mails of the portal: to send one again."""

from typing import ClassVar
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event


class MailSentAgain(Event, frozen=True):
    """A staff member had a mail sent once more; its stream is the mail.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "mail.sent_again.v1"

    mail: str
    bill_group_id: UUID | None = None


class MailSending(Aggregate):
    """One mail; whether it may be sent again is known where it is kept."""

    def send_again(self, mail: str, bill_group_id: UUID | None, *, by: Act) -> None:
        """Note who had it sent again; `mail` is the kind of its job."""
        self.record(MailSentAgain, by, mail=mail, bill_group_id=bill_group_id)
