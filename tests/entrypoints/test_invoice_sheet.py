"""An invoice becomes a sheet of words and figures in the reader's language."""

import io
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from pypdf import PdfReader

from adapters.pdf_typst import TypstPdf
from application.address_rules import countries
from application.ports.pdf import Fact, InvoiceSheet, Total
from domain.address import Address, PostalAddress
from domain.bill_group import Contact
from domain.entity import BankDetails, EntityFacts, SupportContact
from domain.invoice import InvoiceFacts, InvoiceLine, Settlement, TaxLine
from entrypoints.http.languages import SUPPORTED
from entrypoints.wording.invoice_sheet import BilledTo, Brand, invoice_sheet
from entrypoints.wording.invoice_tables import period
from entrypoints.wording.postal_address import address_lines

NORTHWIND = EntityFacts(
    name="Northwind",
    legal_name="Northwind Systems A/S",
    address=Address(("Kongens Nytorv 18",), "København K", "DK", "1050"),
    support=SupportContact("billing@northwind.example", "+45 33 12 00 00"),
    time_zone="Europe/Copenhagen",
    language="en",
    vat_number="DK13585628",
    bank=BankDetails(iban="DK5000400440116243", bic="NDEADKKK"),
)
INVOICE = InvoiceFacts(
    status="issued",
    currency="EUR",
    number="NW-2026-1187",
    issued_on=date(2026, 11, 1),
    due_on=date(2026, 12, 1),
    po_number="PO-2026-0778",
    lines=(
        InvoiceLine("Platform", "1", "640.00", 64000, "25", date(2026, 11, 1), date(2026, 11, 30)),
        InvoiceLine("Calls", "1248000", "0.00025", 31200, "25"),
    ),
    subtotal=95200,
    taxes=(TaxLine("VAT", "25", 95200, 23800),),
    total=119000,
)
ISSUED = Settlement(
    document="issued",
    total=119000,
    paid=0,
    credited=0,
    written_off=0,
    processing=0,
    disputed=False,
    failed=False,
    open=119000,
    adjustment=0,
    surplus=0,
)
BRENNAN = BilledTo(
    "Brennan & Søn ApS",
    Contact(
        "Ane Brennan",
        "ap@brennan.example",
        address=PostalAddress(("Vesterbrogade 6",), "DK", "København V", "1620"),
    ),
    vat_number="DK29671234",
)


