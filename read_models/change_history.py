"""The history of a bill group: details, contacts, payment methods and auto-pay; by whom, when."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    not_,
    or_,
    select,
)

from domain.actor import Actor
from domain.bill_group import Contact, ContactRole, Detail, PaymentMethodFacts
from read_models.change_history_tables import CHANGES, METHODS, MODEL, OUTCOMES, REMOVED, VISITS
from read_models.searching import holding

__all__ = ["KINDS", "MODEL", "REMOVED", "ChangeRow", "Kind", "Search", "Way", "What"]

What: TypeAlias = Detail | ContactRole | Literal["payment_method", "auto_pay"]
Kind: TypeAlias = Literal["details", "contacts", "payment_methods", "auto_pay"]
Way: TypeAlias = Literal["older", "newer"]

KINDS: dict[Kind, tuple[What, ...]] = {
    "details": ("po_number", "vat_number", "registration_number"),
    "contacts": ("billing", "shipping"),
    "payment_methods": ("payment_method", "default_payment_method"),
    "auto_pay": ("auto_pay",),
}
"""What the history can be narrowed to."""


class ChangeRow(msgspec.Struct, frozen=True):
    """One change; `at` is in µs UTC. `first` is told without anything before, `last` may be undone.

    Details, methods and auto-pay have a `value` and what it was `before` (`REMOVED` when a method
    went); contacts have a `contact` and who it was. A method that was added or renewed has its
    facts in `method`, in `provider` where it can be charged, and in `asked_by` who had gone to the
    provider for it; `code` is why it was marked.
    """

    position: int
    version: int
    at: int
    by: Actor
    what: What
    method_id: str | None
    value: str | None
    contact: Contact | None
    method: PaymentMethodFacts | None
    provider: str | None
    code: str | None
    undoes: int | None
    asked_by: Actor | None
    before: str | None
    contact_before: Contact | None
    method_before: PaymentMethodFacts | None
    provider_before: str | None
    first: bool
    last: bool


class Search(msgspec.Struct, frozen=True):
    """What staff look for in the history, `beyond` which position."""

    words: str = ""
    kind: Kind | None = None
    way: Way = "older"
    beyond: int | None = None


def of_bill_group(
    connection: Connection, bill_group_id: UUID, limit: int, search: Search | None = None
) -> list[ChangeRow]:
    """Give changes, the newest first: the newest of all, or those beyond a position."""
    search = search or Search()
    told = _with_before(bill_group_id).subquery()
    query = _rows(told)
    query = query.where(*_looked_for(told.c, bill_group_id, search))
    place = told.c.position
    if search.beyond is not None:
        beyond = place < search.beyond if search.way == "older" else place > search.beyond
        query = query.where(beyond)
    order = place.desc() if search.way == "older" else place.asc()
    rows = [ChangeRow(*row) for row in connection.execute(query.order_by(order).limit(limit))]
    return rows if search.way == "older" else rows[::-1]


def _rows(told: Subquery) -> Select[Any]:
    return select(*(told.c[name] for name in ChangeRow.__struct_fields__))


def one(connection: Connection, bill_group_id: UUID, version: int) -> ChangeRow | None:
    """Give the change that an event of the bill group's stream made."""
    told = _with_before(bill_group_id).subquery()
    query = _rows(told)
    row = connection.execute(query.where(told.c.version == version)).first()
    return None if row is None else ChangeRow(*row)


def since(
    connection: Connection, bill_group_id: UUID, at: int, kinds: Sequence[Kind]
) -> list[ChangeRow]:
    """Give the changes of these kinds from a moment on (µs UTC), in the order of the record."""
    told = _with_before(bill_group_id).subquery()
    query = _rows(told)
    wanted = [what for kind in kinds for what in KINDS[kind]]
    query = query.where(told.c.at >= at, told.c.what.in_(wanted)).order_by(told.c.position)
    return [ChangeRow(*row) for row in connection.execute(query)]


def methods(connection: Connection, bill_group_id: UUID) -> dict[str, PaymentMethodFacts]:
    """Give every payment method that there ever was, by its id as a detail writes it."""
    query = select(METHODS.c.method_id, METHODS.c.method)
    rows = connection.execute(query.where(METHODS.c.bill_group_id == bill_group_id))
    return {row.method_id: row.method for row in rows}


def _looked_for(told: Any, bill_group_id: UUID, search: Search) -> list[ColumnElement[bool]]:
    """Leave out what changed nothing: how collecting began, or what a customer had chosen."""
    same = func.coalesce(told.before, told.value) == told.value
    wanted = [not_(and_(told.what == "auto_pay", same))]
    if search.kind is not None:
        wanted.append(told.what.in_(KINDS[search.kind]))
    if search.words.strip():
        named = select(METHODS.c.method_id).where(
            METHODS.c.bill_group_id == bill_group_id, holding(search.words, METHODS.c.words)
        )
        said = holding(search.words, told.words)
        wanted.append(or_(said, told.method_id.in_(named), told.value.in_(named)))
    return wanted


def _with_before(bill_group_id: UUID) -> Select[Any]:
    """Ask for each change with the one before it of the same detail, contact or method."""
    told = _that_count(bill_group_id).subquery()
    rows = told.c
    window: dict[str, Any] = {
        "partition_by": [rows.what, rows.method_id],
        "order_by": rows.position,
    }
    of_facts = {**window, "partition_by": [rows.what, rows.method_id, rows.method.is_(None)]}
    return select(
        *rows,
        func.lag(rows.value, type_=rows.value.type).over(**window).label("before"),
        func.lag(rows.contact, type_=rows.contact.type).over(**window).label("contact_before"),
        func.lag(rows.method, type_=rows.method.type).over(**of_facts).label("method_before"),
        func.lag(rows.provider).over(**of_facts).label("provider_before"),
        func.lag(rows.position).over(**window).is_(None).label("first"),
        func.lead(rows.position).over(**window).is_(None).label("last"),
        VISITS.c.by.label("asked_by"),
    ).select_from(
        told.outerjoin(
            OUTCOMES, and_(OUTCOMES.c.command_id == rows.command_id, rows.method.is_not(None))
        ).outerjoin(VISITS, VISITS.c.visit_id == OUTCOMES.c.visit_id)
    )


def _that_count(bill_group_id: UUID) -> Select[Any]:
    """Ask for what was told; how the billing system collects counts when it says so anew.

    A customer's choice stands until then.
    """
    rows = CHANGES.c
    told = rows.what == "auto_pay_told"
    earlier = func.lag(rows.value).over(partition_by=rows.what, order_by=rows.position)
    every = (
        select(*CHANGES.c, case((told, earlier), else_=None).label("told_before"))
        .where(rows.bill_group_id == bill_group_id)
        .subquery()
        .c
    )
    what = case((every.what == "auto_pay_told", "auto_pay"), else_=every.what).label("what")
    kept = [column for column in every if column.name not in {"what", "told_before"}]
    anew = or_(every.told_before.is_(None), every.told_before != every.value)
    return select(*kept, what).where(anew)
