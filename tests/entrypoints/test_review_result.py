"""The result of a review is signed, the same in both doors, and changed ones are found out."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from adapters.event_proof.verify import Key, opened
from application.access_review import (
    CompleteAccessReview,
    OpenAccessReview,
    ReviewGrants,
    complete_access_review,
    open_access_review,
    review_grants,
)
from domain.access_review import ReviewScope
from domain.actor import Staff
from domain.audit_reading import AuditExported
from entrypoints.cli import main
from entrypoints.container import Portal
from entrypoints.reviewing import listed_now
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member
from tests.entrypoints.admin.test_audit import readings
from tests.read_models.access_stories import Story
from tests.wiring import SECRET

ADA = Staff(UUID(int=77))


class Told(Story):
    """A review of two grants, the one kept, the other taken back, a third gone meanwhile."""

    review_id = UUID(int=5)

    def review(self, *, completed: bool = True) -> None:
        self.seller()
        self.bill_group()
        self.turn()
        kept = self.grant("acme.example", reason="kick-off")
        taken = self.grant("jane@x.example")
        gone = self.grant("joe@x.example")
        do = self.portal.bus().execute
        position, listed = listed_now(self.portal, ReviewScope("all"))
        due_on = self.portal.clock().now().date() + timedelta(days=3)
        scope = ReviewScope("all")
        command = OpenAccessReview(
            self.review_id, "Herbst & <b>2026</b>", scope, listed, position, due_on
        )
        do(open_access_review, command, ADA)
        do(review_grants, ReviewGrants(self.review_id, (kept,), "keep", "still works"), ADA)
        do(review_grants, ReviewGrants(self.review_id, (taken,), "revoke", "has left"), ADA)
        if completed:
            self.after(days=40)
            self.revoke(gone, "project over")
            do(complete_access_review, CompleteAccessReview(self.review_id), ADA)


@pytest.fixture
def told(portal: Portal, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Told:
    settings = portal.settings()
    monkeypatch.chdir(settings.data)
    for name, value in {
        "DATA": settings.data,
        "DATABASE_URL": database_url,
        "KEYS_URL": settings.keys_url,
        "SECRET": SECRET,
        "WEB_URL": settings.web_url,
        "ADMIN_URL": settings.admin_url,
    }.items():
        monkeypatch.setenv(f"PORTAL_{name}", str(value))
    return Told(portal)


@pytest.fixture
def desk(told: Told) -> Iterator[Desk]:
    with desk_of(told.portal) as browser:
        browser.come_in(staff_member(told.portal, "ada@seller.example", "auditor"))
        yield browser


def portal_review(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["audit", "review", *words])
    assert done.exit_code == code, done.output
    return done


def test_the_result_is_signed_so_that_anybody_can_check_it(told: Told, desk: Desk) -> None:
    told.review()
    signed = json.loads(desk.open(f"/audit/reviews/{told.review_id}/result.json").content)
    facts = signed["result"]
    plain = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    name, review_id, digest = opened(signed["note"], [Key(signed["key"])])[:3]
    assert name.endswith("/access-review")
    assert review_id == facts["review_id"] == str(told.review_id)
    assert digest == f"sha256 {sha256(plain.encode()).hexdigest()}"
    assert signed["key"] == told.portal.record_signer().verifier_key
    outcomes = {each["rule"]: (each["outcome"], each["reason"]) for each in facts["grants"]}
    assert outcomes == {
        "acme.example": ("keep", "still works"),
        "jane@x.example": ("revoke", "has left"),
        "joe@x.example": ("gone", "project over"),
    }
    assert (facts["kept"], facts["revoked"], facts["gone"]) == (1, 1, 1)


def test_the_result_stays_the_same_whatever_happens_later(told: Told, desk: Desk) -> None:
    told.review()
    where = f"/audit/reviews/{told.review_id}/result.json"
    before = desk.open(where).content
    access = told.access()
    (kept,) = access.grants
    told.after(days=1)
    told.revoke(kept, "later")
    assert desk.open(where).content == before


def test_the_result_on_paper_carries_the_signed_file(told: Told, desk: Desk) -> None:
    told.review()
    where = f"/audit/reviews/{told.review_id}/result"
    signed = desk.open(f"{where}.json").content
    pdf = desk.open(f"{where}.pdf").content
    paper = PdfReader(BytesIO(pdf))
    assert paper.attachments == {f"access-review-{told.review_id}.json": [signed]}
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert b"<pdfaid:part>3</pdfaid:part>" in pdf
    text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    for words in ("<b>2026</b>", "acme.example", "has left", "Revoked meanwhile", "project over"):
        assert words in text
    assert desk.open(f"{where}.pdf").content == pdf


def test_taking_a_result_is_recorded_with_its_hash(told: Told, desk: Desk) -> None:
    told.review()
    pdf = desk.open(f"/audit/reviews/{told.review_id}/result.pdf").content
    exported = readings(told.portal)[-1]
    assert isinstance(exported, AuditExported)
    assert (exported.format, exported.count) == ("pdf", 3)
    assert exported.sha256 == sha256(pdf).hexdigest()


def test_the_command_line_writes_the_same_result_and_checks_it(
    told: Told, desk: Desk, tmp_path: Path
) -> None:
    told.review()
    target = tmp_path / "review.json"
    said = portal_review("result", str(told.review_id), "--output", str(target)).output
    seen = desk.open(f"/audit/reviews/{told.review_id}/result.json").content
    assert target.read_bytes() == seen
    assert sha256(seen).hexdigest() in said
    assert "Unchanged" in portal_review("verify", str(target)).output
    paper = tmp_path / "review.pdf"
    portal_review("result", str(told.review_id), "--output", str(paper))
    assert paper.read_bytes().startswith(b"%PDF")
    assert (
        "exists"
        in portal_review("result", str(told.review_id), "--output", str(paper), code=1).output
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("has left", "has moved"), "changed after it was signed"),
        (("sha256 ", "sha256 0"), "not this portal's"),
        (('"result"', '"resolt"'), "no result of a review"),
    ],
)
def test_a_result_that_was_changed_is_found_out(
    told: Told, desk: Desk, tmp_path: Path, change: tuple[str, str], sentence: str
) -> None:
    told.review()
    old, new = change
    content = desk.open(f"/audit/reviews/{told.review_id}/result.json").text
    assert old in content
    target = tmp_path / "changed.json"
    target.write_text(content.replace(old, new))
    assert sentence in portal_review("verify", str(target), code=1).output


def test_the_command_line_lists_reviews_and_what_is_left(told: Told) -> None:
    assert "There is no review yet." in portal_review("list").output
    told.review(completed=False)
    listed = portal_review("list").output
    assert str(told.review_id) in listed
    assert "2 of 3" in listed
    assert "overdue" in listed
    everything = portal_review("show", str(told.review_id)).output
    assert "Taken back" in everything
    left = portal_review("show", str(told.review_id), "--left").output
    assert "joe@x.example" in left
    assert "acme.example" not in left
    result = portal_review("result", str(told.review_id), "--output", "x.pdf", code=1)
    assert "The review goes on: 1 left to decide." in result.output
    assert "There is no review" in portal_review("show", str(uuid4()), code=1).output
    asked = [getattr(each, "question", None) for each in readings(told.portal)]
    assert asked == ["access_review"] * 4
