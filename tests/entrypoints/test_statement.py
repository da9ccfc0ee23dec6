"""The statement of account on screen, for spreadsheets, and on paper."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from entrypoints.container import Portal
from tests.entrypoints.customers import at, browser, tell
from tests.read_models.books import bill_group, credit_note, invoice, pay, seller

ALL = at("/statement?from=2026-01-01&to=2026-12-31")


@pytest.fixture
def books(portal: Portal) -> Portal:
    """An invoice with a part payment, one in yen, and a credit note."""
    euro = invoice("NW-1")
    pay(euro, 1_900)
    yen = invoice("NW-2", currency="JPY", total=11_900, po_number="x")
    tell(portal, seller(), bill_group(), euro, yen, credit_note("CN-1", 5_000))
    return portal


def test_each_currency_leads_from_opening_to_closing_balance(books: Portal) -> None:
    with browser(books) as customer:
        page = customer.get(ALL).text
    assert "Payment for" in page
    assert "CN-1" in page
    assert "€50.00" in page
    assert "¥11,900" in page


def test_each_line_leads_to_its_document(books: Portal) -> None:
    with browser(books) as customer:
        page = customer.get(ALL).text
        led_to = re.findall(r'<td class="lead"><a href="([^"]+)">([^<]+)</a>', page)
        assert {words.split()[-1] for _, words in led_to} == {"NW-1", "NW-2", "CN-1"}
        for url, words in led_to:
            assert words.split()[-1] in customer.get(url).text


def test_without_a_period_it_is_the_last_three_months(books: Portal) -> None:
    today = books.clock().now().date()
    with browser(books) as customer:
        page = customer.get(at("/statement")).text
    assert f'value="{today}"' in page
    assert "From the beginning" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=31.12.2026", "Please give a date such as 2026-11-30."),
        ("from=2026-02-01&to=2026-01-01", "The period ends before it begins."),
    ],
)
def test_what_is_no_period_is_said_at_the_field_and_kept(
    books: Portal, query: str, words: str
) -> None:
    with browser(books) as customer:
        answer = customer.get(at(f"/statement?{query}"))
        assert answer.status_code == 422
        assert words in answer.text
        assert query.partition("=")[2].partition("&")[0] in answer.text
        assert customer.get(at(f"/statement.csv?{query}")).status_code == 422
        assert words in customer.get(at(f"/statement.pdf?{query}&currency=EUR")).text


def test_the_file_for_spreadsheets_has_exact_decimals(books: Portal) -> None:
    with browser(books) as customer:
        answer = customer.get(at("/statement.csv?from=2026-01-01&to=2026-12-31"))
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Currency,Date,What,Reference,Amount,Balance"
    assert lines[1:3] == [
        "EUR,2026-01-01,Opening balance,,,0.00",
        "EUR,2026-10-02,Invoice NW-1,,119.00,119.00",
    ]
    assert "EUR,2026-12-31,Closing balance,,,50.00" in lines
    assert "JPY,2026-12-31,Closing balance,,,11900" in lines
    closing = lines.index("EUR,2026-12-31,Closing balance,,,50.00")
    ages = [line.split(",") for line in lines[closing + 1 : closing + 7]]
    assert {(age[0], age[3]) for age in ages} == {("EUR", "Open by age")}
    assert sum(Decimal(age[5]) for age in ages) == Decimal("50.00")
    assert ages[-1][2] == "Available credit"


def test_it_is_a_pdf_for_each_currency(books: Portal) -> None:
    with browser(books, language="de") as customer:
        answer = customer.get(at("/statement.pdf?from=2026-01-01&to=2026-12-31&currency=EUR"))
        assert answer.headers["content-type"] == "application/pdf"
        name = "statement-2026-01-01-2026-12-31-EUR.pdf"
        assert name in answer.headers["content-disposition"]
        other = customer.get(at("/statement.pdf?currency=USD"))
        assert other.headers["content-type"].startswith("text/html")
    words = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "NW-1" in words
    assert "50,00" in words


def test_before_anything_was_billed_it_says_so(books: Portal) -> None:
    with browser(books) as customer:
        page = customer.get(at("/statement?from=2020-01-01&to=2020-12-31")).text
    assert "Nothing up to this day" in page


def test_a_statement_ends_with_the_outstanding_balance(books: Portal) -> None:
    with browser(books) as customer:
        assert "€100.00" in customer.get(at("/")).text
        page = customer.get(at(f"/statement?from=2026-01-01&to={date(2026, 12, 31)}")).text
    assert "€50.00" in page.partition("Closing balance")[2]
