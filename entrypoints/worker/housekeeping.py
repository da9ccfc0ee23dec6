"""What is due by the clock: sessions that ran out or lost their grant, and old rows."""

from datetime import timedelta
from uuid import UUID

from application import staff_session
from application.customer_session import EndSession, ending
from application.preview import end_previews_of_ended_sessions
from domain.actor import System
from domain.customer_session import SessionEndCause
from entrypoints.container import Portal
from read_models import entry as entries

WORKER = System("worker")
AT_ONCE = 100
"""So many sessions are ended in one round, so that mails do not wait behind them."""

KEEP_REQUESTS = timedelta(days=1)
KEEP_COUNTS = timedelta(hours=2)
KEEP_SESSIONS = timedelta(days=90)
KEEP_JOBS = timedelta(days=30)
KEEP_WEBHOOKS = timedelta(days=90)
KEEP_BILLING_EMAILS = timedelta(days=30)
KEEP_IMPORTS = timedelta(days=365)


def end_lapsed_sessions(portal: Portal) -> int:
    """Record the end of sessions that ran out; gives how many."""
    lapsed = portal.sessions().lapsed(portal.clock().now(), AT_ONCE)
    for session in lapsed:
        _end(portal, session.session_id, "expired")
    return len(lapsed)


def end_lapsed_staff_sessions(portal: Portal) -> int:
    """Record the end of staff sessions that ran out; gives how many."""
    return staff_session.end_lapsed_sessions(portal.staff_door())


def end_previews(portal: Portal) -> int:
    """Record the end of previews whose staff session is over; gives how many."""
    return end_previews_of_ended_sessions(portal.preview_room())


def end_uncovered_sessions(portal: Portal) -> int:
    """Record the end of sessions that no grant covers any more; they were refused at once."""
    with portal.reading() as connection:
        uncovered = entries.uncovered_sessions(connection, portal.clock().now(), AT_ONCE)
    for session_id in uncovered:
        _end(portal, session_id, "revoked")
    return len(uncovered)


def _end(portal: Portal, session_id: UUID, cause: SessionEndCause) -> None:
    session = portal.sessions().get(session_id)
    if session is not None:
        command = EndSession(session_id, cause, session.last_used_at)
        portal.bus().execute(ending(portal.sessions()), command, WORKER)


def forget_what_is_old(portal: Portal) -> None:
    """Delete what was kept long enough."""
    now = portal.clock().now()
    portal.sign_in_requests().forget(now - KEEP_REQUESTS)
    portal.rate_limits().forget(now - KEEP_COUNTS)
    portal.sessions().forget(now - KEEP_SESSIONS)
    portal.staff_sign_ins().forget(now - KEEP_REQUESTS)
    portal.staff_sessions().forget(now - KEEP_SESSIONS)
    portal.second_factors().forget(now - KEEP_REQUESTS)
    portal.previews().forget(now - KEEP_SESSIONS)
    portal.outbox().forget(now - KEEP_JOBS)
    portal.billing_emails().forget(now - KEEP_BILLING_EMAILS)
    portal.import_runs().forget(now - KEEP_IMPORTS)
    portal.webhook_inbox().forget(now - KEEP_WEBHOOKS)
