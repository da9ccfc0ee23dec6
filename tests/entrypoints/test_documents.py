"""An invoice's PDF: the same bytes for ever, sent as a file that can do nothing."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any, get_args
from uuid import uuid4

import msgspec
import pikepdf
import pytest
from dependency_injector import providers
from msgspec.structs import replace

from adapters.memory.pdf import MemoryPdf, words_of
from application.e_invoice import Missing
from application.ports.e_invoice import Syntax
from domain.bill_group import BillGroup, HeldMethod, PaymentMethodFacts
from domain.entity import Brand, Entity
from domain.identity import document_id, saved_method_id
from domain.invoice_document import InvoiceDocument
from entrypoints.container import Portal
from entrypoints.web.documents import file_name
from entrypoints.wording.e_invoice import BY_THE_CUSTOMER, BY_THE_SELLER
from tests.e_invoice_rules import broken_rules
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import BY, SELLER, bill_group, invoice, named, payment_rules, seller

INVOICE = invoice("NW-1")
PDF, XML = at(f"/invoices/{INVOICE.id}/pdf"), at(f"/invoices/{INVOICE.id}/ubl.xml")


@pytest.fixture
def press(portal: Portal) -> MemoryPdf:
    """A renderer that only says what would stand in the PDF."""
    double = MemoryPdf()
    portal.pdf.override(providers.Object(double))
    return double


def _books(**facts: Any) -> list[Any]:
    return [seller(), bill_group(**facts), invoice("NW-1")]


def test_the_pdf_is_made_once_in_the_bill_groups_language(portal: Portal, press: MemoryPdf) -> None:
    tell(portal, *_books(language="de"))
    with browser(portal) as customer:
        first, second = customer.get(PDF), customer.get(PDF)
    assert first.status_code == 200
    assert first.content == second.content
    assert len(press.rendered) == 1
    assert words_of(first.content)["language"] == "de"
    stored = portal.log().get(InvoiceDocument, document_id(INVOICE.id)).stored
    assert stored is not None
    assert (stored.origin, stored.language) == ("rendered", "de")


def test_without_a_language_of_its_own_it_is_the_entitys(portal: Portal, press: MemoryPdf) -> None:
    tell(portal, seller("de"), bill_group(), invoice("NW-1"))
    with browser(portal, language="en") as customer:
        assert words_of(customer.get(PDF).content)["language"] == "de"


def test_a_later_brand_or_language_changes_nothing_of_it(portal: Portal, press: MemoryPdf) -> None:
    tell(portal, *_books(language="en"))
    with browser(portal) as customer:
        before = customer.get(PDF).content
        entity = Entity.replay(SELLER, seller())
        entity.change_brand(Brand("#123456"), by=BY)
        group = BillGroup.replay(named("ACME"), bill_group(language="en")[2:])
        assert group.facts
        changed = msgspec.structs.replace(group.facts, language="de")
        group.record_facts("erp", "ACME", named("ACME account"), SELLER, changed, by=BY)
        tell(portal, entity, group)
        assert customer.get(PDF).content == before


def test_an_imported_original_is_sent_as_it_came(portal: Portal, press: MemoryPdf) -> None:
    tell(portal, *_books())
    sha256 = portal.documents().keep(b"%PDF original", "pdf")
    original = InvoiceDocument(document_id(INVOICE.id))
    original.store(INVOICE.id, named("ACME"), "imported", sha256, 13, "und", by=BY)
    tell(portal, original)
    with browser(portal) as customer:
        assert customer.get(PDF).content == b"%PDF original"
    assert press.rendered == []


def test_it_is_a_file_with_a_harmless_name_that_can_do_nothing(
    portal: Portal, press: MemoryPdf
) -> None:
    told = invoice("NW/1 ü\r\n\u202e.exe")
    tell(portal, seller(), bill_group(), told)
    with browser(portal) as customer:
        headers = customer.get(at(f"/invoices/{told.id}/pdf")).headers
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"].startswith('attachment; filename="NW-1-_-.exe.pdf"')
    assert "sandbox" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("NW-2026-1187", "NW-2026-1187"),
        ("../../etc/passwd", "etc-passwd"),
        ("RE 2026/07", "RE-2026-07"),
        ("請求書42", "請求書42"),
        (None, "invoice"),
        ("...", "invoice"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_file_is_named_after_the_number(number: str | None, name: str) -> None:
    assert file_name(number) == name


@pytest.mark.parametrize("failing", ["break_down", "refuse"])
def test_while_no_pdf_can_be_made_other_pages_work(
    portal: Portal, press: MemoryPdf, failing: str
) -> None:
    getattr(press, failing)()
    tell(portal, *_books())
    with browser(portal) as customer:
        answer = customer.get(PDF)
        assert answer.status_code == 503
        assert "This PDF cannot be made just now" in answer.text
        assert answer.headers["content-type"].startswith("text/html")
        assert customer.get(at(f"/invoices/{INVOICE.id}")).status_code == 200
        press.recover()
        assert customer.get(PDF).status_code == 200


def test_the_real_renderer_makes_a_pdf(portal: Portal) -> None:
    told = invoice("NW-1", period_from=date(2026, 10, 1))
    tell(portal, seller(), bill_group(), told)
    with browser(portal) as customer:
        answer = customer.get(PDF)
        xml = customer.get(at(f"/invoices/{told.id}/cii.xml")).content
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-1.7")
    with pikepdf.open(BytesIO(answer.content)) as opened:
        assert opened.attachments["factur-x.xml"].get_file().read_bytes() == xml


def test_nobody_without_a_session_gets_it(portal: Portal, press: MemoryPdf) -> None:
    tell(portal, *_books())
    with browser(portal) as customer:
        customer.cookies.clear()
        answer = customer.get(PDF, follow_redirects=False)
        assert answer.status_code == 303
        assert customer.get(at(f"/invoices/{uuid4()}/pdf"), follow_redirects=False).is_redirect


@pytest.mark.parametrize("syntax", ["cii", "ubl"])
def test_the_e_invoice_is_valid_and_stays_as_it_was_first(
    portal: Portal, press: MemoryPdf, syntax: Syntax
) -> None:
    tell(portal, *_books())
    with browser(portal) as customer:
        page = customer.get(at(f"/invoices/{INVOICE.id}/e-invoice"))
        assert f"/{syntax}.xml" in page.text
        first = customer.get(at(f"/invoices/{INVOICE.id}/{syntax}.xml"))
        assert first.headers["content-type"].startswith("application/xml")
        assert f'filename="NW-1.{syntax}.xml"' in first.headers["content-disposition"]
        assert broken_rules(first.content, syntax) == []
        group = BillGroup.replay(named("ACME"), bill_group()[2:])
        group.receive_detail("vat_number", "GB999999973", by=BY)
        tell(portal, group)
        assert customer.get(at(f"/invoices/{INVOICE.id}/{syntax}.xml")).content == first.content


def test_what_is_missing_for_an_e_invoice_is_said(portal: Portal, press: MemoryPdf) -> None:
    unclear = invoice("NW-1", due_on=None, taxes=(), total=10_000)
    tell(portal, seller(), bill_group(), unclear)
    path = f"/invoices/{unclear.id}"
    with browser(portal) as customer:
        page = customer.get(at(f"{path}/e-invoice"))
        assert page.status_code == 200
        assert "The invoice has no due date." in page.text
        assert "It is not said how each line is taxed." in page.text
        assert "What Northwind has to add" in page.text
        asked = customer.get(at(f"{path}/ubl.xml"))
        assert asked.status_code == 404
        assert "The invoice has no due date." in asked.text
        assert words_of(customer.get(at(f"{path}/pdf")).content)["e_invoice"] is None


def test_a_void_invoice_has_no_e_invoice(portal: Portal, press: MemoryPdf) -> None:
    void = invoice("NW-1")
    void.void(date(2026, 11, 1), by=BY)
    tell(portal, seller(), bill_group(), void)
    with browser(portal) as customer:
        assert customer.get(at(f"/invoices/{void.id}/cii.xml")).status_code == 404


def test_every_thing_that_can_be_missing_has_words() -> None:
    assert {*BY_THE_SELLER, *BY_THE_CUSTOMER} == {
        one for part in get_args(Missing) for one in (get_args(part) or (part,))
    }


def test_an_invoice_names_the_buyer_as_it_was_when_issued(portal: Portal, press: MemoryPdf) -> None:
    """Whenever its PDF is first asked for; a later invoice has what was changed since."""
    tell(portal, *_books())
    group = BillGroup.replay(named("ACME"), bill_group()[2:])
    later = replace(BY, at=BY.at + timedelta(days=30), command_id=uuid4())
    group.change_detail("vat_number", "GB999999973", by=later)
    recent = invoice("NW-9", issued_on=date(2026, 12, 10))
    tell(portal, group, recent)
    with browser(portal) as customer:
        before = words_of(customer.get(PDF).content)
        after = words_of(customer.get(at(f"/invoices/{recent.id}/pdf")).content)
    assert "VAT-ACME" in str(before["buyer"])
    assert "GB999999973" in str(after["buyer"])


CARD = PaymentMethodFacts("card", brand="visa", last4="4242", expires="2027-12")
COLLECTED = "We collect this amount with your payment method on file."


def _collecting(*stories: Callable[[BillGroup], object]) -> list[Any]:
    """A seller who collects at the account `main`, and a group that the billing system collects."""
    group = BillGroup.replay(named("ACME"), bill_group(collection="automatic")[2:])
    for story in stories:
        story(group)
    return [seller(), payment_rules(), bill_group(collection="automatic"), group, invoice("NW-1")]


def _saved(group: BillGroup, facts: PaymentMethodFacts = CARD, provider: str = "main") -> None:
    method_id = group.save_payment_method(HeldMethod(provider, "cus_1", "pm_1"), facts, by=BY)
    group.change_detail("default_payment_method", str(method_id), by=BY)


def test_an_invoice_says_that_it_is_collected_where_auto_pay_is_on_and_can(
    portal: Portal, press: MemoryPdf
) -> None:
    tell(portal, *_collecting(_saved))
    with browser(portal) as customer:
        first = customer.get(PDF).content
        assert COLLECTED in str(words_of(first)["notes"])
        assert b"PayeeFinancialAccount" not in customer.get(XML).content
        group = portal.log().get(BillGroup, named("ACME"))
        group.switch_auto_pay("manual", by=BY)
        portal.log().save(group)
        assert customer.get(PDF).content == first, "as it was first made"


@pytest.mark.parametrize(
    "stories",
    [
        [],
        [lambda group: _saved(group, replace(CARD, expires="2026-01"))],
        [lambda group: _saved(group, provider="another")],
        [_saved, lambda group: group.switch_auto_pay("manual", by=BY)],
        [
            _saved,
            lambda group: group.mark_payment_method(
                saved_method_id("main", "pm_1"), "failing", None, by=BY
            ),
        ],
    ],
    ids=["billing system's own", "expired", "kept elsewhere", "switched off", "failing"],
)
def test_an_invoice_asks_for_a_transfer_where_nothing_can_be_collected(
    portal: Portal, press: MemoryPdf, stories: list[Any]
) -> None:
    tell(portal, *_collecting(*stories))
    with browser(portal) as customer:
        notes = str(words_of(customer.get(PDF).content)["notes"])
        xml = customer.get(XML).content
    assert COLLECTED not in notes
    assert "DK50" in notes
    assert b"PayeeFinancialAccount" in xml


def test_an_invoice_without_a_due_date_is_not_said_to_be_collected(
    portal: Portal, press: MemoryPdf
) -> None:
    *told, _dated = _collecting(_saved)
    undated = invoice("NW-9", due_on=None)
    tell(portal, *told, undated)
    with browser(portal) as customer:
        content = customer.get(at(f"/invoices/{undated.id}/pdf")).content
    assert COLLECTED not in str(words_of(content)["notes"])
