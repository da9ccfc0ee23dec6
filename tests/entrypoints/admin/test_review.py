"""Access reviews on screen: only auditors, grant by grant, to a signed result."""

import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO
from typing import Any
from uuid import UUID

import msgspec
import pytest
from dependency_injector import providers

from application.access_review import OpenNextAccessReview, open_next_access_review
from application.ports.staff_sessions import KeptStaffSession
from domain.access_review import AccessReview
from domain.actor import Staff, System
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.worker.access_reviews import open_next_reviews, remind_of_reviews
from entrypoints.worker.loop import work_once
from read_models import access_review, access_review_list
from read_models.access_review import ReviewRow
from read_models.access_review_list import SoughtReviews, state_of
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.entrypoints.admin.test_audit import readings
from tests.read_models.access_stories import Story
from tests.read_models.books import named


@pytest.fixture
def auditor(desk: Desk) -> UUID:
    staff_id = staff_member(desk.portal, "ada@seller.example", "auditor", name="Ada Brandt")
    desk.come_in(staff_id)
    return staff_id


@pytest.fixture
def story(desk: Desk, auditor: UUID) -> Story:
    """Two bill groups: at ACME a domain and an address, at Bolt a domain."""
    told = Story(desk.portal)
    told.now = desk.portal.clock().now() - timedelta(days=2)
    told.seller()
    for group in ("ACME", "Bolt"):
        told.bill_group(group)
        told.turn(group)
    told.grant("acme.example", reason="kick-off")
    told.grant("jane@other.example")
    told.grant("bolt.example", "Bolt")
    return told


def started(desk: Desk, **fields: object) -> str:
    """Start a review as an auditor does; gives where it is."""
    desk.open("/audit/reviews/start")
    due_on = (desk.portal.clock().now().date() + timedelta(days=30)).isoformat()
    given: dict[str, Any] = {
        "title": "Autumn review",
        "scope": "all",
        "due_on": due_on,
        **fields,
    }
    answer = desk.send("/audit/reviews/start", **given)
    assert answer.status_code == 200, desk.words
    return str(answer.url.path)


def grants(desk: Desk, path: str) -> dict[str, str]:
    """The ids of the grants of a review, by what they let in."""
    review_id = UUID(path.rpartition("/")[2])
    with desk.portal.reading() as connection:
        rows = access_review.every_grant(connection, review_id)
        return {row.value: str(row.grant_id) for row in rows}


def row(desk: Desk, path: str) -> ReviewRow:
    with desk.portal.reading() as connection:
        found = access_review.one(connection, UUID(path.rpartition("/")[2]))
    assert found is not None
    return found


def decide(desk: Desk, path: str, decision: str, *chosen: str, reason: str = "checked") -> None:
    desk.open(path)
    desk.send(f"{path}/decisions", decision=decision, grant=list(chosen), reason=reason)


def test_a_review_lists_what_is_granted_now_and_nothing_granted_later(
    desk: Desk, story: Story
) -> None:
    path = started(desk)
    story.after(days=3)
    story.grant("late@other.example")
    desk.open(path)
    assert "Autumn review" in desk.words
    assert "0 of 3" in desk.words
    for rule in ("acme.example", "jane@other.example", "bolt.example"):
        assert rule in desk.words
    assert "late@other.example" not in desk.words


@pytest.mark.parametrize(
    ("scope", "rules"),
    [
        ({"scope": "chosen", "chosen": "Bolt\n"}, {"bolt.example"}),
        (
            {"scope": "entity", "entity": str(named("Northwind"))},
            {"acme.example", "jane@other.example", "bolt.example"},
        ),
    ],
)
def test_a_review_is_of_chosen_bill_groups_or_those_of_one_entity(
    desk: Desk, story: Story, scope: dict[str, str], rules: set[str]
) -> None:
    assert grants(desk, started(desk, **scope)).keys() == rules


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"due_on": "2020-01-01"}, "Please choose today or a later day."),
        ({"scope": "chosen", "chosen": "nobody"}, "“nobody” fits no bill group, or several."),
        ({"scope": "chosen"}, "Please fill this in."),
        ({"scope": "entity"}, "Please fill this in."),
        ({"scope": "entity", "entity": "?"}, "This is not in the form that is needed here."),
        ({"title": "", "due_on": "2020-01-01", "scope": "chosen", "chosen": "x"}, "fits no"),
        ({"every_months": "99"}, "A review repeats every 1 to 24 months, or not at all."),
        ({"title": "4111 1111 1111 1111"}, "without a card number"),
    ],
)
def test_what_is_wrong_with_a_new_review_is_said_and_what_was_typed_is_kept(
    desk: Desk, story: Story, fields: dict[str, Any], sentence: str
) -> None:
    desk.open("/audit/reviews/start")
    given: dict[str, Any] = {"title": "Autumn", "scope": "all", "due_on": "2030-01-01", **fields}
    answer = desk.send("/audit/reviews/start", **given)
    assert answer.status_code == 422
    assert sentence in desk.words


