"""The mails: what was sent, to whom, what waits, what failed and why, and sending again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.mail_queue import SendMailAgain, sending_again
from application.ports.mail_queue import (
    MAILS,
    SIGN_INS,
    MailStatus,
    MailUnknown,
    QueuedMail,
    Wanted,
)
from domain.aggregate import Refusal
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking
from entrypoints.admin.said import said_of
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.mail_kinds import KINDS
from read_models import mail_queue
from read_models.mail_queue import Subject

A_DAY = timedelta(days=1)
A_PAGE = 50
ALL_OF_THEM = 50_000

STATUSES: dict[MailStatus, tuple[str, str]] = {
    "waiting": ("info", phrase("Waiting")),
    "held": ("warn", phrase("Held after a restore")),
    "sent": ("ok", phrase("Sent")),
    "bounced": ("bad", phrase("Bounced")),
    "failed": ("bad", phrase("Failed")),
    "expired": ("none", phrase("Expired")),
}
"""Each status with the kind of its pill and its words."""

OF_A_RESTORE = (
    phrase("It waited when the backup was made, and may have been sent since."),
    phrase("The record was restored from a backup."),
)
"""What a restored backup says of the mails that it voids, so that it can be translated."""


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    kind: str = ""
    status: str = ""
    bill_group: str = ""


class Shown(msgspec.Struct, frozen=True):
    """One mail with the names of what it is about."""

    mail: QueuedMail
    subject: Subject | None
    address: str | None

    @property
    def again(self) -> bool:
        """Whether it can be sent again."""
        return self.mail.kind not in SIGN_INS and self.mail.status != "waiting"


@page("/mail", guards=[allow("billing")])
def mails(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    bill_group: FromQuery[UUID | None] = None,
    below: FromQuery[UUID | None] = None,
    above: FromQuery[UUID | None] = None,
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """List the mails, the newest first."""
    asked = Asked(q or "", kind or "", status or "", str(bill_group or ""))
    return _listed(staff, portal, asked, below, above, again=done == "again")


@page("/mail.csv", guards=[allow("billing")])
def mail_file(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    kind: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    bill_group: FromQuery[UUID | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    asked = Asked(q or "", kind or "", status or "", str(bill_group or ""))
    found = portal.mail_queue().page(_wanted(portal, asked), ALL_OF_THEM)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        lines = [_line(shown) for shown in _shown(portal, found)]
    return csv_file("mails.csv", header, lines)


@sends("/mail/{job_id:uuid}/again", guards=[allow("billing")])
def send_again(staff: Entered, portal: Wired, job_id: FromPath[UUID]) -> Response[Any]:
    """Let the worker send a mail once more."""
    try:
        portal.bus().execute(sending_again(portal.mail_queue()), SendMailAgain(job_id), staff.actor)
    except MailUnknown as unknown:
        raise NotFoundException from unknown
    except Refusal as refusal:
        why = said_of("", refusal, staff.language)[""]
        return _listed(staff, portal, Asked(), None, None, refused=why)
    return go("/mail?done=again")


def _listed(  # noqa: PLR0913 - what is asked, from where on, and what is said
    staff: StaffEntry,
    portal: Portal,
    asked: Asked,
    below: UUID | None,
    above: UUID | None,
    *,
    again: bool = False,
    refused: str | None = None,
) -> Response[str]:
    wanted = _wanted(portal, asked)
    queue = portal.mail_queue()
    found = list(queue.page(wanted, A_PAGE + 1, below=below, above=above))
    more = len(found) > A_PAGE
    rows = found[-A_PAGE:] if above else found[:A_PAGE]
    newer, older = (more, True) if above else (below is not None, more)
    counts = queue.counts(wanted)
    return show(
        "admin/mail_queue/list.html",
        staff.page("mail"),
        422 if refused else 200,
        rows=_shown(portal, rows),
        asked=asked,
        counts=counts,
        total=sum(counts.values()),
        subject=_subject(portal, asked),
        kinds=KINDS,
        statuses=STATUSES,
        previous=asked.url("/mail", above=rows[0].job_id) if rows and newer else None,
        next=asked.url("/mail", below=rows[-1].job_id) if rows and older else None,
        held_back=portal.sign_in_requests().held_back(staff.now - A_DAY),
        again=again,
        refused=refused,
    )


def _wanted(portal: Portal, asked: Asked) -> Wanted:
    groups: tuple[UUID, ...] | None = (UUID(asked.bill_group),) if asked.bill_group else None
    if asked.q.strip():
        with portal.reading() as connection:
            named = mail_queue.bill_groups_like(connection, asked.q)
        groups = named if groups is None else tuple(one for one in groups if one in named)
    status = next((known for known in get_args(MailStatus) if known == asked.status), None)
    kind = asked.kind if asked.kind in MAILS else None
    return Wanted(status=status, kind=kind, bill_group_ids=groups)


def _subject(portal: Portal, asked: Asked) -> Subject | None:
    """Name the bill group whose mails are asked for alone."""
    if not asked.bill_group:
        return None
    bill_group_id = UUID(asked.bill_group)
    with portal.reading() as connection:
        return mail_queue.subjects(connection, {bill_group_id}).get(bill_group_id)


def _shown(portal: Portal, found: Sequence[QueuedMail]) -> list[Shown]:
    groups = {mail.bill_group_id for mail in found if mail.bill_group_id}
    grants = {mail.grant_id for mail in found if mail.grant_id}
    with portal.reading() as connection:
        subjects = mail_queue.subjects(connection, groups)
        addresses = mail_queue.addresses(connection, grants)
    return [
        Shown(
            mail,
            subjects.get(mail.bill_group_id) if mail.bill_group_id else None,
            mail.address or (addresses.get(mail.grant_id) if mail.grant_id else None),
        )
        for mail in found
    ]


_COLUMNS = (
    phrase("Mail"),
    phrase("Account"),
    phrase("Bill group"),
    phrase("Email"),
    phrase("Status"),
    phrase("Tries"),
    phrase("Made (UTC)"),
    phrase("Ended (UTC)"),
    phrase("Problem"),
)


def _line(shown: Shown) -> list[object]:
    mail = shown.mail
    return [
        gettext(KINDS[mail.kind]),
        shown.subject.account if shown.subject else None,
        shown.subject.bill_group if shown.subject else None,
        shown.address,
        gettext(STATUSES[mail.status][1]),
        mail.attempts,
        mail.created_at.isoformat(),
        mail.finished_at.isoformat() if mail.finished_at else None,
        mail.problem,
    ]


ROUTES = (mails, mail_file, send_again)
