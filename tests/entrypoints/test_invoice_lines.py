"""Rows of a list of invoices: worded in the reader's language, and never markup."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from domain.invoice_status import PillName
from entrypoints.http.languages import speaking
from entrypoints.http.rendering import PAGES
from entrypoints.wording.invoice_lines import Line, invoice_lines
from entrypoints.wording.invoice_pills import beside, status, worded
from read_models.invoice_list import InvoiceRow

TODAY = date(2026, 11, 2)


def _row(**facts: Any) -> InvoiceRow:
    given = {
        "invoice_id": UUID(int=1),
        "number": "NW-1",
        "issued_on": date(2026, 10, 2),
        "due_on": date(2026, 11, 16),
        "po_number": "PO-1",
        "currency": "EUR",
        "total": 11_900,
        "open": 11_900,
        "pill": "due",
        "by_credit": False,
        "beside": None,
    }
    return InvoiceRow(**{**given, **facts})


def _shown(line: Line) -> str:
    with speaking("en"):
        rows = PAGES.get_template("web/invoices/rows.html").module.invoice_rows  # type: ignore[attr-defined]
        return str(rows([line], "/b/x", True))


@pytest.mark.parametrize(
    ("name", "days", "by_credit", "words"),
    [
        ("due", 9, False, "Due in 9 days"),
        ("due", 1, False, "Due in 1 day"),
        ("due", 0, False, "Due today"),
        ("overdue", -1, False, "Overdue 1 day"),
        ("overdue", -8, False, "Overdue 8 days"),
        ("paid", -8, False, "Paid"),
        ("paid", None, True, "Paid by credit"),
        ("open", None, False, "Open"),
        ("partly_paid", 9, False, "Partly paid"),
        ("void", None, False, "Void"),
        ("uncollectible", None, False, "Uncollectible"),
        ("disputed", -3, False, "Disputed"),
        ("processing", 3, False, "Processing"),
    ],
)
def test_a_pill_says_what_stands_and_how_long(
    name: PillName, days: int | None, by_credit: bool, words: str
) -> None:
    due_on = None if days is None else TODAY + timedelta(days)
    assert worded(name, due_on, TODAY, "en", by_credit=by_credit).text == words


def test_pills_and_filters_speak_the_readers_language() -> None:
    assert worded("paid", None, TODAY, "de").text == "Bezahlt"
    assert status("void", "de") != status("void", "en")
    failed = beside("failed_attempt", "en")
    assert failed
    assert (failed.kind, failed.text) == ("bad", "Payment failed")
    assert beside(None, "en") is None


def test_a_row_is_written_as_its_reader_writes() -> None:
    (line,) = invoice_lines([_row(beside="failed_attempt", open=5_000)], TODAY, "de")
    assert (line.issued, line.total, line.open) == ("02.10.2026", "119,00\xa0€", "50,00\xa0€")
    assert line.pills.count("<span") == 2
    assert not line.whole


def test_what_is_missing_is_a_dash_and_nothing_open_is_nothing() -> None:
    settled = _row(number=None, po_number=None, due_on=None, open=0, pill="paid")
    (line,) = invoice_lines([settled], TODAY, "en")
    assert (line.number, line.due, line.po_number, line.open) == (
        "Without number",
        "&ndash;",
        "",
        "",
    )


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_numbers_hold_they_never_become_markup(number: str, po_number: str) -> None:
    (line,) = invoice_lines([_row(number=number, po_number=po_number)], TODAY, "en")
    (plain,) = invoice_lines([_row(number="a" * 9, po_number="b" * 9)], TODAY, "en")
    shown, harmless = _shown(line), _shown(plain)
    assert _tags(shown.replace("<bdi>", "").replace("</bdi>", "")) == _tags(harmless) or not number
    assert isinstance(line.number, Markup)


def _tags(html: str) -> list[str]:
    return [part.split(">")[0].split(" ")[0] for part in html.split("<")[1:]]
