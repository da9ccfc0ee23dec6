"""Does one job of the outbox and notes how it went: done, again later, failed, or too late."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from application.ports.event_log import RecordNewer
from application.ports.failures import Refused, Unavailable
from application.ports.mail import MailBounced, OutgoingMail
from application.ports.outbox import ClaimedJob
from entrypoints.container import Portal
from entrypoints.http.languages import phrase

log = structlog.get_logger("portal.worker")

LEASE = timedelta(minutes=2)
"""How long a worker has for a job before another one may take it."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
TRIES = 155
"""Three days at least, however the pauses are spread: longer than a weekend without a server.

What is good for minutes only, such as a sign-in, ends by itself before that.
"""
NEWER_PAUSE = timedelta(seconds=30)
"""How long a worker leaves alone what a newer version of the portal wrote."""

Work: TypeAlias = Callable[[Portal, bytes], OutgoingMail | None]
"""Does a job of a payload; gives the mail that was handed over, if it was one."""


class JobExpired(Exception):  # noqa: N818 - named after the fact
    """What the job was for is over; it is not done any more. `why` is a sentence for staff."""

    def __init__(self, why: str = phrase("Its content was no longer good.")) -> None:
        super().__init__(why)
        self.why = why


class JobLater(Exception):  # noqa: N818 - named after the fact
    """What the job waits for has not happened yet: do it again at a moment in UTC."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until
        self.why = why


def do(portal: Portal, works: Mapping[str, Work], job: ClaimedJob) -> None:
    """Do a job once. Whatever goes wrong is noted on it, and the worker goes on.

    Raises RecordNewer with the job given back: only a newer version can do it.
    """
    outbox, clock = portal.outbox(), portal.clock()
    work = works.get(job.kind)
    if work is None:
        outbox.postpone(job, clock.now() + LONGEST_PAUSE, f"No worker here knows {job.kind}.")
        return
    try:
        mail = work(portal, job.payload)
    except RecordNewer:
        outbox.give_back(job, clock.now() + NEWER_PAUSE, phrase("It waits for the newer version."))
        raise
    except JobExpired as expired:
        outbox.finish(job, "expired", clock.now(), expired.why)
    except JobLater as later:
        outbox.postpone(job, later.until, later.why)
    except MailBounced as bounced:
        portal.bounces().note(bounced.address, bounced.why, clock.now())
        outbox.finish(job, "bounced", clock.now(), bounced.why)
    except Refused as refused:
        outbox.finish(job, "failed", clock.now(), refused.why)
    except Unavailable as unavailable:
        _again(portal, job, unavailable.why)
    except Exception as broken:
        log.exception("job_broken", kind=job.kind, job_id=str(job.job_id))
        _again(portal, job, f"A mistake of ours ({type(broken).__name__}).")
    else:
        _done(portal, job, mail)


def _done(portal: Portal, job: ClaimedJob, mail: OutgoingMail | None) -> None:
    now, message_id = portal.clock().now(), mail.message_id if mail else None
    portal.outbox().finish(job, "done", now, message_id=message_id)
    if mail is not None:
        portal.bounces().forget(mail.envelope_to)


def _again(portal: Portal, job: ClaimedJob, problem: str) -> None:
    now = portal.clock().now()
    if job.attempts >= TRIES:
        portal.outbox().finish(job, "failed", now, problem)
    else:
        portal.outbox().postpone(job, now + pause(job.attempts), problem)


def pause(attempts: int) -> timedelta:
    """Wait twice as long each time, spread by half, so that retries do not come all at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, 20)))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, keeps no secret
