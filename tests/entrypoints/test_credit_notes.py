"""A credit note's page, its PDF and its e-invoice."""

from io import BytesIO
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from application.ports.e_invoice import Syntax
from domain.address import PostalAddress
from domain.bill_group import BillGroup
from domain.credit_note import Applied, CreditNote
from entrypoints.container import Portal
from tests.contracts.e_invoices import CREDIT_NOTE
from tests.e_invoice_rules import broken_rules
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import BY, bill_group, invoice, named, seller

INVOICE = invoice("NW-1")
NOTE = named("ACME GS")
PAGE = at(f"/credit-notes/{NOTE}")
SYNTAXES: tuple[Syntax, ...] = ("cii", "ubl")


def noted(group: str = "ACME", **facts: Any) -> CreditNote:
    """A credit note of 119.00 for the invoice, of which 50.00 counts already."""
    note = CreditNote(named(f"{group} GS"))
    whole = replace(
        CREDIT_NOTE,
        **{"invoice_id": INVOICE.id, "applied": (Applied(INVOICE.id, 5_000),), **facts},
    )
    note.record_facts("erp", "GS", named(group), named(f"{group} account"), whole, by=BY)
    return note


@pytest.fixture
def books(portal: Portal) -> Portal:
    told = invoice("NW-1")
    told.apply_credit(NOTE, 5_000, by=BY)
    tell(portal, seller(), bill_group(), told, noted())
    return portal


def test_its_page_says_what_it_credits_and_where_it_counts(books: Portal) -> None:
    with browser(books) as customer:
        page = customer.get(PAGE).text
        assert f"/credit-notes/{NOTE}" in customer.get(at(f"/invoices/{INVOICE.id}")).text
    for words in ("GS-2026-0007", "Zu viel berechnet", "€119.00", "€69.00", "€50.00", "NW-1"):
        assert words in page


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_its_e_invoice_is_valid_and_names_the_invoice(books: Portal, syntax: Syntax) -> None:
    with browser(books) as customer:
        answer = customer.get(f"{PAGE}/{syntax}.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    assert broken_rules(answer.content, syntax) == []
    assert b"NW-1" in answer.content
    assert b"381" in answer.content


def test_a_district_is_part_of_the_address_on_paper_and_in_the_e_invoice(books: Portal) -> None:
    group = books.log().get(BillGroup, named("ACME"))
    contact = group.contacts["billing"]
    assert contact is not None
    there = PostalAddress(("Ring 1",), "DE", "Berlin", "10115", district="Mitte")
    group.receive_contact("billing", replace(contact, address=there), by=BY)
    books.log().save(group)
    with browser(books) as customer:
        pdf = customer.get(f"{PAGE}/pdf").content
        for syntax in SYNTAXES:
            written = customer.get(f"{PAGE}/{syntax}.xml").content
            assert broken_rules(written, syntax) == []
            assert b">Ring 1<" in written
            assert b">Mitte<" in written
    words = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    assert "Ring 1\nMitte\n10115 Berlin" in words[0]


def test_its_pdf_says_the_same(books: Portal) -> None:
    with browser(books) as customer:
        answer = customer.get(f"{PAGE}/pdf")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Credit note" in words
    assert "GS-2026-0007" in words
    assert "NW-1" in words


def test_what_is_missing_for_its_e_invoice_is_said(portal: Portal) -> None:
    tell(portal, seller(), bill_group(), INVOICE, noted(lines=(), taxes=(), total=11_900))
    with browser(portal) as customer:
        assert "no lines that say what is billed" in customer.get(PAGE).text
        assert customer.get(f"{PAGE}/ubl.xml").status_code == 404
        assert customer.get(f"{PAGE}/pdf").content.startswith(b"%PDF-")


def test_a_foreign_and_a_void_one_are_not_found(portal: Portal) -> None:
    tell(portal, seller(), bill_group(), INVOICE, noted(status="void", applied=()))
    tell(portal, bill_group("Globex"), noted("Globex"))
    with browser(portal) as customer:
        for page in (PAGE, at(f"/credit-notes/{named('Globex GS')}")):
            for path in ("", "/pdf", "/cii.xml", "/ubl.xml"):
                assert customer.get(page + path).status_code == 404
