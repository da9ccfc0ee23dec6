"""The tables of an invoice or credit note in the reader's words: lines, and taxes by rate."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_interval

from application.ports.pdf import Column, Row, Table
from domain.document_lines import InvoiceLine, TaxLine
from entrypoints.http import formats
from entrypoints.http.languages import gettext as _


def lines_table(lines: Sequence[InvoiceLine], currency: str, language: str) -> Table:
    """Word the lines; the column of tax rates is there when a line states one."""
    taxed = any(line.tax_rate is not None for line in lines)
    labels = [_("Quantity"), _("Unit price"), *([_("Tax")] if taxed else []), _("Amount")]
    columns = (Column(_("Description")), *(Column(label, "figure") for label in labels))
    rows = tuple(_row(line, currency, language, taxed) for line in lines)
    return Table(_("What is billed"), columns, rows)


def _row(line: InvoiceLine, currency: str, language: str, taxed: bool) -> Row:
    rate = "" if line.tax_rate is None else formats.percent(line.tax_rate, language)
    cells = (
        line.description,
        formats.number(line.quantity, language),
        formats.price(line.unit_price, currency, language),
        *((rate,) if taxed else ()),
        formats.money(line.amount, currency, language),
    )
    return Row(cells, period(line.period_from, line.period_to, language))


def taxes_table(taxes: Sequence[TaxLine], currency: str, language: str) -> Table | None:
    """Word the taxes with what they were taken from; `None` for a document without taxes."""
    if not taxes:
        return None
    columns = (Column(_("Tax")), Column(_("Net"), "figure"), Column(_("Tax amount"), "figure"))
    rows = tuple(
        Row(
            (
                f"{tax.name} {formats.percent(tax.rate, language)}",
                formats.money(tax.base, currency, language),
                formats.money(tax.amount, currency, language),
            )
        )
        for tax in taxes
    )
    return Table(_("Taxes by rate"), columns, rows)


def period(first: date | None, last: date | None, language: str) -> str:
    """Write a period, first and last day included; "" when there is none."""
    if first and last and first != last:
        locale = "en_GB" if language == "en" else language
        return format_interval(first, last, "yMMMd", locale=locale)
    day = first or last
    return formats.day(day, language) if day else ""
