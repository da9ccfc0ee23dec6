"""What auto-pay will collect, when it tries again, and what failed: for customers, staff, workers.

The tries themselves are `application.auto_pay`'s; what is due is computed when asked.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    Connection,
    Select,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    select,
)

from domain.money import Money
from read_models.collecting_plan import Collected, PlanRow, Stage, TryShown, collected
from read_models.collecting_tables import ACCOUNTS, ENTITIES, MODEL, TAKEN_BACK, TRIES
from read_models.columns import moment
from read_models.invoice_rows import INVOICES
from read_models.keyset import Cursor, Way, sorted_from
from read_models.method_rows import GROUPS, METHODS
from read_models.scope import Scope
from read_models.searching import holding

__all__ = [
    "MODEL",
    "Collected",
    "Search",
    "Stage",
    "TryShown",
    "due",
    "found_by",
    "of_bill_group",
    "once_on",
    "sums",
]


class Search(msgspec.Struct, frozen=True):
    """What staff look for; a page goes on `way` from a `place` (due date and invoice)."""

    words: str = ""
    failed: bool = False
    place: Cursor | None = None
    way: Way | None = None
    size: int = 50


def of_bill_group(connection: Connection, scope: Scope) -> list[Collected]:
    """Give what auto-pay is for in one bill group, what is tried first at the top."""
    given = {"bill_group_id": scope.bill_group_id}
    return _tried_first(_with_tries(connection, _of_group(), given), scope.today)


def once_on(connection: Connection, scope: Scope) -> list[Collected]:
    """Give what auto-pay would be for in one bill group if it were on, as `of_bill_group` does."""
    query = _unpaid().where(GROUPS.c.bill_group_id == scope.bill_group_id)
    return _tried_first(_with_tries(connection, query), scope.today)


def _tried_first(rows: Iterable[PlanRow], today: date) -> list[Collected]:
    found = [collected(row, today) for row in rows]
    return sorted(
        (one for one in found if one), key=lambda one: (one.next_on or date.max, one.due_on)
    )


def sums(plans: Iterable[Collected]) -> list[Money]:
    """Add up what is collected in each currency, in the order of their codes."""
    found: dict[str, int] = {}
    for plan in plans:
        found[plan.currency] = found.get(plan.currency, 0) + plan.minor
    return [Money(minor, currency) for currency, minor in sorted(found.items())]


def found_by(connection: Connection, search: Search, now: datetime) -> list[Collected]:
    """Give what auto-pay is for in all bill groups by due date, one more than the page holds."""
    found: list[Collected] = []
    while len(found) <= search.size:
        rows = _next_rows(connection, search)
        found += [one for row in rows if (one := collected(row, _today(row, now)))]
        if len(rows) <= search.size:
            break
        last = rows[-1].invoice
        place = Cursor(last.due_on, last.invoice_id)
        search = replace(search, place=place, way=search.way or "after")
    return found[: search.size + 1]


def _next_rows(connection: Connection, search: Search) -> list[PlanRow]:
    """Give the next rows, also those that the portal does not collect."""
    query = _open()
    if search.words.strip():
        named = (ACCOUNTS.c.name_key, INVOICES.c.number_key)
        query = query.where(holding(search.words, *named))
    if search.failed:
        query = query.where(INVOICES.c.invoice_id.in_(select(TRIES.c.invoice_id).where(_FAILED)))
    by = (INVOICES.c.due_on, INVOICES.c.invoice_id)
    query = sorted_from(query, by, falling=False, way=search.way).limit(search.size + 1)
    place = search.place
    given = {"at_value": place.value, "at_id": place.row_id} if search.way and place else {}
    return _with_tries(connection, query, given)


def due(connection: Connection, now: datetime) -> list[UUID]:
    """Name the invoices of all bill groups whose next try is due."""
    query = _open().where(INVOICES.c.due_on <= now.date() + timedelta(days=1))
    rows = _with_tries(connection, query.order_by(INVOICES.c.due_on, INVOICES.c.invoice_id))
    found = (collected(row, _today(row, now)) for row in rows)
    return [one.invoice_id for one in found if one and one.stage == "due"]


_FAILED = TRIES.c.state == "failed"
_STANDING = ("open", "partly_paid")


@cache
def _of_group() -> Select[Any]:
    return _open().where(GROUPS.c.bill_group_id == bindparam("bill_group_id", type_=Uuid()))


@cache
def _open() -> Select[Any]:
    """Ask for what is open in bill groups whose collection is automatic."""
    groups = GROUPS.c
    return _unpaid().where(func.coalesce(groups.chosen, groups.told) == "automatic")


@cache
def _unpaid() -> Select[Any]:
    """Ask for what is open and has a due date, whoever pays it."""
    rows, groups = INVOICES.c, GROUPS.c
    default = and_(
        METHODS.c.bill_group_id == groups.bill_group_id,
        METHODS.c.method_id == groups.default_method,
    )
    tables = INVOICES.join(GROUPS, groups.bill_group_id == rows.bill_group_id)
    tables = tables.join(ENTITIES, ENTITIES.c.entity_id == groups.entity_id)
    tables = tables.join(ACCOUNTS, ACCOUNTS.c.account_id == groups.account_id)
    query = select(
        rows.invoice_id,
        rows.number,
        rows.currency,
        rows.due_on,
        (rows.open - rows.processing).label("minor"),
        groups.bill_group_id,
        groups.facts,
        groups.chosen,
        METHODS.c.method,
        METHODS.c.status,
        METHODS.c.held,
        ENTITIES.c.zone,
        ENTITIES.c.rules,
        ACCOUNTS.c.name.label("account"),
        exists().where(TAKEN_BACK.c.invoice_id == rows.invoice_id).label("taken_back"),
    ).select_from(tables.outerjoin(METHODS, default))
    return query.where(
        rows.due_on.is_not(None),
        rows.standing.in_(_STANDING),
        rows.open > 0,
    )


def _with_tries(
    connection: Connection, query: Select[Any], given: dict[str, Any] | None = None
) -> list[PlanRow]:
    rows = list(connection.execute(query, given or {}))
    if not rows:
        return []
    zones = {row.invoice_id: ZoneInfo(row.zone or "UTC") for row in rows}
    tries: dict[UUID, list[TryShown]] = {}
    asked = select(TRIES).where(TRIES.c.invoice_id.in_(zones))
    for row in connection.execute(asked.order_by(TRIES.c.began_at, TRIES.c.payment_id)):
        tries.setdefault(row.invoice_id, []).append(_shown(row, zones[row.invoice_id]))
    return [PlanRow(row, tuple(tries.get(row.invoice_id, ()))) for row in rows]


def _shown(row: Any, zone: ZoneInfo) -> TryShown:
    ended_on = moment(row.ended_at).astimezone(zone).date() if row.ended_at else None
    began_on = moment(row.began_at).astimezone(zone).date()
    return TryShown(row.payment_id, began_on, row.state, ended_on, row.code)


def _today(row: PlanRow, now: datetime) -> date:
    return now.astimezone(ZoneInfo(row.invoice.zone or "UTC")).date()