def test_with_nobody_granted_there_is_nothing_to_review(desk: Desk, auditor: UUID) -> None:
    desk.open("/audit/reviews/start")
    answer = desk.send("/audit/reviews/start", title="Autumn", scope="all", due_on="2030-01-01")
    assert answer.status_code == 422
    assert "there is nothing to review" in desk.words


def test_grants_are_kept_or_taken_back_as_the_auditors_own_act_with_the_reason(
    desk: Desk, story: Story, auditor: UUID
) -> None:
    path = started(desk)
    by_rule = grants(desk, path)
    decide(desk, path, "keep", by_rule["acme.example"], by_rule["bolt.example"])
    decide(desk, path, "revoke", by_rule["jane@other.example"], reason="left the company")
    assert "3 of 3" in desk.words
    access = desk.portal.log().get(PortalAccess, portal_access_id(named("ACME")))
    assert {grant.domain for grant in access.grants.values()} == {"acme.example"}
    desk.open("/audit/history?bill_group=ACME&kind=grants")
    assert "Grant revoked jane@other.example" in desk.words
    assert "Ada Brandt left the company" in desk.words


def test_nobody_decides_about_a_grant_of_their_own(desk: Desk, story: Story, auditor: UUID) -> None:
    story.by = Staff(auditor)
    story.grant("own@other.example")
    path = started(desk)
    desk.open(path)
    assert "You gave it: somebody else decides." in desk.words
    assert desk.page is not None
    own = grants(desk, path)["own@other.example"]
    assert f'value="{own}"' not in desk.page.text
    decide(desk, path, "keep", own)
    assert "You gave one of these grants. Somebody else decides about it." in desk.words
    assert row(desk, path).counts.open == 4


def test_a_decision_needs_a_reason_and_a_grant_and_all_of_them_or_none(
    desk: Desk, story: Story
) -> None:
    path = started(desk)
    by_rule = grants(desk, path)
    decide(desk, path, "keep", by_rule["acme.example"], reason=" ")
    assert "Please give a reason." in desk.words
    decide(desk, path, "keep")
    assert "Please choose at least one grant." in desk.words
    decide(desk, path, "keep", by_rule["acme.example"], str(UUID(int=5)))
    assert "This grant is not on the list of this review." in desk.words
    assert row(desk, path).counts.open == 3


def test_the_second_of_two_who_decide_about_the_same_grant_is_told(
    desk: Desk, story: Story
) -> None:
    path = started(desk)
    grant_id = grants(desk, path)["acme.example"]
    decide(desk, path, "keep", grant_id)
    decide(desk, path, "revoke", grant_id)
    assert "Somebody has decided about one of these in the meantime." in desk.words
    assert "acme.example" in _granted(desk)


def _granted(desk: Desk) -> set[str]:
    access = desk.portal.log().get(PortalAccess, portal_access_id(named("ACME")))
    return {grant.address or grant.domain for grant in access.grants.values()}


def test_a_grant_revoked_meanwhile_shows_so_and_needs_no_decision(desk: Desk, story: Story) -> None:
    path = started(desk)
    by_rule = grants(desk, path)
    story.after(days=3)
    story.revoke(UUID(by_rule["jane@other.example"]), "project over")
    decide(desk, path, "keep", by_rule["jane@other.example"])
    assert "Somebody has revoked this already." in desk.words
    desk.open(f"{path}?standing=gone")
    assert "jane@other.example" in desk.words
    assert "project over" in desk.words
    assert row(desk, path).counts.gone == 1


def test_a_review_is_completed_only_when_nothing_is_left(desk: Desk, story: Story) -> None:
    path = started(desk)
    desk.open(path)
    assert desk.send(f"{path}/completion").status_code == 422
    assert "Grants left to decide: 3." in desk.words
    assert desk.open(f"{path}/result.json").status_code == 404
    decide(desk, path, "keep", *grants(desk, path).values())
    desk.send(f"{path}/completion")
    assert "The review is completed. Its result is signed." in desk.words
    assert row(desk, path).completed_at is not None


