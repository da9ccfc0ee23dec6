"""The worker's loop: claims jobs as they come, and keeps house in between.

What waits for a payment provider has a thread of its own for each account, so that one that is slow
or away holds up neither mails nor the other accounts.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
import structlog

from application.ports.event_log import RecordNewer
from application.ports.outbox import EVERYTHING, Share
from entrypoints.container import Portal
from entrypoints.worker.access_mail import send_access_granted
from entrypoints.worker.access_reviews import (
    open_next_reviews,
    remind_of_reviews,
    send_review_reminder,
)
from entrypoints.worker.auto_pay import collect_due_invoices
from entrypoints.worker.billing_email_mail import (
    send_billing_email_confirmation,
    send_billing_email_notice,
    send_billing_email_undone,
)
from entrypoints.worker.change_mails import send_details_changed, send_methods_changed
from entrypoints.worker.checkpoints import send_checkpoints, sign_the_record
from entrypoints.worker.housekeeping import (
    end_lapsed_sessions,
    end_lapsed_staff_sessions,
    end_previews,
    end_uncovered_sessions,
    finish_erasures,
    forget_what_is_old,
)
from entrypoints.worker.invoice_mail import send_invoice_available
from entrypoints.worker.invoice_papers import prepare_invoice_documents
from entrypoints.worker.jobs import LEASE, NEWER_PAUSE, Work, do
from entrypoints.worker.new_browser_mail import send_new_browser
from entrypoints.worker.paying import follow_payment, reconcile_payments
from entrypoints.worker.payment_mails import send_payment_failed, send_receipt
from entrypoints.worker.payment_methods import follow_set_up, remove_method_at_provider
from entrypoints.worker.sign_in_mail import send_sign_in
from entrypoints.worker.staff_sign_in import send_staff_sign_in
from entrypoints.worker.webhooks import read_webhook

log = structlog.get_logger("portal.worker")

JOBS: dict[str, Work] = {
    "follow_payment": follow_payment,
    "follow_set_up": follow_set_up,
    "prepare_invoice_documents": prepare_invoice_documents,
    "read_webhook": read_webhook,
    "remove_method_at_provider": remove_method_at_provider,
    "send_access_granted": send_access_granted,
    "send_billing_email_confirmation": send_billing_email_confirmation,
    "send_billing_email_notice": send_billing_email_notice,
    "send_billing_email_undone": send_billing_email_undone,
    "send_payment_failed": send_payment_failed,
    "send_details_changed": send_details_changed,
    "send_invoice_available": send_invoice_available,
    "send_methods_changed": send_methods_changed,
    "send_new_browser": send_new_browser,
    "send_receipt": send_receipt,
    "send_review_reminder": send_review_reminder,
    "send_sign_in": send_sign_in,
    "send_staff_sign_in": send_staff_sign_in,
}
"""What each kind of job in the outbox does: a function of the portal and the payload."""

NAP = 0.1
"""Seconds between two looks at the outbox: new work starts within 200 ms."""

PAUSE_AFTER_TROUBLE = 1.0


class Chore(msgspec.Struct):
    """Something done every so many seconds."""

    work: Callable[[Portal], object]
    every: float
    due: float = 0.0

    def do_when_due(self, portal: Portal) -> None:
        """Do it, unless it was done just now."""
        now = time.monotonic()
        if now >= self.due:
            self.due = now + self.every
            self.work(portal)


class Lane(msgspec.Struct):
    """What one thread of a worker does, one after another: its share of the jobs, and chores."""

    share: Share
    chores: list[Chore]


def lanes(portal: Portal) -> list[Lane]:
    """Give the lanes of a worker: one for each payment provider account, and one for the rest."""
    accounts = tuple(portal.payment_providers().names())
    return [*(_of_account(name) for name in accounts), Lane(Share(others=accounts), _house())]


def _of_account(name: str) -> Lane:
    compare = partial(reconcile_payments, account=name)
    return Lane(Share(lane=name), [Chore(compare, every=600.0)])


def _house() -> list[Chore]:
    return [
        Chore(end_uncovered_sessions, every=1.0),
        Chore(end_lapsed_sessions, every=10.0),
        Chore(end_lapsed_staff_sessions, every=10.0),
        Chore(end_previews, every=10.0),
        Chore(sign_the_record, every=1.0),
        Chore(send_checkpoints, every=5.0),
        Chore(remind_of_reviews, every=60.0),
        Chore(open_next_reviews, every=60.0),
        Chore(finish_erasures, every=3_600.0),
        Chore(forget_what_is_old, every=600.0),
        Chore(collect_due_invoices, every=60.0),
    ]


def run(portal: Portal, stop: threading.Event) -> None:
    """Work until told to stop. A database, mail server or provider that is away is waited for."""
    *beside, here = lanes(portal)
    threads = [threading.Thread(target=_keep_to, args=(portal, lane, stop)) for lane in beside]
    for thread in threads:
        thread.start()
    _keep_to(portal, here, stop)
    for thread in threads:
        thread.join()


def _keep_to(portal: Portal, lane: Lane, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            worked = work_once(portal, lane.share)
            _keep_house(portal, lane.chores)
            if not worked:
                stop.wait(NAP)
        except RecordNewer as newer:
            log.error("a newer version wrote this", topic=newer.topic)  # noqa: TRY400 - no trace
            stop.wait(NEWER_PAUSE.total_seconds())
        except Exception:
            log.exception("worker_round_failed")
            stop.wait(PAUSE_AFTER_TROUBLE)


def _keep_house(portal: Portal, chores: Sequence[Chore]) -> None:
    """Do what is due; a chore that fails keeps none of the others from being done."""
    for chore in chores:
        try:
            chore.do_when_due(portal)
        except RecordNewer:
            raise
        except Exception:
            log.exception("chore_failed")


def work_once(portal: Portal, share: Share = EVERYTHING) -> int:
    """Do the job of a share that has been due longest, if any; gives how many that were.

    One at a time, so that its lease is its own; more workers do more at once.
    """
    outbox, now = portal.outbox(), portal.clock().now()
    if not outbox.is_waiting(now, share):
        return 0
    jobs = outbox.claim(now, LEASE, 1, share)
    for job in jobs:
        do(portal, JOBS, job)
    return len(jobs)
