"""Auditors take the record with its proof on screen, and every taking is itself recorded."""

from pathlib import Path

import pytest
from sqlalchemy import text

from adapters.database import writing
from adapters.event_proof.verify import Key, verify_bundle
from domain.audit_reading import AuditExported, AuditRead
from entrypoints.worker.checkpoints import sign_the_record
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.entrypoints.admin.test_audit import readings
from tests.read_models.access_stories import Story

BUNDLE = "/audit/record/bundle"


@pytest.fixture
def story(desk: Desk) -> Story:
    """An auditor is at the desk, and Acme's domain was granted."""
    desk.come_in(staff_member(desk.portal, "ada@seller.example", "auditor", name="Ada Brandt"))
    told = Story(desk.portal)
    told.seller()
    told.bill_group()
    told.turn()
    told.grant("acme.example", reason="kick-off")
    return told


def test_the_page_tells_what_was_signed_and_by_which_key(
    desk: Desk,
    story: Story,
) -> None:
    assert "Nothing yet" in desk.open("/audit/record").text
    sign_the_record(desk.portal)
    newest = desk.portal.checkpoints().newest()
    assert newest is not None
    page = desk.open("/audit/record").text
    assert f"positions 1 to {newest.size}" in page
    assert desk.portal.record_signer().verifier_key in page
    assert "No place outside keeps what was signed" in page


def test_the_first_page_leads_to_the_record(desk: Desk, story: Story) -> None:
    assert 'href="/audit/record"' in desk.open("/audit").text


@pytest.mark.parametrize("disclosed", [False, True])
def test_a_bundle_that_is_downloaded_is_whole_and_its_taking_recorded(
    desk: Desk,
    story: Story,
    tmp_path: Path,
    *,
    disclosed: bool,
) -> None:
    desk.open("/audit/record")
    answer = desk.send(BUNDLE, **({"disclose": "yes"} if disclosed else {}))
    assert answer.status_code == 200, desk.words
    path = tmp_path / "record.zip"
    path.write_bytes(answer.content)
    assert answer.headers["content-type"] == "application/zip"
    outcome = verify_bundle(path, keys=[Key(desk.portal.record_signer().verifier_key)])
    assert outcome.findings == []
    assert bool(outcome.disclosed) == disclosed
    read, taken = readings(desk.portal)[-2:]
    assert isinstance(read, AuditRead)
    assert isinstance(taken, AuditExported)
    assert read.question == ("bundle_disclosed" if disclosed else "bundle")
    assert (taken.format, taken.count) == ("bundle", outcome.size)


def test_only_auditors_see_the_proof(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "bea@seller.example", "billing", name="Bea"))
    assert desk.client.get("/audit/record").status_code == 403


def test_a_record_with_a_gap_is_not_handed_out(desk: Desk, story: Story) -> None:
    with writing(desk.portal.engine()) as connection:
        lift = (
            "DROP TRIGGER events_not_deleted"
            if connection.dialect.name == "sqlite"
            else "ALTER TABLE events DISABLE TRIGGER events_append_only"
        )
        connection.execute(text(lift))
        connection.execute(text("DELETE FROM events WHERE position = 3"))
    desk.open("/audit/record")
    answer = desk.send(BUNDLE)
    assert answer.status_code == 422
    assert "missing from the record after position 2" in answer.text
