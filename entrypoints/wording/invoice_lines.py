"""Rows of a list of invoices in the reader's words, safe to stand in a page as they are.

A list of eighty is the page that is opened most: what repeats from row to row is worded and escaped
once, and the template only places it.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import msgspec
from markupsafe import Markup, escape

from entrypoints.http import formats
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import speaking
from entrypoints.http.names import cleaned, isolated
from entrypoints.wording.invoice_pills import Worded, beside, worded
from read_models.invoice_list import InvoiceRow

SHORT = 20
"""Numbers up to so many characters stay on one line."""

NOTHING, EMPTY = Markup("&ndash;"), Markup()


class Line(msgspec.Struct, frozen=True):
    """One invoice as it stands in a list, in HTML; `open` is "" where nothing is open."""

    invoice_id: str
    number: Markup
    label: Markup
    issued_on: str
    issued: Markup
    due: Markup
    po_number: Markup
    pills: Markup
    total: Markup
    open: Markup
    whole: bool
    short: bool


def invoice_lines(rows: Iterable[InvoiceRow], today: date, language: str) -> list[Line]:
    """Word the rows; pills as of today in the entity's time zone."""
    return [_line(row, today, language) for row in rows]


def _line(row: InvoiceRow, today: date, language: str) -> Line:
    number, po_number = row.number or "", row.po_number or ""
    pill = _pill(worded(row.pill, row.due_on, today, language, by_credit=row.by_credit))
    also = beside(row.beside, language) if row.beside else None
    return Line(
        str(row.invoice_id),
        isolated(number) if number else _without_number(language),
        escape(cleaned(number)) if number else _without_number(language),
        row.issued_on.isoformat(),
        _day(row.issued_on, language),
        _day(row.due_on, language) if row.due_on else NOTHING,
        isolated(po_number) if po_number else EMPTY,
        pill + _pill(also) if also else pill,
        _money(row.total, row.currency, language),
        _money(row.open, row.currency, language) if row.open else EMPTY,
        row.open == row.total,
        len(number) <= SHORT and len(po_number) <= SHORT,
    )


@lru_cache(maxsize=64)
def _without_number(language: str) -> Markup:
    with speaking(language):
        return escape(_("Without number"))


@lru_cache(maxsize=8192)
def _day(day: date, language: str) -> Markup:
    return escape(formats.day(day, language))


@lru_cache(maxsize=8192)
def _money(minor: int, currency: str, language: str) -> Markup:
    return escape(formats.money(minor, currency, language))


@lru_cache(maxsize=4096)
def _pill(pill: Worded) -> Markup:
    """Write what the macro `pill` writes."""
    return Markup('<span class="pill {}">{}</span> ').format(pill.kind, pill.text)