@pytest.mark.parametrize("role", ["viewer", "billing", "admin"])
def test_nobody_but_auditors_opens_or_starts_a_review(desk: Desk, story: Story, role: str) -> None:
    path = started(desk)
    desk.come_in(staff_member(desk.portal, "mara@seller.example", role))  # type: ignore[arg-type]
    for where in ("/audit/reviews", "/audit/reviews/start", path, f"{path}/result.pdf"):
        assert desk.open(where).status_code == 403
    desk.open("/sessions")
    assert desk.send(f"{path}/completion").status_code == 403


def test_looking_at_a_review_is_recorded(desk: Desk, story: Story) -> None:
    path = started(desk)
    asked = readings(desk.portal)[-1]
    assert getattr(asked, "question", None) == "access_review"
    assert str(asked.review_id) == path.rpartition("/")[2]  # type: ignore[attr-defined]


def test_a_review_that_is_unknown_is_not_found(desk: Desk, auditor: UUID) -> None:
    assert desk.open(f"/audit/reviews/{UUID(int=5)}").status_code == 404


def test_the_list_tells_how_far_each_review_is(desk: Desk, story: Story) -> None:
    desk.open("/audit/reviews")
    assert "No review yet" in desk.words
    path = started(desk, every_months="6")
    decide(desk, path, "keep", grants(desk, path)["acme.example"])
    desk.open("/audit/reviews")
    assert "Autumn review All bill groups 1 of 3" in desk.words
    assert "Every 6 months next on 2 May 2027" in desk.words


def listed_titles(desk: Desk, query: str) -> list[str]:
    """The reviews that the list shows, of which the file has the same."""
    page = desk.open(f"/audit/reviews?{query}")
    shown = re.findall(r'<td class="lead"><a [^>]*>(?:<bdi>)?([^<]+)', unescape(page.text))
    file = desk.client.get(f"/audit/reviews.csv?{query}")
    lines = csv.DictReader(StringIO(file.text.lstrip("\ufeff")))
    assert [line["title"] for line in lines] == shown
    return shown


def test_reviews_are_found_by_name_by_whose_access_they_are_and_by_state(
    desk: Desk, story: Story
) -> None:
    started(desk, title="Über 100 %", scope="chosen", chosen="Bolt")
    started(desk, title="Of Northwind", scope="entity", entity=str(named("Northwind")))
    done = started(desk, title="Bolt's own", scope="chosen", chosen="Bolt")
    decide(desk, done, "keep", *grants(desk, done).values())
    desk.open(done)
    desk.send(f"{done}/completion")
    every = ["Bolt's own", "Of Northwind", "Über 100 %"]
    assert sorted(listed_titles(desk, "")) == every
    assert listed_titles(desk, "q=%C3%BCBER") == ["Über 100 %"]
    assert listed_titles(desk, "q=100+%25") == ["Über 100 %"]
    assert listed_titles(desk, "q=acme") == ["Of Northwind"]
    assert sorted(listed_titles(desk, "q=bolt")) == every
    assert listed_titles(desk, "q=northwind") == ["Of Northwind"]
    assert listed_titles(desk, "standing=completed") == ["Bolt's own"]
    assert sorted(listed_titles(desk, "standing=under_way")) == ["Of Northwind", "Über 100 %"]
    assert listed_titles(desk, "q=bolt&standing=overdue") == []
    assert "No review fits" in desk.words


def test_reviews_past_their_day_are_found_as_overdue(desk: Desk, story: Story) -> None:
    started(desk, title="Late", due_on=desk.portal.clock().now().date().isoformat())
    started(desk, title="In time")
    assert listed_titles(desk, "standing=overdue") == []
    with desk.portal.reading() as connection:
        tomorrow = desk.portal.clock().now().date() + timedelta(days=1)
        sought = SoughtReviews(today=tomorrow, state="overdue")
        late = access_review_list.found(connection, sought, 0, 9)
        assert access_review_list.count(connection, sought) == 1
    assert [(each.title, state_of(each, tomorrow)) for each in late] == [("Late", "overdue")]


