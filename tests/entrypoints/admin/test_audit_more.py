"""Who was staff, and which sessions revocations ended, on screen; and what else auditors ask."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.customer_session import CustomerSession
from tests.entrypoints.admin.desk import Desk
from tests.entrypoints.admin.test_audit import AT, auditor, readings, story
from tests.read_models.access_stories import START, Story
from tests.read_models.books import named

__all__ = ["auditor", "story"]


def test_who_was_staff_is_told_with_roles_and_second_factor(desk: Desk, auditor: UUID) -> None:
    desk.open("/audit/staff")
    assert "Ada Brandt ada@seller.example Auditor Not set up Active" in desk.words
    desk.open(f"/audit/staff?at={START.strftime(AT)}&zone=UTC")
    assert "No staff member had been added by then." in desk.words
    asked = [getattr(each, "question", None) for each in readings(desk.portal)]
    assert asked == ["staff_at", "staff_at"]


def test_a_revocation_shows_the_session_that_it_ended_and_its_last_use(
    desk: Desk, story: Story
) -> None:
    session = desk.portal.log().get(CustomerSession, named("session"))
    used = story.now - timedelta(minutes=3)
    story.after(seconds=1)
    session.end("revoked", used, by=story.act)
    story.keep(session)
    desk.open("/audit/revocations?bill_group=ACME&zone=UTC")
    assert "acme.example ACME Ltd · ACME" in desk.words
    assert (
        "jane@acme.example 1 Oct 2026, 10:00:00 UTC entered 1 Oct 2026, 10:57:00 UTC last used"
        " ended 1 Oct 2026, 11:00:01 UTC" in desk.words
    )
    (asked,) = readings(desk.portal)
    assert getattr(asked, "question", None) == "revocations"


@pytest.mark.parametrize(
    ("kind", "shown", "hidden"),
    [
        ("refused", "Sign-in refused joe@acme.example", "Domain granted"),
        ("exports", "Record exported", "Record read"),
    ],
)
def test_refused_sign_ins_and_exports_are_questions_of_their_own(
    desk: Desk, story: Story, kind: str, shown: str, hidden: str
) -> None:
    desk.open("/audit/history?bill_group=ACME&format=csv")
    desk.open(f"/audit/history?kind={kind}")
    assert shown in desk.words
    assert hidden not in desk.words


def test_without_a_moment_it_is_now_and_the_file_asks_for_the_same_moment(
    desk: Desk, story: Story
) -> None:
    desk.open("/audit/as-of?bill_group=ACME")
    assert "No rule stood" in desk.words
    assert "2 Nov 2026, 09:30:00 UTC" in desk.words
    assert desk.page is not None
    assert "at=2026-11-02T09%3A30%3A00%2B00%3A00" in desk.page.text


def test_where_a_domain_could_enter_is_told(desk: Desk, story: Story) -> None:
    at = (START + timedelta(hours=2)).strftime(AT)
    desk.open(f"/audit/as-of?domain=acme.example&at={at}&zone=UTC")
    assert "Where acme.example could enter" in desk.words
    assert "kick-off" in desk.words


def test_a_long_export_is_handed_over_in_pieces(
    desk: Desk, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entrypoints.wording.audit_writing._IN_MEMORY", 64)
    monkeypatch.setattr("entrypoints.wording.audit_writing._CHUNK", 64)
    with desk.client.stream("GET", "/audit/history?bill_group=ACME&format=jsonl") as answer:
        lines = list(answer.iter_lines())
        assert "content-length" not in answer.headers
    assert len(lines) == readings(desk.portal)[1].count  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", ["history", "revocations"])
def test_a_place_that_no_record_has_is_the_nearest_that_one_can_have(
    desk: Desk, story: Story, page: str
) -> None:
    here = f"/audit/{page}?bill_group=ACME&before=99999999999999999999"
    assert desk.open(here).status_code == 200
    assert "acme.example" in desk.words
