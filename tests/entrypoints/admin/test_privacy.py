"""Admins answer a person's request: look, give out, hold, erase."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from adapters.schema import metadata
from application.invoice_document import StoreInvoiceDocument, storing
from domain.audit_reading import AuditExported, AuditRead
from domain.identity import imported_id
from entrypoints.holdings import found
from entrypoints.wording import holdings
from read_models.registry import MODELS
from tests.application.erasure_story import (
    HER,
    JUTTA,
    MARA,
    NAME,
    ROWS,
    fill,
    load,
    paper,
    stored_events,
)
from tests.entrypoints.admin.desk import Desk, staff_member


@pytest.fixture
def admin(desk: Desk, tmp_path: Path) -> UUID:
    """An admin who is signed in, where she stands in every corner."""
    fill(desk.portal, tmp_path)
    staff_id = staff_member(desk.portal, "ann@seller.example", "admin", name="Ann Berg")
    desk.come_in(staff_id)
    return staff_id


def person(who: str = JUTTA) -> str:
    return f"/privacy/person?who={who}"


def erasing(desk: Desk) -> None:
    desk.open(f"/privacy/erase?who={JUTTA}")


def test_an_admin_sees_what_is_held_and_what_would_stay_by_law(desk: Desk, admin: UUID) -> None:
    desk.open("/privacy")
    desk.open(person())
    assert "Goes with an erasure" in desk.words
    assert "Stays by law: accounting records" in desk.words
    assert "1 PDF" in desk.words


def test_what_is_held_is_said_in_words_and_never_by_the_names_of_tables(
    desk: Desk, admin: UUID
) -> None:
    desk.open(person())
    assert "1 request to sign in" in desk.words
    assert "of what pages show: Audit" in desk.words
    assert "of what pages show: Details" in desk.words
    assert "of the portal's own bookkeeping" not in desk.words
    tables = [table.name for model in MODELS for table in model.tables] + list(metadata.tables)
    assert [name for name in tables if "_" in name and name in desk.words] == []
    assert {model.name for model in MODELS} <= set(holdings.PAGES)
    assert ".db" not in desk.words


def test_a_page_reads_so_many_pdfs_of_her_bill_groups_and_says_that_there_are_others(
    desk: Desk, admin: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = [dict(row) for row in ROWS if row["kind"] in {"bill_group", "invoice"}]
    other[0] |= {"external_id": "theirs"}
    other[1] |= {"external_id": "theirs-1", "number": "R-78", "bill_group": "theirs"}
    load(desk.portal, tmp_path, *other)
    theirs = imported_id("erp", "invoice", "theirs-1")
    pdf = desk.portal.personal_pdf().render(paper(desk.portal, "R-78"))
    group = imported_id("erp", "bill_group", "theirs")
    command = StoreInvoiceDocument(theirs, group, pdf, "en")
    desk.portal.bus().execute(storing(desk.portal.documents()), command, MARA)

    desk.open(person())
    assert "1 PDF: R-77" in desk.words
    assert "1 PDF was not searched" in desk.words
    exported = desk.open(f"/privacy/export?who={JUTTA}").content
    assert msgspec.json.decode(exported)["unread_pdfs"] == 1
    assert "2 PDFs" in " ".join(holdings.told(found(desk.portal, MARA, HER).traces))

    monkeypatch.setattr("entrypoints.admin.privacy.MOST_PDFS", 0)
    desk.open(person())
    assert "2 PDFs were not searched" in desk.words


def test_every_look_and_every_file_is_recorded(desk: Desk, admin: UUID) -> None:
    def readings(topic: str) -> int:
        return sum(row[4] == topic for row in stored_events(desk.portal))

    before = readings(AuditRead.topic)
    desk.open(person())
    assert readings(AuditRead.topic) == before + 1
    desk.open(f"/privacy/export?who={JUTTA}")
    assert readings(AuditRead.topic) == before + 2
    assert readings(AuditExported.topic) == 1


def test_asking_for_somebody_unknown_does_not_write_them_into_the_record(
    desk: Desk, admin: UUID
) -> None:
    desk.open(person("nobody@corp.example"))
    assert "Nothing is held of this person." in desk.words
    assert desk.portal.erasures().key_of("address:nobody@corp.example") is None


def test_erasing_asks_for_the_address_once_more_a_reason_and_what_becomes_of_grants(
    desk: Desk, admin: UUID
) -> None:
    erasing(desk)
    assert desk.send("/privacy/erase", who=JUTTA, typed="x", reason="Asked").status_code == 422
    assert "This is not what stands above." in desk.words
    erasing(desk)
    assert desk.send("/privacy/erase", who=JUTTA, typed=JUTTA).status_code == 422
    assert "Please fill this in." in desk.words
    erasing(desk)
    assert desk.send("/privacy/erase", who=JUTTA, typed=JUTTA, reason="Asked").status_code == 422
    assert "This address may still enter by a grant of its own." in desk.words

    erasing(desk)
    desk.send("/privacy/erase", who=JUTTA, typed=JUTTA, reason="Asked by mail", revoke="true")
    assert "Erased. The key is destroyed" in desk.words
    assert "Person erased" in desk.words
    assert "Asked by mail" in desk.words
    assert JUTTA not in desk.words


def test_a_hold_is_placed_and_released_on_screen_and_refuses_meanwhile(
    desk: Desk, admin: UUID
) -> None:
    desk.open(person())
    desk.send("/privacy/hold", who=JUTTA, reason="A dispute before the court")
    assert "A legal hold stands now." in desk.words
    erasing(desk)
    desk.send("/privacy/erase", who=JUTTA, typed=JUTTA, reason="Asked", revoke="true")
    assert "A legal hold stands on this person." in desk.words
    desk.open(person())
    desk.send("/privacy/release", who=JUTTA, reason="Settled")
    assert "The legal hold is released." in desk.words


def test_what_is_held_is_given_out_as_json_and_pdf(desk: Desk, admin: UUID) -> None:
    given = msgspec.json.decode(desk.open(f"/privacy/export?who={JUTTA}&format=json").content)
    assert given["person"] == JUTTA
    assert NAME in given["known_as"]
    assert desk.open(f"/privacy/export?who={JUTTA}&format=pdf").content.startswith(b"%PDF")


def test_what_is_no_person_is_said_at_the_field(desk: Desk, admin: UUID) -> None:
    assert desk.open(person("staff:nobody")).status_code == 422
    assert "Type an email address, staff:" in desk.words


def test_staff_who_were_erased_are_told_apart_by_their_mark(desk: Desk, admin: UUID) -> None:
    erasing(desk)
    desk.send("/privacy/erase", who=JUTTA, typed=JUTTA, reason="Asked", revoke="true")
    assert "erased person " in desk.words


def test_every_page_says_of_an_erased_staff_member_that_they_were(desk: Desk, admin: UUID) -> None:
    ole = staff_member(desk.portal, "ole@seller.example", "viewer", name="Ole Berg")
    desk.open(f"/staff/{ole}/deactivate")
    desk.send(f"/staff/{ole}/deactivate")
    desk.open("/privacy/erase?who=ole@seller.example")
    his: dict[str, Any] = {
        "who": "ole@seller.example",
        "typed": "ole@seller.example",
        "reason": "He left",
    }
    desk.send("/privacy/erase", **his)
    for path in ("/staff", f"/staff/{ole}"):
        desk.open(path)
        assert "erased person " in desk.words
        assert "erased-" not in desk.words
