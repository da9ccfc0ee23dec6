"""A statement of account in the reader's words: its lines, its aging, its paper."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

import msgspec

from application.ports.pdf import Column, Fact, Headline, InvoiceSheet, Row, Table, Total
from domain.entity import EntityFacts
from domain.money import Money
from domain.statement import Line, LineKind, Statement
from entrypoints.http import formats
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase, speaking
from entrypoints.wording.invoice_parties import BilledTo, buyer, footer, seller
from entrypoints.wording.invoice_sheet import Brand
from entrypoints.wording.invoice_tables import period

KINDS: dict[LineKind, str] = {
    "invoice": phrase("Invoice %(number)s"),
    "restated": phrase("Invoice %(number)s, changed"),
    "adjustment": phrase("Customer balance applied to %(number)s"),
    "payment": phrase("Payment for %(number)s"),
    "refund": phrase("Refund for %(number)s"),
    "taken_back": phrase("Payment taken back by the bank for %(number)s"),
    "credit": phrase("Credit for %(number)s"),
    "credit_note": phrase("Credit note %(number)s"),
    "credit_used": phrase("Credit note %(number)s, used"),
    "write_off": phrase("Written off of %(number)s"),
    "void": phrase("Invoice %(number)s, declared void"),
    "uncollectible": phrase("Invoice %(number)s, given up as uncollectible"),
}

ADDED = phrase("Added to %(number)s by the billing system")
"""An adjustment that asks for more."""


class StatementLine(msgspec.Struct, frozen=True):
    """A line in words, the page of its document, and the balance after it in minor units."""

    on: date
    words: str
    page: str
    reference: str
    amount: int
    balance: int


def lines(statement: Statement) -> Iterator[StatementLine]:
    """Word the lines, with a running balance from the opening on."""
    balance = statement.opening
    for line in statement.lines:
        balance += line.amount
        yield StatementLine(
            line.on, words(line), _page(line), line.reference or "", line.amount, balance
        )


def words(line: Line) -> str:
    """Say what a line is about."""
    added = line.kind == "adjustment" and line.amount > 0
    said = ADDED if added else KINDS[line.kind]
    return _(said) % {"number": line.document.number or _("without number")}


def _page(line: Line) -> str:
    kept = "credit-notes" if line.kind in {"credit_note", "credit_used"} else "invoices"
    return f"{kept}/{line.document.document_id}"


def buckets() -> tuple[str, ...]:
    """Name the ages of what is open, by days after the due date."""
    days = ((1, 30), (31, 60), (61, 90))
    between = (_("%(first)s to %(last)s days", first=first, last=last) for first, last in days)
    return (_("Not overdue"), *between, _("Over 90 days"))


def ages(statement: Statement) -> Iterator[tuple[str, int]]:
    """Give what is open by age, and the credit that is available, as a negative; minor units."""
    yield from zip(buckets(), statement.aging.open, strict=True)
    if statement.aging.available:
        yield _("Available credit"), -statement.aging.available


def header() -> tuple[str, ...]:
    """Name the columns of the file for spreadsheets."""
    return (_("Currency"), _("Date"), _("What"), _("Reference"), _("Amount"), _("Balance"))


def cells(drawn: Iterable[Statement]) -> Iterator[tuple[object, ...]]:
    """Give the rows of the file: for each currency from opening to closing, then what is open."""
    for one in drawn:
        yield one.currency, one.first, _("Opening balance"), "", None, _exact(one, one.opening)
        for line in lines(one):
            amounts = _exact(one, line.amount), _exact(one, line.balance)
            yield one.currency, line.on, line.words, line.reference, *amounts
        yield one.currency, one.last, _("Closing balance"), "", None, _exact(one, one.closing)
        for words, minor in ages(one):
            yield one.currency, one.last, words, _("Open by age"), None, _exact(one, minor)


def _exact(statement: Statement, minor: int) -> Decimal:
    return Money(minor, statement.currency).decimal


def statement_sheet(
    statement: Statement, entity: EntityFacts, brand: Brand, billed_to: BilledTo, language: str
) -> InvoiceSheet:
    """Word a statement for paper, in `language`."""
    with speaking(language):
        span = period(statement.first, statement.last, language)
        return InvoiceSheet(
            language=language,
            document_title=_("Statement of account, %(period)s", period=span),
            title=_("Statement of account"),
            number=span,
            seller=seller(entity, language),
            buyer=buyer(billed_to, language),
            headline=Headline(
                _("Closing balance"), formats.money(statement.closing, statement.currency, language)
            ),
            facts=(Fact(_("Currency"), statement.currency), Fact(_("Period"), span)),
            lines=_table(statement, language),
            totals=(
                Total(_("Opening balance"), _money(statement, statement.opening, language)),
                Total(
                    _("Closing balance"),
                    _money(statement, statement.closing, language),
                    strong=True,
                ),
            ),
            taxes=_aging(statement, language),
            footer=tuple(footer(entity, language)),
            page_of=_("Page {page} of {pages}"),
            accent=brand.accent,
            logo=brand.logo,
            made_at=datetime.combine(statement.last, time(12), UTC),
        )


def _table(statement: Statement, language: str) -> Table:
    columns = (
        Column(_("What")),
        Column(_("Date"), "figure"),
        Column(_("Amount"), "figure"),
        Column(_("Balance"), "figure"),
    )
    rows = tuple(
        Row(
            (
                line.words,
                formats.day(line.on, language),
                _money(statement, line.amount, language),
                _money(statement, line.balance, language),
            ),
            line.reference,
        )
        for line in lines(statement)
    )
    nothing = Row((_("Nothing happened in this period."), "", "", ""))
    return Table(_("What happened"), columns, rows or (nothing,))


def _aging(statement: Statement, language: str) -> Table:
    columns = (Column(_("Open by age")), Column(_("Amount"), "figure"))
    rows = (Row((name, _money(statement, minor, language))) for name, minor in ages(statement))
    return Table(_("Open by age"), columns, tuple(rows))


def _money(statement: Statement, minor: int, language: str) -> str:
    return formats.money(minor, statement.currency, language)