def test_taking_the_list_of_reviews_is_recorded(desk: Desk, story: Story) -> None:
    started(desk, title="=danger(1)")
    answer = desk.client.get("/audit/reviews.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    (line,) = csv.DictReader(StringIO(answer.text.lstrip("\ufeff")))
    assert (line["title"], line["to_decide"], line["state"]) == ("'=danger(1)", "3", "under_way")
    assert getattr(readings(desk.portal)[-1], "count", None) == 1


def test_a_repeated_review_begins_anew_once_on_its_day(desk: Desk, story: Story) -> None:
    path = started(desk, every_months="3")
    desk.open(path)
    desk.send(f"{path}/repetition", every_months="1")
    assert row(desk, path).next_on is not None
    assert open_next_reviews(desk.portal) == 0
    desk.portal.clock().advance(timedelta(days=31))
    assert open_next_reviews(desk.portal) == 1
    assert open_next_reviews(desk.portal) == 0
    before = row(desk, path)
    assert before.next_review is not None
    after = row(desk, f"/{before.next_review}")
    assert (after.title, after.counts.total) == ("Autumn review", 3)
    assert after.due_on - after.opened_on == before.due_on - before.opened_on
    again = OpenNextAccessReview(before.review_id, (), 1)
    assert desk.portal.bus().execute(open_next_access_review, again, System("worker")) is None


def test_a_review_that_is_no_longer_repeated_does_not_begin_anew(desk: Desk, story: Story) -> None:
    path = started(desk, every_months="1")
    desk.open(path)
    desk.send(f"{path}/repetition", every_months="")
    assert "The repetition is changed." in desk.words
    desk.portal.clock().advance(timedelta(days=400))
    assert open_next_reviews(desk.portal) == 0


def test_auditors_are_reminded_by_mail_of_what_is_left_once(desk: Desk, story: Story) -> None:
    path = started(desk)
    staff_member(desk.portal, "mara@seller.example", "billing")
    remind_of_reviews(desk.portal)
    desk.portal.clock().advance(timedelta(days=24))
    for _ in range(2):
        remind_of_reviews(desk.portal)
    while work_once(desk.portal):
        pass
    mails = [mail for mail in desk.portal.mail().sent if "Access review" in mail.subject]
    assert [mail.envelope_to for mail in mails] == ["ada@seller.example"]
    assert "3 grants are left to decide." in mails[0].text
    assert f"http://admin.localhost:8001{path}" in mails[0].text


@pytest.mark.parametrize(("signed_in", "language"), [("de", "de"), ("en", "en"), (None, "de")])
def test_an_auditor_is_reminded_in_the_language_of_their_sign_in_else_in_that_of_the_settings(
    desk: Desk, story: Story, auditor: UUID, signed_in: str | None, language: str
) -> None:
    started(desk)
    settings = msgspec.structs.replace(desk.portal.settings(), language="de")
    desk.portal.settings.override(providers.Object(settings))
    if signed_in:
        now = desk.portal.clock().now()
        moments = dict.fromkeys(("started_at", "last_used_at", "ends_at", "factor_at"), now)
        kept = KeptStaffSession(
            session_id=UUID(int=9), staff_id=auditor, language=signed_in, **moments
        )
        desk.portal.log().save(beside=[desk.portal.staff_sessions().begin(kept, "secret")])
    desk.portal.clock().advance(timedelta(days=24))
    remind_of_reviews(desk.portal)
    while work_once(desk.portal):
        pass
    (mail,) = [mail for mail in desk.portal.mail().sent if "/audit/reviews/" in mail.text]
    assert mail.language == language
    assert ("3 grants are left to decide." in mail.text) == (language == "en")


def test_the_aggregate_and_the_screen_count_alike(desk: Desk, story: Story) -> None:
    path = started(desk)
    decide(desk, path, "revoke", grants(desk, path)["bolt.example"])
    review = desk.portal.log().get(AccessReview, UUID(path.rpartition("/")[2]))
    assert len(review.left()) == row(desk, path).counts.open == 2
    assert msgspec.structs.asdict(row(desk, path).counts)["revoke"] == 1


def test_the_grants_of_a_review_are_given_to_a_spreadsheet_which_is_recorded(
    desk: Desk, story: Story
) -> None:
    path = started(desk)
    decide(desk, path, "revoke", grants(desk, path)["bolt.example"], reason="=over")
    answer = desk.open(f"{path}/grants.csv")
    lines = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
    assert [(line["rule"], line["outcome"], line["reason"]) for line in lines] == [
        ("acme.example", "open", ""),
        ("jane@other.example", "open", ""),
        ("bolt.example", "revoke", "'=over"),
    ]
    assert getattr(readings(desk.portal)[-1], "count", None) == 3
