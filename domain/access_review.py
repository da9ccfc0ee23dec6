"""A review of access: auditors keep or take back each grant that stood when the review began.

Nobody decides about a grant of their own. Days are calendar days in UTC.
Source: ISO/IEC 27002:2022, 5.18 (access rights are reviewed at planned intervals).
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.actor import Staff
from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.grantable import ReasonMissing
from domain.personal import Personal
from domain.review_days import INTERVALS, next_review_on, reminders_by

ReviewDecision: TypeAlias = Literal["keep", "revoke"]

LONGEST_TITLE = 120

LISTED_AT_ONCE = 500
"""So many grants stand in one event."""


class ReviewScope(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whose access is reviewed: every bill group, those of one entity, or chosen ones."""

    kind: Literal["all", "entity", "chosen"]
    entity_id: UUID | None = None
    bill_group_ids: tuple[UUID, ...] = ()


class ListedGrant(msgspec.Struct, frozen=True, omit_defaults=True):
    """A grant under review, and the staff member who gave it, if one did."""

    grant_id: UUID
    bill_group_id: UUID
    granted_by: UUID | None = None


class AccessReviewOpened(Event, frozen=True):
    """A review of access began: the grants as they stood at a position of the record.

    `every_months` when another one follows; `previous` is the review that it follows itself.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.opened.v1"

    title: str
    scope: ReviewScope
    position: int
    grants: int
    due_on: date
    every_months: int | None = None
    previous: UUID | None = None


class GrantsListed(Event, frozen=True):
    """Grants were put under review, some hundreds at a time.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.grants_listed.v1"

    listed: tuple[ListedGrant, ...]


class GrantReviewed(Event, frozen=True):
    """An auditor kept a grant, or took it back with the revocation stored beside this.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.grant_reviewed.v1"

    bill_group_id: UUID
    grant_id: UUID
    decision: ReviewDecision
    domain: str
    reason: Personal
    address: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals reason and address: the address's, or that of the domain grant."""
        return f"address:{self.address}" if self.address else f"grant:{self.grant_id}"


class AccessReviewReminded(Event, frozen=True):
    """The auditors were reminded of what is left.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.reminded.v1"

    left: int
    due_on: date


class AccessReviewRepetitionChanged(Event, frozen=True):
    """Another interval was set, and the day on which the next review begins; or none.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.repetition_changed.v1"

    every_months: int | None = None
    next_on: date | None = None


class AccessReviewCompleted(Event, frozen=True):
    """A review was closed: so many grants were kept, taken back, or gone meanwhile otherwise.

    For: auditors.
    """

    topic: ClassVar[str] = "access_review.completed.v1"

    kept: int
    revoked: int
    gone: int


class ReviewUnknown(Refusal):
    """There is no such review."""

    code = "review_unknown"


class ReviewOver(Refusal):
    """The review is completed; nothing changes in it any more."""

    code = "review_over"


class ReviewTitleInvalid(Refusal):
    """A review has a name of 1 to 120 characters."""

    code = "review_title_invalid"


class ReviewDueInThePast(Refusal):
    """A review is due today or later."""

    code = "review_due_in_the_past"


class ReviewIntervalInvalid(Refusal):
    """A review repeats every 1 to 24 months, or not at all."""

    code = "review_interval_invalid"


class NothingToReview(Refusal):
    """No grant stands in this scope."""

    code = "nothing_to_review"


class GrantNotUnderReview(Refusal):
    """The grant is not on the list of this review."""

    code = "grant_not_under_review"


class GrantAlreadyReviewed(Refusal):
    """Somebody has decided about the grant already: `by`, `decision`."""

    code = "grant_already_reviewed"


class GrantIsYourOwn(Refusal):
    """Whoever gave a grant does not decide about it."""

    code = "grant_is_your_own"


class GrantsUndecided(Refusal):
    """Grants are left to decide about: `left`."""

    code = "grants_undecided"


