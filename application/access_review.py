"""Reviewing access: starting a review, deciding grant by grant, reminding, closing, repeating.

A grant that is taken back is revoked in the same transaction, as the auditor's own act, by the
rules that hold for staff who revoke.
"""

from datetime import date
from uuid import UUID, uuid5

import msgspec

from application.card_numbers import holds_card_number
from application.portal_access import RevokeGrant, access_reason, take_back
from application.ports.event_log import EventLog, Job
from domain.access_review import (
    AccessReview,
    ListedGrant,
    ReviewDecision,
    ReviewScope,
    ReviewTitleInvalid,
)
from domain.aggregate import Refusal
from domain.event import Act
from domain.identity import portal_access_id
from domain.portal_access import GrantAlreadyRevoked, PortalAccess


class NoGrantChosen(Refusal):
    """A decision is about one grant at least."""

    code = "no_grant_chosen"


class OpenAccessReview(msgspec.Struct, frozen=True):
    """Begin a review of these grants, which stood at a position of the record."""

    review_id: UUID
    title: str
    scope: ReviewScope
    listed: tuple[ListedGrant, ...]
    position: int
    due_on: date
    every_months: int | None = None


def open_access_review(command: OpenAccessReview, act: Act, log: EventLog) -> UUID:
    """Open a review. Raises ReviewTitleInvalid, ReviewDueInThePast, NothingToReview."""
    review = AccessReview(command.review_id)
    title = command.title.strip()
    if holds_card_number(title):
        raise ReviewTitleInvalid
    review.open(
        title,
        command.scope,
        command.listed,
        command.position,
        command.due_on,
        every_months=command.every_months,
        by=act,
    )
    log.save(review)
    return command.review_id


class ReviewGrants(msgspec.Struct, frozen=True):
    """Keep grants, or take them back, for one reason; all of them or none."""

    review_id: UUID
    grant_ids: tuple[UUID, ...]
    decision: ReviewDecision
    reason: str


def review_grants(command: ReviewGrants, act: Act, log: EventLog) -> None:
    """Decide. Raises GrantIsYourOwn, GrantAlreadyReviewed, GrantAlreadyRevoked, ReasonMissing."""
    if not command.grant_ids:
        raise NoGrantChosen
    reason = access_reason(command.reason)
    review = log.get(AccessReview, command.review_id)
    listed = [review.may_be_decided(each, by=act) for each in dict.fromkeys(command.grant_ids)]
    streams = {each.bill_group_id: portal_access_id(each.bill_group_id) for each in listed}
    accesses = log.get_many(PortalAccess, list(streams.values()))
    for each in listed:
        access = accesses[streams[each.bill_group_id]]
        grant = access.grants.get(each.grant_id)
        if grant is None:
            raise GrantAlreadyRevoked(grant_id=each.grant_id)
        review.decide(
            each.grant_id, command.decision, grant.domain, grant.address, reason=reason, by=act
        )
        if command.decision == "revoke":
            take_back(access, RevokeGrant(each.bill_group_id, each.grant_id, reason or ""), act)
    log.save(review, *accesses.values())


class CompleteAccessReview(msgspec.Struct, frozen=True):
    """Close a review; nothing may be left to decide."""

    review_id: UUID


def complete_access_review(command: CompleteAccessReview, act: Act, log: EventLog) -> None:
    """Complete a review. Raises GrantsUndecided, ReviewOver, ReviewUnknown."""
    review = log.get(AccessReview, command.review_id)
    review.complete(_gone(review, log), by=act)
    log.save(review)


class RepeatAccessReview(msgspec.Struct, frozen=True):
    """Set after how many months the next review follows; nothing for none."""

    review_id: UUID
    every_months: int | None


def repeat_access_review(command: RepeatAccessReview, act: Act, log: EventLog) -> None:
    """Set the interval. Raises ReviewIntervalInvalid, ReviewUnknown."""
    review = log.get(AccessReview, command.review_id)
    review.repeat(command.every_months, by=act)
    log.save(review)


class OpenNextAccessReview(msgspec.Struct, frozen=True):
    """Begin the review that follows another one, of these grants."""

    previous: UUID
    listed: tuple[ListedGrant, ...]
    position: int


def open_next_access_review(command: OpenNextAccessReview, act: Act, log: EventLog) -> UUID | None:
    """Open it once, on its day or later; it has as many days as the one before.

    Gives nothing when it is not due, was opened already, or has nothing to review.
    """
    before = log.get(AccessReview, command.previous)
    review = log.get(AccessReview, next_review_id(command.previous))
    today = act.at.date()
    if before.next_on is None or today < before.next_on or not review.is_new or not command.listed:
        return None
    review.open(
        before.title,
        before.scope,
        command.listed,
        command.position,
        today + (before.due_on - before.opened_on),
        every_months=before.every_months,
        previous=before.id,
        by=act,
    )
    log.save(review)
    return review.id


class RemindOfAccessReview(msgspec.Struct, frozen=True):
    """Write to these auditors about what is left in a review, when it is time to."""

    review_id: UUID
    auditors: tuple[UUID, ...]


class SendReviewReminder(msgspec.Struct, frozen=True):
    """The worker's job: remind one auditor of what is left in a review."""

    review_id: UUID
    staff_id: UUID
    version: int


def remind_of_access_review(command: RemindOfAccessReview, act: Act, log: EventLog) -> None:
    """Note the reminder and mail it, once for each of its days."""
    review = log.get(AccessReview, command.review_id)
    if not review.reminder_is_due(act.at.date()):
        return
    left = len(review.left(_gone(review, log)))
    if not review.remind(left, by=act):
        return
    mails = [
        SendReviewReminder(command.review_id, each, review.version) for each in command.auditors
    ]
    log.save(review, jobs=[Job("send_review_reminder", mail) for mail in mails])


def next_review_id(previous: UUID) -> UUID:
    """Name the review that follows another one, so that it can be opened only once."""
    return uuid5(previous, "next review")


def _gone(review: AccessReview, log: EventLog) -> set[UUID]:
    """Name the undecided grants that were taken back otherwise."""
    left = review.left()
    streams = {each.bill_group_id: portal_access_id(each.bill_group_id) for each in left}
    names = list(streams.values())
    accesses: dict[UUID, PortalAccess] = {}
    for first in range(0, len(names), AT_ONCE):
        accesses |= log.get_many(PortalAccess, names[first : first + AT_ONCE])
    return {
        each.grant_id
        for each in left
        if each.grant_id not in accesses[streams[each.bill_group_id]].grants
    }


AT_ONCE = 500
"""The access of so many bill groups is asked for with one question."""
