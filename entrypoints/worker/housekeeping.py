"""What is due by the clock: sessions that ran out or lost their grant, and old rows."""

from datetime import timedelta
from uuid import UUID

from application import erasure_again, staff_session
from application.customer_session import EndSession, ending
from application.preview import end_previews_of_ended_sessions
from domain.actor import System
from domain.customer_session import SessionEndCause
from entrypoints.container import Portal
from read_models import entry as entries

WORKER = System("worker")
AT_ONCE = 100
"""So many sessions are ended in one round, so that mails do not wait behind them."""

KEEP_COUNTS = timedelta(hours=2)
"""No window of a limit reaches further back."""


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
    """Delete what was kept as long as the settings say."""
    now, keep = portal.clock().now(), portal.settings()
    requests = now - timedelta(days=keep.keep_requests_days)
    sessions = now - timedelta(days=keep.keep_sessions_days)
    mails = now - timedelta(days=keep.keep_mails_days)
    portal.sign_in_requests().forget(requests)
    portal.rate_limits().forget(now - KEEP_COUNTS)
    portal.sessions().forget(sessions)
    portal.staff_sign_ins().forget(requests)
    portal.staff_sessions().forget(sessions)
    portal.second_factors().forget(requests)
    portal.previews().forget(sessions)
    portal.outbox().forget(mails)
    portal.billing_emails().forget(mails)
    portal.import_runs().forget(now - timedelta(days=keep.keep_imports_days))
    portal.bounces().forget_old(now - timedelta(days=keep.keep_bounces_days))
    portal.webhook_inbox().forget(now - timedelta(days=keep.keep_webhooks_days))


def finish_erasures(portal: Portal) -> int:
    """Carry out erasures that were decided and cut off; gives how many keys that were."""
    return erasure_again.finish_erasures(portal.registrar())