def sheet(
    settlement: Settlement = ISSUED,
    document: InvoiceFacts = INVOICE,
    billed_to: BilledTo = BRENNAN,
    language: str = "en",
    **entity: Any,
) -> InvoiceSheet:
    return invoice_sheet(
        document,
        settlement,
        msgspec.structs.replace(NORTHWIND, **entity),
        Brand(),
        billed_to,
        language=language,
        made_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def settled(**facts: Any) -> Settlement:
    return msgspec.structs.replace(ISSUED, **facts)


def total_of(made: InvoiceSheet) -> dict[str, str]:
    return {total.label: total.value for total in made.totals}


def test_the_sheet_names_seller_and_buyer_with_addresses_and_numbers() -> None:
    made = sheet()
    assert made.seller.name == "Northwind Systems A/S"
    assert made.seller.lines == ("Kongens Nytorv 18", "1050 København K", "Denmark")
    assert made.seller.facts == (Fact("VAT number", "DK13585628"),)
    assert made.buyer.name == "Brennan & Søn ApS"
    assert made.buyer.lines == ("Ane Brennan", "Vesterbrogade 6", "1620 København V", "Denmark")


def test_the_open_amount_and_the_due_date_are_the_headline() -> None:
    headline = sheet(settled(paid=50000, open=69000)).headline
    assert headline
    assert (headline.label, headline.value) == ("Amount due", "€690.00")
    assert headline.note == "due on 1 December 2026"


def test_lines_show_exact_unit_prices_rates_amounts_and_periods() -> None:
    first, second = sheet().lines.rows
    assert first.cells == ("Platform", "1", "€640.00", "25%", "€640.00")
    assert first.note.startswith("1")
    assert first.note.endswith("30 Nov 2026")
    assert second.cells == ("Calls", "1,248,000", "€0.00025", "25%", "€312.00")
    assert second.note == ""


def test_lines_without_tax_rates_have_no_column_for_them() -> None:
    line = InvoiceLine("Platform", "1", "640", 64000)
    made = sheet(document=msgspec.structs.replace(INVOICE, lines=(line,)))
    assert [column.label for column in made.lines.columns] == [
        "Description",
        "Quantity",
        "Unit price",
        "Amount",
    ]


def test_totals_lead_from_the_subtotal_to_what_is_still_open() -> None:
    made = sheet(settled(paid=50000, credited=10000, adjustment=-9000, open=50000))
    assert total_of(made) == {
        "Subtotal": "€952.00",
        "VAT 25%": "€238.00",
        "Total": "€1,190.00",
        "Paid": "-€500.00",
        "Credited": "-€100.00",
        "Customer balance applied": "-€90.00",
        "Amount due": "€500.00",
    }


def test_an_untouched_invoice_ends_with_its_total() -> None:
    assert sheet().totals[-1] == Total("Total", "€1,190.00", strong=True)


@pytest.mark.parametrize(
    ("settlement", "words"),
    [
        (settled(paid=119000, open=0), "Paid, nothing to pay"),
        (settled(credited=119000, open=0), "Settled by credit, nothing to pay"),
        (settled(open=0, adjustment=-119000), "Nothing to pay"),
    ],
)
def test_a_settled_invoice_says_so_and_asks_for_no_payment(
    settlement: Settlement, words: str
) -> None:
    made = sheet(settlement)
    assert made.headline
    assert made.headline.note == words
    assert made.notes == ()


def test_a_void_invoice_is_labelled_and_asks_for_nothing() -> None:
    made = sheet(settled(document="void", open=0))
    assert made.label == "Void"
    assert made.headline is None
    assert made.notes == ()
    assert "Amount due" not in total_of(made)


def test_an_open_invoice_says_how_to_transfer_the_amount() -> None:
    (payment,) = sheet().notes
    assert Fact("IBAN", "DK50 0040 0440 1162 43") in payment.facts
    assert Fact("Account holder", "Northwind Systems A/S") in payment.facts
    assert Fact("Reference", "NW-2026-1187") in payment.facts


def test_an_invoice_that_is_collected_does_not_ask_for_a_transfer() -> None:
    (payment,) = sheet(billed_to=msgspec.structs.replace(BRENNAN, automatic=True)).notes
    assert payment.facts == ()
    assert "collect" in payment.sentences[0]


def test_what_was_erased_of_the_contact_is_left_out() -> None:
    erased = Contact(
        "erased-7",
        "erased-7",
        company="erased-7",
        address=PostalAddress(("erased-7",), "DK", "erased-7", "erased-7"),
    )
    buyer = sheet(billed_to=BilledTo("Brennan & Søn ApS", erased)).buyer
    assert (buyer.name, buyer.lines) == ("Brennan & Søn ApS", ("Denmark",))


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (
            Address(("1 Main St",), "Springfield", "US", "62701", "IL"),
            ("1 Main St", "Springfield, IL 62701", "United States"),
        ),
        (
            Address(("銀座4-1-1",), "中央区", "JP", "104-0061", "東京都"),
            ("〒104-0061", "東京都中央区", "銀座4-1-1", "Japan"),
        ),
        (
            Address(("1-1 Chiyoda",), "Chiyoda-ku", "JP", "〒100-0001", "東京都"),
            ("1-1 Chiyoda", "Chiyoda-ku, Tokyo", "100-0001", "Japan"),
        ),
        (
            Address(("阜通东大街6号",), "合肥市", "CN", "230000", "安徽省", "蜀山区"),
            ("230000", "安徽省合肥市蜀山区", "阜通东大街6号", "China"),
        ),
        (
            Address(("6 Futong Street",), "Hefei", "CN", "230000", "安徽省", "Shushan"),
            ("6 Futong Street", "Shushan", "Hefei", "Anhui Sheng, 230000", "China"),
        ),
        (
            Address(("Rua 1",), "São Paulo", "BR", "01310-100", "SP", "Bela Vista"),
            ("Rua 1", "Bela Vista", "São Paulo-SP", "01310-100", "Brazil"),
        ),
        (
            Address(("불정로 6",), "성남시", "KR", "13561", "경기도", "분당구"),
            ("경기도 성남시분당구", "불정로 6", "13561", "South Korea"),
        ),
        (
            Address(("德輔道1號",), "中環", "HK", None, "Hong Kong Island"),
            ("香港島", "中環", "德輔道1號", "Hong Kong SAR China"),
        ),
        (
            Address(("Ring 1",), "Berlin", "DE", "10115", "BE", "Mitte"),
            ("Ring 1", "Mitte", "10115 Berlin", "BE", "Germany"),
        ),
        (
            Address(("1 Bay Road",), "Singapore", "SG", "018956"),
            ("1 Bay Road", "Singapore 018956", "Singapore"),
        ),
        (Address(("Somewhere",), "Town", "XX"), ("Somewhere", "Town", "XX")),
    ],
)
def test_addresses_follow_their_country(address: Address, lines: tuple[str, ...]) -> None:
    assert address_lines(address, "en") == lines


@pytest.mark.parametrize("letter", ["A", "東"])
def test_no_country_loses_or_repeats_a_part_of_an_address(letter: str) -> None:
    told = ("street", "city", "region", "district")
    street, city, region, district = (f"{letter} {word}" for word in told)
    for code in countries():
        address = PostalAddress((street, "floor"), code, city, "CODE", region, district)
        written = "\n".join(address_lines(address, "en"))
        for word in (*told, "floor", "CODE"):
            assert written.count(word) == 1, (code, written)


def test_a_period_of_one_day_or_of_one_end_is_a_date() -> None:
    assert period(date(2026, 11, 1), date(2026, 11, 1), "en") == "1 Nov 2026"
    assert period(None, date(2026, 11, 30), "en") == "30 Nov 2026"
    assert period(None, None, "en") == ""


@pytest.mark.parametrize("language", SUPPORTED)
def test_the_sheet_becomes_a_pdf_in_every_language(language: str) -> None:
    made = sheet(settled(paid=50000, open=69000), language=language)
    rendered = TypstPdf(at_once=1).render(made)
    words = PdfReader(io.BytesIO(rendered.pdf)).pages[0].extract_text()
    assert rendered.replaced == ""
    assert "NW-2026-1187" in words
    assert made.title in words
