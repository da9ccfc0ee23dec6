"""Mails to look at that live as long as this process."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from application.ports.event_log import Beside
from application.ports.mail_queue import (
    MAILS,
    SIGN_INS,
    MailStatus,
    MailStillWaiting,
    MailUnknown,
    QueuedMail,
    SignInNotSentAgain,
    Wanted,
)


class MemoryMailQueue:
    """Implements `MailQueue` over the mails that it is given."""

    def __init__(self, mails: Sequence[QueuedMail] = (), sent: Mapping[str, UUID] = {}) -> None:
        """`sent` names the mails by their Message-IDs."""
        self._sent = dict(sent)
        self._mails = {mail.job_id: mail for mail in mails if mail.kind in MAILS}

    def page(
        self, wanted: Wanted, size: int, *, below: UUID | None = None, above: UUID | None = None
    ) -> Sequence[QueuedMail]:
        """Give some mails."""
        found = sorted(self._found(wanted), key=lambda mail: mail.job_id, reverse=True)
        if above is not None:
            return [mail for mail in found if mail.job_id > above][-size:]
        return [mail for mail in found if below is None or mail.job_id < below][:size]

    def counts(self, wanted: Wanted) -> dict[MailStatus, int]:
        """Count them by status."""
        return dict(Counter(mail.status for mail in self._found(replace(wanted, status=None))))

    def mail(self, job_id: UUID) -> QueuedMail:
        """Give one mail."""
        if job_id not in self._mails:
            raise MailUnknown
        return self._mails[job_id]

    def sending_again(self, job_id: UUID, at: datetime) -> Beside:
        """Let the worker try once more."""

        def write(_: object) -> None:
            mail = self.mail(job_id)
            if mail.kind in SIGN_INS:
                raise SignInNotSentAgain
            if mail.status == "waiting":
                raise MailStillWaiting
            again = replace(mail, status="waiting", attempts=0, due_at=at, finished_at=None)
            self._mails[job_id] = replace(again, problem=None)

        return write

    def note_bounced(self, message_id: str, why: str) -> bool:
        """Note that a mail came back."""
        mail = self._mails.get(self._sent.get(message_id, UUID(int=0)))
        if mail is None or mail.status not in {"sent", "bounced"}:
            return False
        self._mails[mail.job_id] = replace(mail, status="bounced", problem=why)
        return True

    def _found(self, wanted: Wanted) -> list[QueuedMail]:
        groups = wanted.bill_group_ids
        return [
            mail
            for mail in self._mails.values()
            if wanted.status in {None, mail.status}
            and wanted.kind in {None, mail.kind}
            and (groups is None or mail.bill_group_id in groups)
        ]
