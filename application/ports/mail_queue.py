"""The mails of the outbox, for staff to look at and to send again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.aggregate import Refusal

MailStatus: TypeAlias = Literal["waiting", "held", "sent", "bounced", "failed", "expired"]

SIGN_INS = ("send_sign_in", "send_staff_sign_in")
"""The kinds whose content is a secret of one moment: never sent again by staff."""

MAILS = (
    *SIGN_INS,
    "send_access_granted",
    "send_new_browser",
    "send_billing_email_confirmation",
    "send_billing_email_notice",
    "send_billing_email_undone",
    "send_invoice_available",
    "send_details_changed",
    "send_methods_changed",
    "send_receipt",
    "send_payment_failed",
    "send_review_reminder",
)
"""The kinds of jobs that are mails."""


class MailUnknown(Refusal):
    """There is no such mail."""

    code = "mail_unknown"


class MailStillWaiting(Refusal):
    """It waits for its next try anyway."""

    code = "mail_still_waiting"


class SignInNotSentAgain(Refusal):
    """A sign-in mail is asked for by the person who signs in, and by nobody else."""

    code = "sign_in_not_sent_again"


class QueuedMail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail: what it is, whom it is about, how it went. `problem` is a sentence.

    A *held* one waited when a backup was made that was restored; it may have been sent since. A
    *bounced* one was refused when it was handed over, or by the recipient's side later.
    """

    job_id: UUID
    kind: str
    status: MailStatus
    bill_group_id: UUID | None
    grant_id: UUID | None
    address: str | None
    attempts: int
    created_at: datetime
    due_at: datetime
    finished_at: datetime | None
    problem: str | None


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which mails: of a status, of a kind, of some bill groups; None is all."""

    status: MailStatus | None = None
    kind: str | None = None
    bill_group_ids: tuple[UUID, ...] | None = None


class MailQueue(Protocol):
    """What the mail queue promises.

    1. `page` gives mails only, the newest first: those older than `below`, or, nearest first, those
       newer than `above`.
    2. `counts` gives how many there are of each status, whichever status is wanted.
    3. `mail` gives one. `sending_again` makes a mail that ended due now, with all its tries, beside
       the event that says who decided it, once in a race; sign-in mails never, and what still
       waits neither.
    4. `note_bounced` makes a mail that was sent bounced, by its Message-ID, and says whether there
       is one; a second report of the same changes nothing more.
    """

    def page(
        self, wanted: Wanted, size: int, *, below: UUID | None = None, above: UUID | None = None
    ) -> Sequence[QueuedMail]:
        """Give some mails."""

    def counts(self, wanted: Wanted) -> dict[MailStatus, int]:
        """Count them by status."""

    def mail(self, job_id: UUID) -> QueuedMail:
        """Give one mail. Raises MailUnknown."""

    def sending_again(self, job_id: UUID, at: datetime) -> Beside:
        """Let the worker try once more. Raises MailUnknown, -StillWaiting, SignInNotSentAgain."""

    def note_bounced(self, message_id: str, why: str) -> bool:
        """Note that a mail came back; `why` is a sentence."""
