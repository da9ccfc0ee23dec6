"""All payments of a bill group for staff: by customers, by auto-pay, and told from outside."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    case,
    exists,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from domain.actor import Actor
from domain.bill_group import PaymentMethodFacts
from domain.money import Money
from domain.payment import PaymentState, PaymentWay
from read_models.keyset import Cursor, sorted_from
from read_models.keyset import Way as Direction
from read_models.payment_ledger_tables import (
    ATTEMPTS,
    INVOICES,
    MODEL,
    PARTS,
    RETURNS,
    TOLD,
)
from read_models.searching import holding

__all__ = ["MODEL", "Entry", "Part", "Returned", "Search", "State", "Through", "of_bill_group"]

State: TypeAlias = PaymentState | Literal["refunded"]
Through: TypeAlias = Literal["hand", "auto_pay", "outside"]
Stands: TypeAlias = Literal["open", "succeeded", "failed", "went_back"]

STANDS: dict[Stands, tuple[State, ...]] = {
    "open": ("begun", "confirmation_needed", "processing"),
    "succeeded": ("succeeded",),
    "failed": ("failed", "given_up"),
    "went_back": ("refunded",),
}
"""What the list can be narrowed to; what went back is also what has a refund or a dispute."""


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What staff look for, from which place on."""

    words: str = ""
    entry_id: UUID | None = None
    stands: Stands | None = None
    through: Through | None = None
    way: Direction | None = None
    place: Cursor | None = None
    size: int = 25


class Part(msgspec.Struct, frozen=True):
    """So much of a payment is for this invoice; minor units."""

    invoice_id: UUID
    number: str | None
    amount: int


class Returned(msgspec.Struct, frozen=True):
    """A refund or a dispute of a payment; `amount` is what went back, in minor units."""

    kind: Literal["refund", "dispute_open", "dispute_won", "dispute_lost"]
    amount: int
    on: date


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line; `at` is in µs UTC, for what was told from outside the beginning of its day.

    `by` is who set out to pay, `label` how the billing system calls the method, `code` why it
    failed, `late` when money on its way did not come.
    """

    entry_id: UUID
    at: int
    through: Through
    state: State
    currency: str
    amount: int
    by: Actor | None
    way: PaymentWay | None
    method: PaymentMethodFacts | None
    label: str | None
    reference: str | None
    code: str | None
    late: bool
    parts: tuple[Part, ...] = ()
    returned: tuple[Returned, ...] = ()

    @property
    def money(self) -> Money:
        """How much it is."""
        return Money(self.amount, self.currency)


def of_bill_group(
    connection: Connection, bill_group_id: UUID, search: Search | None = None
) -> list[Entry]:
    """Give the payments that are looked for, the newest first, one more than the page holds."""
    search = search or Search()
    lines = _lines(bill_group_id)
    query = select(lines).where(*_looked_for(lines, search))
    by: Any = (lines.c.at, lines.c.entry_id)
    query = sorted_from(query, by, falling=True, way=search.way).limit(search.size + 1)
    place = search.place
    given = {"at_value": place.value, "at_id": place.row_id} if search.way and place else {}
    rows = connection.execute(query, given).mappings().all()
    ids = [row["entry_id"] for row in rows]
    parts, returned = _parts(connection, ids), _returned(connection, ids)
    shown = [{name: row[name] for name in row if name != "payer"} for row in rows]
    return [
        Entry(
            **{**row, "late": bool(row["late"])},
            parts=tuple(parts.get(row["entry_id"], ())),
            returned=tuple(returned.get(row["entry_id"], ())),
        )
        for row in shown
    ]


def _lines(bill_group_id: UUID) -> Subquery:
    """Put attempts, and what invoices say of other payments and refunds, in one list."""
    attempts, told = ATTEMPTS.c, TOLD.c
    through = case((attempts.way == "auto_pay", "auto_pay"), else_="hand")
    here = select(
        attempts.payment_id.label("entry_id"),
        attempts.at,
        through.label("through"),
        attempts.state,
        attempts.currency,
        attempts.amount,
        attempts.by,
        attempts.payer,
        attempts.way,
        attempts.method,
        null().label("label"),
        attempts.reference,
        attempts.code,
        attempts.late,
    ).where(attempts.bill_group_id == bill_group_id)
    known = exists().where(attempts.payment_id == told.payment_id)
    outside = (
        select(
            told.entry_id,
            told.at,
            literal("outside"),
            told.state,
            INVOICES.c.currency,
            told.amount,
            null(),
            literal(""),
            null(),
            null(),
            told.label,
            told.reference,
            null(),
            null(),
        )
        .select_from(TOLD.join(INVOICES, INVOICES.c.invoice_id == told.invoice_id))
        .where(INVOICES.c.bill_group_id == bill_group_id, not_(known))
    )
    return union_all(here, outside).subquery()


def _looked_for(lines: Subquery, search: Search) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.entry_id is not None:
        wanted.append(lines.c.entry_id == search.entry_id)
    if search.through is not None:
        wanted.append(lines.c.through == search.through)
    if search.stands is not None:
        here = lines.c.state.in_(STANDS[search.stands])
        back = lines.c.entry_id.in_(select(RETURNS.c.payment_id))
        wanted.append(or_(here, back) if search.stands == "went_back" else here)
    if search.words.strip():
        numbered = (
            select(PARTS.c.entry_id)
            .join(INVOICES, INVOICES.c.invoice_id == PARTS.c.invoice_id)
            .where(holding(search.words, INVOICES.c.number_key))
        )
        said = holding(search.words, lines.c.reference, lines.c.payer)
        wanted.append(or_(said, lines.c.entry_id.in_(numbered)))
    return wanted


def _parts(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    query: Select[Any] = (
        select(PARTS.c.entry_id, PARTS.c.invoice_id, INVOICES.c.number, PARTS.c.amount)
        .join(INVOICES, INVOICES.c.invoice_id == PARTS.c.invoice_id)
        .where(PARTS.c.entry_id.in_(ids))
        .order_by(INVOICES.c.number_key, PARTS.c.invoice_id)
    )
    found: dict[UUID, list[Part]] = {}
    for entry_id, *part in connection.execute(query):
        found.setdefault(entry_id, []).append(Part(*part))
    return found


def _returned(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[Returned]]:
    rows = RETURNS.c
    query = select(rows.payment_id, rows.kind, rows.amount, rows.on)
    query = query.where(rows.payment_id.in_(ids)).order_by(rows.on, rows.fact_id)
    found: dict[UUID, list[Returned]] = {}
    for payment_id, *returned in connection.execute(query):
        found.setdefault(payment_id, []).append(Returned(*returned))
    return found
