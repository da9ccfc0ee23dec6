"""A review of access: who decides about which grant, what is left, reminders, repetition."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access_review import (
    AccessReview,
    AccessReviewCompleted,
    AccessReviewOpened,
    GrantAlreadyReviewed,
    GrantIsYourOwn,
    GrantNotUnderReview,
    GrantReviewed,
    GrantsListed,
    GrantsUndecided,
    ListedGrant,
    NothingToReview,
    ReviewDueInThePast,
    ReviewIntervalInvalid,
    ReviewOver,
    ReviewScope,
    ReviewTitleInvalid,
    ReviewUnknown,
)
from domain.actor import Staff
from domain.event import Act
from domain.grantable import ReasonMissing

ADA, MARA = UUID(int=1), UUID(int=2)
BEGUN = datetime(2026, 8, 31, 9, 0, tzinfo=UTC)
DUE = date(2026, 9, 30)
JANE, JOE = (ListedGrant(UUID(int=each), UUID(int=9), MARA) for each in (11, 12))


def by(who: UUID = ADA, at: datetime = BEGUN) -> Act:
    return Act(at, Staff(who), uuid4())


def opened(*listed: ListedGrant, **facts: Any) -> AccessReview:
    review = AccessReview(UUID(int=7))
    given = {"due_on": DUE, **facts}
    review.open("Autumn", ReviewScope("all"), listed or (JANE, JOE), 120, by=by(), **given)
    return review


def decide(review: AccessReview, grant: ListedGrant, who: UUID = ADA, **facts: Any) -> None:
    given = {"decision": "keep", "reason": "still works there", **facts}
    review.decide(grant.grant_id, domain="acme.example", address=None, by=by(who), **given)


def test_a_review_lists_the_grants_that_stood_when_it_began() -> None:
    many = tuple(ListedGrant(UUID(int=each), UUID(int=9)) for each in range(1, 1_002))
    review = opened(*many)
    first, *lists = review.pending
    assert isinstance(first, AccessReviewOpened)
    assert (first.grants, first.position) == (1_001, 120)
    assert [len(each.listed) for each in lists if isinstance(each, GrantsListed)] == [500, 500, 1]
    assert len(review.left()) == 1_001


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"due_on": BEGUN.date() - timedelta(days=1)}, ReviewDueInThePast),
        ({"every_months": 0}, ReviewIntervalInvalid),
        ({"every_months": 25}, ReviewIntervalInvalid),
    ],
)
def test_a_review_needs_a_day_to_come_and_an_interval_of_months(
    facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        opened(**facts)


@pytest.mark.parametrize("title", ["", "x" * 121])
def test_a_review_has_a_name(title: str) -> None:
    review = AccessReview(UUID(int=7))
    with pytest.raises(ReviewTitleInvalid):
        review.open(title, ReviewScope("all"), (JANE,), 120, DUE, by=by())


def test_a_review_of_nothing_is_not_begun() -> None:
    review = AccessReview(UUID(int=7))
    with pytest.raises(NothingToReview):
        review.open("Autumn", ReviewScope("all"), (), 120, DUE, by=by())


def test_a_decision_names_the_grant_the_reason_and_who_decided() -> None:
    review = opened()
    decide(review, JANE, decision="revoke", reason="left")
    event = review.pending[-1]
    assert isinstance(event, GrantReviewed)
    assert (event.grant_id, event.decision, event.reason) == (JANE.grant_id, "revoke", "left")
    assert review.left() == [JOE]


def test_nobody_decides_about_a_grant_of_their_own() -> None:
    with pytest.raises(GrantIsYourOwn):
        decide(opened(), JANE, MARA)


def test_a_grant_is_decided_once_with_a_reason_and_only_if_it_is_listed() -> None:
    review = opened()
    with pytest.raises(ReasonMissing):
        decide(review, JANE, reason=None)
    with pytest.raises(GrantNotUnderReview):
        decide(review, ListedGrant(UUID(int=13), UUID(int=9)))
    decide(review, JANE)
    with pytest.raises(GrantAlreadyReviewed) as refused:
        decide(review, JANE, UUID(int=3), decision="revoke")
    assert refused.value.facts["decision"] == "keep"


def test_a_review_is_completed_when_nothing_is_left_and_then_it_is_over() -> None:
    review = opened()
    decide(review, JANE)
    with pytest.raises(GrantsUndecided) as refused:
        review.complete(set(), by=by())
    assert refused.value.facts == {"left": 1}
    review.complete({JOE.grant_id}, by=by())
    event = review.pending[-1]
    assert isinstance(event, AccessReviewCompleted)
    assert (event.kept, event.revoked, event.gone) == (1, 0, 1)
    for over in (lambda: decide(review, JOE), lambda: review.complete(set(), by=by())):
        with pytest.raises(ReviewOver):
            over()


def test_auditors_are_reminded_a_week_and_a_day_before_and_once_after() -> None:
    review = opened()
    noon = datetime(DUE.year, DUE.month, DUE.day, 12, tzinfo=UTC)
    moments = [noon + timedelta(hours=hours) for hours in range(-12 * 24, 20 * 24, 6)]
    reminded = [at for at in moments if review.remind(2, by=by(at=at))]
    assert [(at.date() - DUE).days for at in reminded] == [-7, -1, 1]


def test_there_is_no_reminder_of_nothing_and_one_for_days_that_were_missed() -> None:
    late = by(at=BEGUN + timedelta(days=60))
    assert not opened().remind(0, by=late)
    review = opened()
    assert review.remind(1, by=late)
    assert not review.remind(1, by=late)


def test_the_next_review_begins_after_its_months_and_month_ends_clamp() -> None:
    assert opened().next_on is None
    review = opened(every_months=6)
    assert review.next_on == date(2027, 2, 28)
    review.repeat(12, by=by())
    assert review.next_on == date(2027, 8, 31)
    before = len(review.pending)
    review.repeat(12, by=by())
    assert len(review.pending) == before
    review.repeat(None, by=by())
    assert review.next_on is None
    with pytest.raises(ReviewIntervalInvalid):
        review.repeat(25, by=by())


def test_an_unknown_review_is_neither_decided_nor_repeated() -> None:
    review = AccessReview(UUID(int=8))
    for act in (lambda: decide(review, JANE), lambda: review.repeat(6, by=by())):
        with pytest.raises(ReviewUnknown):
            act()
