"""Access reviews by the clock: reminders of what is left, and the next review on its day."""

from datetime import timedelta

import msgspec

from application.access_review import (
    OpenNextAccessReview,
    RemindOfAccessReview,
    SendReviewReminder,
    open_next_access_review,
    remind_of_access_review,
)
from application.ports.mail import OutgoingMail
from domain.actor import System
from domain.review_days import REMIND
from entrypoints.container import Portal
from entrypoints.http.brands import nobodys_brand
from entrypoints.http.formats import day
from entrypoints.http.languages import speaking
from entrypoints.mails.compose import compose
from entrypoints.mails.letterhead import Letterhead
from entrypoints.reviewing import listed_now
from entrypoints.worker.jobs import JobExpired
from read_models import access_review, staff_list
from read_models.access_review import ReviewRow
from read_models.staff_list import Sought, StaffRow

WORKER = System("worker")
MOST = 1_000


def remind_of_reviews(portal: Portal) -> int:
    """Remind the auditors of reviews that are due soon or overdue; gives how many reviews."""
    soon = portal.clock().now().date() + timedelta(days=max(REMIND))
    with portal.reading() as connection:
        reviews = access_review.under_way(connection, soon)
        auditors = staff_list.found(connection, Sought(role="auditor", is_active=True), 0, MOST)
    ids = tuple(each.staff_id for each in auditors)
    for review_id in reviews:
        command = RemindOfAccessReview(review_id, ids)
        portal.bus().execute(remind_of_access_review, command, WORKER)
    return len(reviews)


def open_next_reviews(portal: Portal) -> int:
    """Begin the reviews whose day has come; gives how many. Each is begun once."""
    with portal.reading() as connection:
        due = access_review.due_to_repeat(connection, portal.clock().now().date())
        before = [access_review.one(connection, review_id) for review_id in due]
    opened = 0
    for review in before:
        if review is not None:
            position, listed = listed_now(portal, review.scope)
            command = OpenNextAccessReview(review.review_id, listed, position)
            next_id = portal.bus().execute(open_next_access_review, command, WORKER)
            opened += next_id is not None
    return opened


def send_review_reminder(portal: Portal, payload: bytes) -> OutgoingMail:
    """Mail one auditor what is left, while something is, in the language of their latest sign-in.

    Raises MailRefused, MailUnavailable.
    """
    job = msgspec.json.decode(payload, type=SendReviewReminder)
    with portal.reading() as connection:
        review = access_review.one(connection, job.review_id)
        members = staff_list.one(connection, job.staff_id)
    if review is None or review.completed_at is not None or not review.counts.open:
        raise JobExpired
    for member in members:
        if member.is_active and "auditor" in member.roles:
            mail = _mail(portal, job, review, member)
            portal.mail().send(mail)
            return mail
    raise JobExpired


def _mail(
    portal: Portal, job: SendReviewReminder, review: ReviewRow, member: StaffRow
) -> OutgoingMail:
    settings = portal.settings()
    language = portal.staff_sessions().language_of(member.staff_id) or settings.language
    base = settings.admin_url.rstrip("/")
    with speaking(language):
        brand = nobodys_brand()
    words = compose(
        "review_reminder",
        language,
        Letterhead(brand=brand, base_url=base),
        title=review.title,
        left=review.counts.open,
        due=day(review.due_on, language),
        overdue=review.due_on < portal.clock().now().date(),
        link=f"{base}/audit/reviews/{review.review_id}",
    )
    host = settings.mail_from.rpartition("@")[2]
    return OutgoingMail(
        envelope_to=member.email,
        from_name=brand.name,
        from_address=settings.mail_from,
        reply_to=settings.mail_from,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{job.review_id}.{job.version}.{job.staff_id}@{host}>",
        dated=portal.clock().now(),
        language=language,
    )
