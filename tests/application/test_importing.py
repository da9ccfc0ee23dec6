"""Rows of a file become a company: all of it, once, or not at all."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from application.importing.reading import schema
from application.importing.rows import KINDS
from domain.account import Account
from domain.bill_group import BillGroup
from domain.credit_note import CreditNote
from domain.entity import Entity
from domain.identity import document_id, imported_id
from domain.invoice import Invoice
from domain.invoice_document import InvoiceDocument
from domain.subscription import Subscription
from entrypoints.container import Portal
from tests.importing import EXAMPLES, facts, head, settlement, take

COMPANY = EXAMPLES / "company.jsonl"


def _lines(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def _bill_group(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "bill_group",
        "external_id": "acme-main",
        "account": "acme",
        "entity": "northwind-de",
        "name": "Acme main",
        "currency": "EUR",
        "frequency": {"unit": "month"},
        **changes,
    }


def _invoice(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "invoice",
        "external_id": "inv-9",
        "bill_group": "acme-main",
        "status": "issued",
        "currency": "EUR",
        "issued_on": "2026-10-01",
        "total": "10.00",
        "lines": [{"description": "One", "amount": "10.00"}],
        **changes,
    }


def test_the_district_of_a_contact_and_of_an_entity_is_taken(
    portal: Portal, tmp_path: Path
) -> None:
    rows = [json.loads(line) for line in COMPANY.read_text().splitlines()[:5]]
    for row in rows:
        if "address" in row:
            row["address"]["district"] = "Mitte"
    assert take(portal, _lines(tmp_path, *rows)).refused == []
    group = portal.log().get(BillGroup, imported_id("import", "bill_group", "acme-main"))
    entity = portal.log().get(Entity, imported_id("import", "entity", "northwind-de"))
    contact = group.contacts["billing"]
    assert contact is not None
    assert contact.address is not None
    assert entity.facts is not None
    assert contact.address.district == entity.facts.address.district == "Mitte"
    assert "district" in json.dumps(schema())


def test_the_example_company_is_taken_whole(portal: Portal) -> None:
    taken = take(portal, COMPANY)
    assert taken.refused == []
    assert taken.count("taken") == len(COMPANY.read_text().splitlines())
    log = portal.log()
    account = log.get(Account, imported_id("import", "account", "acme"))
    group = log.get(BillGroup, imported_id("import", "bill_group", "acme-main"))
    note = log.get(CreditNote, imported_id("import", "credit_note", "cn-1"))
    assert account.name == "Acme Manufacturing Ltd"
    assert len(account.contracts) == 1
    assert group.account_id == account.id
    assert group.details["po_number"] == "PO-4711"
    assert group.details["default_payment_method"] in map(str, group.payment_methods)
    assert group.contacts["billing"] is not None
    assert group.contacts["billing"].email == "jane.porter@acme.example"
    assert note.facts is not None
    assert note.facts.available == 40_00
    entity = log.get(Entity, imported_id("import", "entity", "northwind-de"))
    assert entity.facts is not None
    assert entity.facts.time_zone == "Europe/Berlin"


def test_what_is_open_is_right_to_the_cent(portal: Portal) -> None:
    take(portal, COMPANY)
    stands = settlement(portal, "inv-1001")
    assert (stands.total, stands.paid, stands.credited) == (416_50, 183_50, 60_00)
    assert stands.open == 173_00
    assert settlement(portal, "inv-1002").document == "void"
    assert settlement(portal, "inv-1003").document == "draft"


def test_unit_prices_keep_all_their_decimals(portal: Portal) -> None:
    take(portal, COMPANY)
    name = imported_id("import", "subscription", "acme-platform")
    subscription = portal.log().get(Subscription, name)
    assert subscription.facts is not None
    prices = [item.unit_price for item in subscription.facts.items]
    assert prices == ["12.5", "0.0004"]


def test_the_original_pdf_is_kept_as_it_was_sent(portal: Portal) -> None:
    take(portal, COMPANY)
    name = document_id(imported_id("import", "invoice", "inv-1001"))
    stored = portal.log().get(InvoiceDocument, name).stored
    assert stored is not None
    assert stored.origin == "imported"
    sent = (EXAMPLES / "originals" / "R-1001.pdf").read_bytes()
    assert portal.documents().fetch(stored.sha256) == sent


def test_csv_says_the_same_as_json_lines(portal: Portal) -> None:
    take(portal, COMPANY)
    taken = take(portal, EXAMPLES / "invoices.csv")
    assert taken.refused == []
    assert settlement(portal, "inv-2001").open == 312_500
    assert settlement(portal, "inv-2002").open == 12_345
    invoice = portal.log().get(Invoice, imported_id("import", "invoice", "inv-2001"))
    assert invoice.document is not None
    assert [line.amount for line in invoice.document.lines] == [300_000, 12_500]
    assert invoice.document.lines[0].description == "Workshop; two days"


def test_a_second_run_changes_nothing(portal: Portal) -> None:
    take(portal, COMPANY, EXAMPLES / "invoices.csv")
    before = head(portal)
    again = take(portal, COMPANY, EXAMPLES / "invoices.csv")
    assert again.count("taken") == 0
    assert head(portal) == before


def test_bad_rows_are_named_and_the_good_ones_are_in(portal: Portal) -> None:
    take(portal, COMPANY)
    taken = take(portal, EXAMPLES / "broken.jsonl")
    found = {(row.line, row.field, row.code) for row in taken.refused}
    assert found == {
        (2, "status", "not_a_choice"),
        (2, "colour", "unknown_field"),
        (3, "name", "card_number"),
        (4, "invoice", "reference_unknown"),
        (5, "", "not_json"),
    }
    assert not portal.log().get(Account, imported_id("import", "account", "good")).is_new


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 5_000 + "1" + "}" * 5_000])
def test_what_is_nested_without_end_is_one_bad_row(
    portal: Portal, tmp_path: Path, deep: str
) -> None:
    file = tmp_path / "deep.jsonl"
    file.write_text(f"{deep}\n{COMPANY.read_text()}")
    taken = take(portal, file)
    assert [(row.line, row.code) for row in taken.refused][:1] == [(1, "not_json")]
    assert taken.count("taken") > 0


def test_a_row_that_comes_too_early_is_taken_by_a_later_run(portal: Portal, tmp_path: Path) -> None:
    early = _lines(tmp_path, _invoice())
    assert [row.code for row in take(portal, early).refused] == ["reference_unknown"]
    take(portal, COMPANY)
    assert take(portal, early).refused == []


def test_rows_of_one_file_may_refer_to_each_other(portal: Portal) -> None:
    assert take(portal, COMPANY).count("refused") == 0


def test_what_the_customer_changed_stays_until_the_source_says_something_new(
    portal: Portal, tmp_path: Path
) -> None:
    take(portal, COMPANY)
    take(portal, _lines(tmp_path, _bill_group(po_number="PO-1")))
    name = imported_id("import", "bill_group", "acme-main")
    topics = [topic for topic, _ in facts(portal)[name]]
    take(portal, _lines(tmp_path, _bill_group(po_number="PO-1")))
    assert [topic for topic, _ in facts(portal)[name]] == topics
    assert portal.log().get(BillGroup, name).details["po_number"] == "PO-1"


def test_null_clears_a_detail_and_an_absent_field_says_nothing(
    portal: Portal, tmp_path: Path
) -> None:
    take(portal, COMPANY)
    take(portal, _lines(tmp_path, _bill_group(po_number=None)))
    group = portal.log().get(BillGroup, imported_id("import", "bill_group", "acme-main"))
    assert group.details["po_number"] is None
    assert group.details["vat_number"] == "DE136695976"


WRITTEN_TEN = ("10.00", "10", "010.0", 10, 10.0)


def test_an_amount_is_exact_however_it_is_written(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    rows = [_invoice(total=total, external_id=repr(total)) for total in WRITTEN_TEN]
    assert take(portal, _lines(tmp_path, *rows)).refused == []
    totals = {settlement(portal, repr(total)).total for total in WRITTEN_TEN}
    assert totals == {1000}


NEVER_RIGHT: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"total": 0.1 + 0.2, "lines": []}, "total", "amount_malformed"),
    ({"total": "0.001", "lines": []}, "total", "amount_too_precise"),
    ({"total": "1e3", "lines": []}, "total", "wrong_form"),
    ({"total": "11.00"}, "total", "total_does_not_add_up"),
    ({"subtotal": "9.00", "total": "9.00"}, "subtotal", "lines_do_not_add_up"),
    ({"currency": "XXX"}, "currency", "currency_unknown"),
    ({"currency": "JPY", "total": "10.50", "lines": []}, "total", "amount_too_precise"),
    ({"issued_on": None}, "issued_on", "missing"),
    ({"note": "4111 1111 1111 1111"}, "note", "card_number"),
    ({"note": "a\u0000b"}, "note", "control_characters"),
    ({"pdf": "../company.jsonl"}, "pdf", "original_outside"),
    ({"pdf": "/etc/passwd"}, "pdf", "original_outside"),
    ({"pdf": "nowhere.pdf"}, "pdf", "original_missing"),
    ({"pdf": "rows.jsonl"}, "pdf", "not_a_pdf"),
)


def test_an_invoice_that_cannot_be_right_is_refused(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    before = head(portal)
    taken = take(portal, _lines(tmp_path, *(_invoice(**changes) for changes, _, _ in NEVER_RIGHT)))
    said = {row.line: (row.field, row.code) for row in reversed(taken.refused)}
    expected = {line: told for line, (_, *told) in enumerate(NEVER_RIGHT, 1)}
    assert said == {line: tuple(told) for line, told in expected.items()}
    assert head(portal) == before


def test_a_pdf_larger_than_10_mb_is_refused(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    (tmp_path / "large.pdf").write_bytes(b"%PDF-" + bytes(10 * 1024 * 1024))
    taken = take(portal, _lines(tmp_path, _invoice(pdf="large.pdf")))
    assert [row.code for row in taken.refused] == ["original_too_large"]


def test_a_link_that_leads_out_of_the_folder_is_refused(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "sly.pdf").symlink_to(EXAMPLES / "originals" / "R-1001.pdf")
    taken = take(portal, _lines(tmp_path / "inside", _invoice(pdf="sly.pdf")))
    assert [row.code for row in taken.refused] == ["original_outside"]


def test_a_credit_note_that_is_voided_counts_no_more(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    rows = [json.loads(line) for line in COMPANY.read_text().splitlines()]
    note = next(row for row in rows if row["kind"] == "credit_note")
    take(portal, _lines(tmp_path, {**note, "status": "void"}))
    assert settlement(portal, "inv-1001").credited == 0


def _preview(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "upcoming",
        "bill_group": "acme-main",
        "billing_on": "2026-12-31",
        "currency": "EUR",
        "total": "10.00",
        "lines": [{"description": "One", "amount": "10.00"}],
        **changes,
    }


def test_a_preview_of_the_next_invoice_is_known_once_replaced_and_taken_back(
    portal: Portal, tmp_path: Path
) -> None:
    take(portal, COMPANY)
    group = imported_id("import", "bill_group", "acme-main")
    told = portal.log().get(BillGroup, group).upcoming
    assert told is not None
    assert (told.total, len(told.lines), told.billing_on) == (82_110, 2, date(2026, 12, 31))
    assert take(portal, _lines(tmp_path, _preview())).count("taken") == 1
    assert take(portal, _lines(tmp_path, _preview())).count("same") == 1
    newer = portal.log().get(BillGroup, group).upcoming
    assert newer is not None
    assert newer.total == 10_00
    take(portal, _lines(tmp_path, _preview(removed=True)))
    assert portal.log().get(BillGroup, group).upcoming is None


def test_a_preview_that_cannot_be_right_is_refused(portal: Portal, tmp_path: Path) -> None:
    take(portal, COMPANY)
    rows = (_preview(total="11.00"), _preview(currency="XXX"), _preview(bill_group="nobody"))
    taken = take(portal, _lines(tmp_path, *rows))
    said = {row.line: row.code for row in taken.refused}
    assert said == {1: "total_does_not_add_up", 2: "currency_unknown", 3: "reference_unknown"}


def test_the_schema_names_every_kind() -> None:
    told = schema()
    assert set(told["discriminator"]["mapping"]) == set(KINDS)
