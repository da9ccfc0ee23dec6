"""Sending a mail again, by decision of a person."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog
from application.ports.mail_queue import MailQueue
from domain.event import Act
from domain.mail_sending import MailSending


class SendMailAgain(msgspec.Struct, frozen=True):
    """Let the worker send a mail once more that ended."""

    job_id: UUID


Again: TypeAlias = Callable[[SendMailAgain, Act, EventLog], None]


def sending_again(queue: MailQueue) -> Again:
    """Give the handler. Raises MailUnknown, MailStillWaiting, SignInNotSentAgain."""

    def again(command: SendMailAgain, act: Act, log: EventLog) -> None:
        kept = queue.mail(command.job_id)
        sending = log.get(MailSending, command.job_id)
        sending.send_again(kept.kind, kept.bill_group_id, by=act)
        log.save(sending, beside=[queue.sending_again(command.job_id, act.at)])

    return again
