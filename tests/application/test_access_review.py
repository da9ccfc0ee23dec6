"""Decisions of a review hold when several auditors click at the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

from application.access_review import (
    OpenAccessReview,
    ReviewGrants,
    open_access_review,
    review_grants,
)
from domain.access_review import AccessReview, GrantAlreadyReviewed, GrantIsYourOwn, ReviewScope
from domain.actor import Staff
from domain.aggregate import Refusal
from domain.identity import portal_access_id
from domain.portal_access import GrantAlreadyRevoked, PortalAccess
from entrypoints.container import Portal
from entrypoints.reviewing import listed_now
from tests.read_models.access_stories import MARA, Story
from tests.read_models.books import named

REVIEW = UUID(int=5)


def begun(portal: Portal) -> UUID:
    """A review of one grant, which Mara gave; gives the grant's id."""
    story = Story(portal)
    story.seller()
    story.bill_group()
    grant_id = story.grant("acme.example")
    scope = ReviewScope("all")
    position, listed = listed_now(portal, scope)
    due_on = portal.clock().now().date() + timedelta(days=3)
    command = OpenAccessReview(REVIEW, "Autumn", scope, listed, position, due_on)
    portal.bus().execute(open_access_review, command, Staff(UUID(int=1)))
    return grant_id


def at_once(*works: Callable[[], object]) -> list[str]:
    """Let all begin at the same instant; gives what was refused."""
    gate = Barrier(len(works))

    def run(work: Callable[[], object]) -> str:
        gate.wait()
        try:
            work()
        except Refusal as refusal:
            return refusal.code
        return ""

    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(threads.map(run, works))


def test_of_two_decisions_at_the_same_instant_one_stands(portal: Portal) -> None:
    grant_id = begun(portal)

    def decide(who: int) -> Callable[[], object]:
        command = ReviewGrants(REVIEW, (grant_id,), "revoke", f"decided by {who}")
        return lambda: portal.bus().execute(review_grants, command, Staff(UUID(int=who)))

    refused = at_once(*(decide(who) for who in (11, 12, 13, 14)))
    assert refused == ["", *[GrantAlreadyReviewed.code] * 3]
    access = portal.log().get(PortalAccess, portal_access_id(named("ACME")))
    assert access.grants == {}
    assert len(portal.log().get(AccessReview, REVIEW).decided) == 1


def test_whoever_gave_a_grant_is_refused_also_when_somebody_else_decides_at_that_instant(
    portal: Portal,
) -> None:
    grant_id = begun(portal)
    command = ReviewGrants(REVIEW, (grant_id,), "keep", "checked")
    refused = at_once(
        lambda: portal.bus().execute(review_grants, command, MARA),
        lambda: portal.bus().execute(review_grants, command, Staff(UUID(int=12))),
    )
    assert refused[0] == ""
    assert refused[1] in {GrantIsYourOwn.code, GrantAlreadyReviewed.code}
    (_, decider) = portal.log().get(AccessReview, REVIEW).decided[grant_id]
    assert decider == Staff(UUID(int=12))


def test_a_grant_that_staff_revoke_at_that_instant_is_not_taken_back_twice(portal: Portal) -> None:
    grant_id = begun(portal)
    story = Story(portal)
    command = ReviewGrants(REVIEW, (grant_id,), "revoke", "checked")
    story.revoke(grant_id)
    refused = at_once(lambda: portal.bus().execute(review_grants, command, Staff(UUID(int=12))))
    assert refused == [GrantAlreadyRevoked.code]
    assert portal.log().get(AccessReview, REVIEW).decided == {}
