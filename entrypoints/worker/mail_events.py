"""Takes what a mail provider reports: marks the mail that came back, and its address."""

from datetime import timedelta

from application.ports.mail_events import MAIL_EVENTS, BounceReported
from entrypoints.container import Portal
from entrypoints.worker.jobs import JobLater

FASTER = timedelta(minutes=5)
"""A report can be faster than the worker that hands the mail over; it is waited for so long."""

PAUSE = timedelta(seconds=20)


def read_mail_event(portal: Portal, event_id: str, body: bytes) -> None:
    """Take one report; what is about no mail of ours is nothing. Raises JobLater."""
    for report in portal.mail_events().bounces(body):
        _take(portal, report)
    portal.webhook_inbox().note_read(MAIL_EVENTS, event_id, portal.clock().now())


def _take(portal: Portal, report: BounceReported) -> None:
    now = portal.clock().now()
    if portal.mail_queue().note_bounced(report.message_id, report.why):
        portal.bounces().note(report.address, report.why, report.at)
    elif now - report.at < FASTER:
        raise JobLater(now + PAUSE, "The mail is not known yet.")