class AccessReview(Aggregate):
    """One review, from its list of grants to its result."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.title = ""
        self.scope = ReviewScope("all")
        self.opened_on = self.due_on = date.min
        self.every_months: int | None = None
        self.listed: dict[UUID, ListedGrant] = {}
        self.decided: dict[UUID, tuple[ReviewDecision, object]] = {}
        self.reminders = 0
        self.is_over = False

    def open(  # noqa: PLR0913 - a review is these facts
        self,
        title: str,
        scope: ReviewScope,
        listed: Sequence[ListedGrant],
        position: int,
        due_on: date,
        *,
        every_months: int | None = None,
        previous: UUID | None = None,
        by: Act,
    ) -> None:
        """Begin with the grants that stood at a position of the record."""
        for refusal in terms_refused(title, due_on, every_months, by.at.date()).values():
            raise refusal
        if not listed:
            raise NothingToReview
        self.record(
            AccessReviewOpened,
            by,
            title=title,
            scope=scope,
            position=position,
            grants=len(listed),
            due_on=due_on,
            every_months=every_months,
            previous=previous,
        )
        for first in range(0, len(listed), LISTED_AT_ONCE):
            self.record(GrantsListed, by, listed=tuple(listed[first : first + LISTED_AT_ONCE]))

    def may_be_decided(self, grant_id: UUID, *, by: Act) -> ListedGrant:
        """Give a grant of the list that waits for a decision by somebody else than its grantor."""
        self._must_go_on()
        listed = self.listed.get(grant_id)
        if listed is None:
            raise GrantNotUnderReview(grant_id=grant_id)
        if grant_id in self.decided:
            decision, decider = self.decided[grant_id]
            raise GrantAlreadyReviewed(grant_id=grant_id, decision=decision, by=decider)
        if isinstance(by.actor, Staff) and by.actor.staff_id == listed.granted_by:
            raise GrantIsYourOwn(grant_id=grant_id)
        return listed

    def decide(  # noqa: PLR0913 - a decision says about what, and why
        self,
        grant_id: UUID,
        decision: ReviewDecision,
        domain: str,
        address: str | None,
        *,
        reason: str | None,
        by: Act,
    ) -> None:
        """Keep a grant or note that it is taken back; always with a reason."""
        listed = self.may_be_decided(grant_id, by=by)
        if not reason:
            raise ReasonMissing
        self.record(
            GrantReviewed,
            by,
            bill_group_id=listed.bill_group_id,
            grant_id=grant_id,
            decision=decision,
            domain=domain,
            address=address,
            reason=reason,
        )

    def left(self, gone: Iterable[UUID] = ()) -> list[ListedGrant]:
        """List what nobody has decided about; grants that are `gone` need no decision."""
        settled = self.decided.keys() | set(gone)
        return [each for each in self.listed.values() if each.grant_id not in settled]

    def complete(self, gone: set[UUID], *, by: Act) -> None:
        """Close the review; `gone` are the grants that were taken back otherwise meanwhile."""
        self._must_go_on()
        left = self.left(gone)
        if left:
            raise GrantsUndecided(left=len(left))
        kept = sum(decision == "keep" for decision, _ in self.decided.values())
        revoked = len(self.decided) - kept
        untold = len(self.listed) - len(self.decided)
        self.record(AccessReviewCompleted, by, kept=kept, revoked=revoked, gone=untold)

    def repeat(self, every_months: int | None, *, by: Act) -> None:
        """Set when the next review follows this one; nothing happens when it is so already."""
        if self.is_new:
            raise ReviewUnknown
        if every_months is not None and every_months not in INTERVALS:
            raise ReviewIntervalInvalid
        if every_months != self.every_months:
            next_on = next_review_on(self.opened_on, every_months)
            self.record(
                AccessReviewRepetitionChanged, by, every_months=every_months, next_on=next_on
            )

    @property
    def next_on(self) -> date | None:
        """The day on which the next review begins, if one does."""
        return next_review_on(self.opened_on, self.every_months)

    def reminder_is_due(self, today: date) -> bool:
        """Whether a day of reminding has come since the last reminder."""
        return not self.is_over and reminders_by(self.due_on, today) > self.reminders

    def remind(self, left: int, *, by: Act) -> bool:
        """Note a reminder when one is due and something is left; say whether it was."""
        is_due = left > 0 and self.reminder_is_due(by.at.date())
        if is_due:
            self.record(AccessReviewReminded, by, left=left, due_on=self.due_on)
        return is_due

    def _must_go_on(self) -> None:
        if self.is_new:
            raise ReviewUnknown
        if self.is_over:
            raise ReviewOver

    def _change(self, event: Event) -> None:
        match event:
            case AccessReviewOpened():
                self.title, self.scope = event.title, event.scope
                self.opened_on, self.due_on = event.at.date(), event.due_on
                self.every_months = event.every_months
            case GrantsListed():
                self.listed |= {each.grant_id: each for each in event.listed}
            case GrantReviewed():
                self.decided[event.grant_id] = (event.decision, event.actor)
            case AccessReviewReminded():
                self.reminders = reminders_by(self.due_on, event.at.date())
            case AccessReviewRepetitionChanged():
                self.every_months = event.every_months
            case AccessReviewCompleted():
                self.is_over = True


def terms_refused(
    title: str, due_on: date, every_months: int | None, today: date
) -> dict[str, Refusal]:
    """Say what stands in the way of a review's terms, each by its name."""
    refused: dict[str, Refusal] = {}
    if not 0 < len(title) <= LONGEST_TITLE:
        refused["title"] = ReviewTitleInvalid()
    if due_on < today:
        refused["due_on"] = ReviewDueInThePast()
    if every_months is not None and every_months not in INTERVALS:
        refused["every_months"] = ReviewIntervalInvalid()
    return refused
