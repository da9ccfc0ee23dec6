"""The statement of account for any period: on screen, for spreadsheets, and on paper."""

from datetime import date
from typing import Any

import msgspec
from litestar import Response

from application.ports.failures import PortFailure
from domain.statement import Statement
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.papers import Papers, billed_to
from entrypoints.web.documents import PDF, file_headers
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.wording.statement import buckets, cells, header, lines, statement_sheet
from read_models import statement
from read_models.scope import Scope

MONTHS_BACK = 3
UNREADABLE = phrase("Please give a date such as 2026-11-30.")
BACKWARDS = phrase("The period ends before it begins.")


class Period(msgspec.Struct, frozen=True):
    """The period as asked for: what was typed, and the days as understood, both included."""

    typed: dict[str, str]
    errors: dict[str, str]
    first: date
    last: date

    @property
    def query(self) -> str:
        """The address's query, for the files of the same period."""
        return f"from={self.first}&to={self.last}"


@page("/statement")
def show_statement(request: Asking, entry: Entered, portal: Wired) -> Response[Any]:
    """Show the statements of a period, one for each currency."""
    asked = _period(request, entry.scope)
    with portal.reading() as connection:
        oldest = statement.first_day(connection, entry.scope)
    with speaking(entry.language):
        errors = {name: gettext(words) for name, words in asked.errors.items()}
        drawn = [] if errors else _drawn(portal, entry.scope, asked)
        shown = [(one, list(lines(one)), list(zip(buckets(), one.aging.open, strict=True)))
                 for one in drawn]  # fmt: skip
    return show(
        "web/statement/statement.html",
        entry.page("statement"),
        422 if errors else 200,
        asked=asked,
        errors=errors,
        shown=shown,
        periods=_periods(entry.scope.today, oldest),
    )


@page("/statement.csv")
def download_csv(request: Asking, entry: Entered, portal: Wired) -> Response[Any]:
    """Send the same lines for spreadsheets; amounts as exact decimals."""
    asked = _period(request, entry.scope)
    if asked.errors:
        return go(f"{entry.root}/statement?{request.url.query}")
    drawn = _drawn(portal, entry.scope, asked)
    with speaking(entry.language):
        return csv_file(f"{_name(asked)}.csv", header(), cells(drawn))


@page("/statement.pdf")
def download_pdf(request: Asking, entry: Entered, portal: Wired) -> Response[Any]:
    """Send the statement of one currency on paper, in the reader's language."""
    asked, papers = _period(request, entry.scope), Papers(portal, entry.scope)
    currency = request.query_params.get("currency")
    drawn = [one for one in _drawn(portal, entry.scope, asked) if one.currency == currency]
    if asked.errors or not drawn:  # the page says what is wrong, and offers the files there are
        return go(f"{entry.root}/statement?{request.url.query}")
    parties = papers.parties()
    sheet = statement_sheet(
        drawn[0], parties.seller, papers.brand(parties), billed_to(parties), entry.language
    )
    try:
        content = portal.pdf().render(sheet).pdf
    except PortFailure:
        return show("web/statement/no_pdf.html", entry.page("statement"), 503, asked=asked)
    return Response(
        content, media_type=PDF, headers=file_headers(f"{_name(asked)}-{currency}", "pdf")
    )


def _drawn(portal: Portal, scope: Scope, asked: Period) -> list[Statement]:
    with portal.reading() as connection:
        return list(statement.of_bill_group(connection, scope, asked.first, asked.last))


def _name(asked: Period) -> str:
    return f"statement-{asked.first}-{asked.last}"


def _period(request: Asking, scope: Scope) -> Period:
    """Read the period; without one it is the last three months up to today."""
    typed = {name: str(request.query_params.get(name, "")).strip()[:20] for name in ("from", "to")}
    days = {name: _day(value) for name, value in typed.items()}
    errors = {name: UNREADABLE for name in typed if typed[name] and days[name] is None}
    first = days["from"] or _months_back(scope.today, MONTHS_BACK)
    last = days["to"] or scope.today
    if not errors and last < first:
        errors = {"to": BACKWARDS}
    shown = {"from": typed["from"] or str(first), "to": typed["to"] or str(last)}
    return Period(shown, errors, first, last)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _months_back(today: date, months: int) -> date:
    """Give the first day of a month some months ago."""
    ahead = today.year * 12 + today.month - 1 - months
    return date(ahead // 12, ahead % 12 + 1, 1)


def _periods(today: date, oldest: date | None) -> list[tuple[str, str]]:
    """Offer periods that people ask for, each as words and query."""
    spans = [
        (phrase("Last three months"), _months_back(today, MONTHS_BACK), today),
        (phrase("This year"), date(today.year, 1, 1), today),
        (phrase("Last year"), date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    ]
    if oldest is not None:
        spans.append((phrase("From the beginning"), min(oldest, today), today))
    return [(words, f"from={first}&to={last}") for words, first, last in spans]


ROUTES = (show_statement, download_csv, download_pdf)
