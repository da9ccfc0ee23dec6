"""The invoices of a bill group: a list to filter, search, sort and page.

Pages go on from the last row seen (keyset), so that the four hundredth costs what the first does.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Date,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    or_,
    select,
)

from domain.invoice_status import PillName
from read_models import standing
from read_models.invoice_rows import HANDLERS, INVOICES
from read_models.keyset import Cursor, Value, Way, sorted_from
from read_models.projection import ReadModel
from read_models.scope import Scope

MODEL = ReadModel(name="invoice_list", version=1, tables=(INVOICES,), handlers=HANDLERS)

Sort: TypeAlias = Literal["issued", "due", "amount", "number"]

_SORTED = {
    "issued": INVOICES.c.issued_on,
    "due": INVOICES.c.due_key,
    "amount": INVOICES.c.total,
    "number": INVOICES.c.number_key,
}
SORT_KINDS: dict[Sort, type[Value]] = {"issued": date, "due": date, "amount": int, "number": str}
"""What the places in each order are made of."""


Status: TypeAlias = PillName | Literal["unpaid"]
"""What invoices can be filtered by: a pill, or all pills with something open."""

UNPAID: tuple[PillName, ...] = ("overdue", "due", "open", "partly_paid", "processing", "disputed")


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for, in which order, from which place on; `until` is a day included."""

    status: Status | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    sort: Sort = "issued"
    falling: bool = True
    way: Way | None = None
    place: Cursor | None = None
    size: int = 25


class InvoiceRow(msgspec.Struct, frozen=True):
    """One invoice in a list; amounts in minor units, `pill` as of today in the entity's zone."""

    invoice_id: UUID
    number: str | None
    issued_on: date
    due_on: date | None
    po_number: str | None
    currency: str
    total: int
    open: int
    pill: PillName
    by_credit: bool
    beside: str | None


class InvoicePage(msgspec.Struct, frozen=True):
    """Some rows of the list, and the places where the pages beside it begin."""

    rows: tuple[InvoiceRow, ...]
    previous: Cursor | None
    next: Cursor | None


def of_bill_group(connection: Connection, scope: Scope, search: Search) -> InvoicePage:
    """Give one page of the invoices that are looked for."""
    asked = (search.status, bool(search.since), bool(search.until), bool(search.words))
    statement = _page(search.sort, search.falling, search.way, *asked)
    given = {**_given(scope, search), "size": search.size + 1}
    if search.place:
        given |= {"at_value": search.place.value, "at_id": search.place.row_id}
    found = [InvoiceRow(*row) for row in connection.execute(statement, given)]
    return _between(found, search)


def counts(connection: Connection, scope: Scope, search: Search) -> dict[PillName, int]:
    """Count what is looked for by status, whichever status is chosen."""
    statement = _counted(bool(search.since), bool(search.until), bool(search.words))
    counted: dict[PillName, int] = {}
    for stands, overdue, dated, every in connection.execute(statement, _given(scope, search)):
        due = dated - overdue if stands == "open" else 0
        parts = {"overdue": overdue, "due": due, stands: every - overdue - due}
        for name, many in parts.items():
            counted[name] = counted.get(name, 0) + many
    return {name: many for name, many in counted.items() if many}


def latest(connection: Connection, scope: Scope, size: int = 5) -> tuple[InvoiceRow, ...]:
    """Give the newest invoices."""
    return of_bill_group(connection, scope, Search(size=size)).rows


def numbers(connection: Connection, invoice_ids: Sequence[UUID]) -> list[str]:
    """Give the numbers of these invoices (for staff: what the law keeps)."""
    query = select(INVOICES.c.number).where(INVOICES.c.invoice_id.in_(invoice_ids))
    return sorted(number for number in connection.execute(query).scalars() if number)


def _between(found: list[InvoiceRow], search: Search) -> InvoicePage:
    rows, more = found[: search.size], len(found) > search.size
    ahead = more
    behind = search.way is not None
    if search.way == "before":
        rows.reverse()
        ahead, behind = True, more
    if not rows:
        return InvoicePage((), None, None)
    return InvoicePage(
        tuple(rows),
        _place(rows[0], search.sort) if behind else None,
        _place(rows[-1], search.sort) if ahead else None,
    )


def _place(row: InvoiceRow, sort: Sort) -> Cursor:
    """Give the place of a row: the same values as its stored keys."""
    values: dict[Sort, Value] = {
        "issued": row.issued_on,
        "due": row.due_on or date.max,
        "amount": row.total,
        "number": (row.number or "").casefold(),
    }
    return Cursor(values[sort], row.invoice_id)


def _given(scope: Scope, search: Search) -> dict[str, Any]:
    folded = search.words.strip().casefold()
    escaped = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return {
        "bill_group_id": scope.bill_group_id,
        "today": scope.today,
        "since": search.since,
        "until": search.until,
        "words": f"%{escaped}%",
    }


@cache
def _page(  # noqa: PLR0913, PLR0917 - what shapes a statement, so that each is built once
    sort: Sort,
    falling: bool,
    way: Way | None,
    status: Status | None,
    since: bool,
    until: bool,
    words: bool,
) -> Select[Any]:
    rows, value = INVOICES.c, _SORTED[sort]
    pill = standing.pill_of(INVOICES)
    statement = select(
        rows.invoice_id,
        rows.number,
        rows.issued_on,
        rows.due_on,
        rows.po_number,
        rows.currency,
        rows.total,
        rows.open,
        pill.label("pill"),
        rows.by_credit,
        rows.beside,
    )
    statement = _looked_for(statement, since=since, until=until, words=words)
    if status == "unpaid":
        statement = statement.where(rows.open > 0)
    elif status is not None:
        statement = statement.where(pill == status)
    statement = sorted_from(statement, (value, rows.invoice_id), falling=falling, way=way)
    return statement.limit(bindparam("size", type_=BigInteger))


@cache
def _counted(since: bool, until: bool, words: bool) -> Select[Any]:
    """Count by what is stored, in the order of an index; the parts of `pill_of` beside it."""
    rows = INVOICES.c
    overdue = case((standing.is_overdue(INVOICES), rows.due_on))
    counted = (rows.standing, func.count(overdue), func.count(rows.due_on), func.count())
    statement = _looked_for(select(*counted), since=since, until=until, words=words)
    return statement.group_by(rows.standing)


def _looked_for(statement: Select[Any], *, since: bool, until: bool, words: bool) -> Select[Any]:
    rows = INVOICES.c
    statement = statement.where(rows.bill_group_id == bindparam("bill_group_id", type_=Uuid()))
    if since:
        statement = statement.where(rows.issued_on >= bindparam("since", type_=Date))
    if until:
        statement = statement.where(rows.issued_on <= bindparam("until", type_=Date))
    if words:
        pattern = bindparam("words", type_=Text)
        held = (rows.number_key.like(pattern, escape="!"), rows.po_key.like(pattern, escape="!"))
        statement = statement.where(or_(*held))
    return statement
