"""The screen of access reviews: every event told twice, and whose grants are listed."""

from sqlalchemy import Engine

from domain.access_review import ListedGrant, ReviewScope
from entrypoints.container import Portal
from read_models import access_review
from read_models.access_review import MODEL
from tests.domain.samples import SAMPLES
from tests.read_models.access_stories import MARA, Story
from tests.read_models.books import SELLER, bill_group, named, same_rows_when_told_twice


def test_every_event_told_twice_leaves_the_same_rows(database: Engine) -> None:
    events = [event for event in SAMPLES.values() if type(event) in MODEL.handlers]
    assert len({type(event) for event in events}) == len(MODEL.handlers)
    assert same_rows_when_told_twice(database, MODEL, [*bill_group(), *events])


def test_what_may_be_reviewed_are_the_grants_that_stand_in_the_scope(portal: Portal) -> None:
    story = Story(portal)
    story.seller()
    for group in ("ACME", "Bolt"):
        story.bill_group(group)
    gone = story.grant("gone@acme.example")
    story.revoke(gone)
    acme = ListedGrant(story.grant("acme.example"), named("ACME"), MARA.staff_id)
    bolt = ListedGrant(story.grant("bolt.example", "Bolt"), named("Bolt"), MARA.staff_id)

    def listed(scope: ReviewScope) -> list[ListedGrant]:
        with portal.reading() as connection:
            found = access_review.granted_now(connection, scope)
        return sorted(found, key=lambda each: each.bill_group_id != named("ACME"))

    assert listed(ReviewScope("all")) == [acme, bolt]
    assert listed(ReviewScope("entity", SELLER)) == [acme, bolt]
    assert listed(ReviewScope("entity", named("another"))) == []
    assert listed(ReviewScope("chosen", bill_group_ids=(named("Bolt"),))) == [bolt]
