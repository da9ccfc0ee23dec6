"""Payments that need attention: what staff have to look at, and how it was handled."""

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    func,
    select,
)

from domain.account import AccountRecorded
from domain.actor import Staff
from domain.bill_group import BillGroupRecorded
from domain.money import Money
from domain.payment import (
    PaymentBegun,
    PaymentFailed,
    PaymentFound,
    PaymentGivenUp,
    PaymentProcessing,
    PaymentState,
    PaymentSucceeded,
)
from domain.payment_attention import Attention, AttentionHandled, AttentionNeeded
from read_models.columns import Key, micros
from read_models.keyset import Cursor, Way, sorted_from
from read_models.projection import Change, Put, ReadModel, Write
from read_models.searching import holding

metadata = MetaData()

PAYMENTS = Table(
    "payment_attention_payments",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid),
    Column("provider", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("reference", Key, nullable=False),
)
ATTENTION = Table(
    "payment_attention",
    metadata,
    Column("attention_id", Uuid, primary_key=True),
    Column("payment_id", Uuid, nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("stated", Text),
    Column("since", BigInteger, nullable=False),
    Column("is_open", Boolean, nullable=False),
    Column("handled_at", BigInteger),
    Column("handled_by", Uuid),
    Column("reason", Text),
    Index("payment_attention_newest", "is_open", "since"),
)
GROUPS = Table(
    "payment_attention_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
ACCOUNTS = Table(
    "payment_attention_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)


# Events


def begun(event: PaymentBegun) -> Iterator[Write]:
    """Know a payment, should it ever need attention."""
    amount = sum(part.amount for part in event.allocations)
    yield _known(event, event.bill_group_id, amount, "begun", "")


def found(event: PaymentFound) -> Iterator[Write]:
    """Know money that nobody here set out to pay."""
    yield _known(event, event.bill_group_id, event.amount, "begun", event.reference)


def failed(event: PaymentFailed) -> Iterator[Write]:
    """Take that no money came; what was on its way before goes on the list."""
    yield from stands(event)
    if event.late:
        yield _listed(event, "failed_late")


def stands(event: PaymentProcessing | PaymentSucceeded | PaymentFailed) -> Iterator[Write]:
    """Take how a payment stands, and its reference at the provider."""
    values = {"state": _STATES[type(event)], "reference": event.reference.casefold()}
    yield Change(PAYMENTS, {"payment_id": event.stream_id}, values)


def given_up(event: PaymentGivenUp) -> Iterator[Write]:
    """Take that it was closed."""
    yield Change(PAYMENTS, {"payment_id": event.stream_id}, {"state": "given_up"})


def needed(event: AttentionNeeded) -> Iterator[Write]:
    """Put it on the list; a further dispute is a line of its own."""
    yield _listed(event, event.why, event.stated)


def handled(event: AttentionHandled) -> Iterator[Write]:
    """Take everything of a payment off the list."""
    staff_id = event.actor.staff_id if isinstance(event.actor, Staff) else None
    values = {
        "is_open": False,
        "handled_at": micros(event.at),
        "handled_by": staff_id,
        "reason": event.reason,
    }
    yield Change(ATTENTION, {"payment_id": event.stream_id, "is_open": True}, values)


def group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take a name."""
    name = event.facts.name
    row = {"bill_group_id": event.stream_id, "account_id": event.account_id}
    yield Put(GROUPS, {**row, "name": name, "name_key": name.casefold()})


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take a name."""
    row = {"account_id": event.stream_id, "name": event.name, "name_key": event.name.casefold()}
    yield Put(ACCOUNTS, row)


def _listed(
    event: PaymentFailed | AttentionNeeded, why: Attention, stated: str | None = None
) -> Write:
    return Put(
        ATTENTION,
        {
            "attention_id": uuid5(event.stream_id, f"{why} {event.version}"),
            "payment_id": event.stream_id,
            "why": why,
            "stated": stated,
            "since": micros(event.at),
            "is_open": True,
            "handled_at": None,
            "handled_by": None,
            "reason": None,
        },
    )


def _known(
    event: PaymentBegun | PaymentFound,
    bill_group_id: UUID | None,
    amount: int,
    state: PaymentState,
    reference: str,
) -> Write:
    return Put(
        PAYMENTS,
        {
            "payment_id": event.stream_id,
            "bill_group_id": bill_group_id,
            "provider": event.provider,
            "currency": event.currency,
            "amount": amount,
            "state": state,
            "reference": reference.casefold(),
        },
    )


_STATES: dict[type, PaymentState] = {
    PaymentProcessing: "processing",
    PaymentSucceeded: "succeeded",
    PaymentFailed: "failed",
}

MODEL = ReadModel(
    name="payment_attention",
    version=2,
    tables=(PAYMENTS, ATTENTION, GROUPS, ACCOUNTS),
    handlers={
        PaymentBegun: begun,
        PaymentFound: found,
        PaymentProcessing: stands,
        PaymentSucceeded: stands,
        PaymentFailed: failed,
        PaymentGivenUp: given_up,
        AttentionNeeded: needed,
        AttentionHandled: handled,
        BillGroupRecorded: group_recorded,
        AccountRecorded: account_recorded,
    },
)


# Queries

Status: TypeAlias = Literal["open", "handled", "all"]


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What staff look for, from which place on."""

    words: str = ""
    why: Attention | None = None
    status: Status = "open"
    way: Way | None = None
    place: Cursor | None = None
    size: int = 50


class AttentionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One reason to look at one payment; amounts in minor units, moments µs UTC."""

    attention_id: UUID
    payment_id: UUID
    why: Attention
    stated: str | None
    since: int
    is_open: bool
    handled_at: int | None
    handled_by: UUID | None
    reason: str | None
    bill_group_id: UUID | None
    account: str | None
    bill_group: str | None
    provider: str
    currency: str
    amount: int
    state: PaymentState
    reference: str

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount, self.currency)


def found_by(connection: Connection, search: Search) -> list[AttentionRow]:
    """Give a page of what is looked for and one row more, the newest first (reversed `before`)."""
    query = _looked_for(_rows(), search)
    by = (ATTENTION.c.since, ATTENTION.c.attention_id)
    query = sorted_from(query, by, falling=True, way=search.way).limit(search.size + 1)
    given = {"at_value": search.place.value, "at_id": search.place.row_id} if search.place else {}
    rows = connection.execute(query, given).mappings()
    return [AttentionRow(**dict(row)) for row in rows]


def counts(connection: Connection, search: Search) -> dict[Attention, int]:
    """Count what is looked for by its reason, whichever reason is chosen."""
    every = msgspec.structs.replace(search, why=None)
    query = _looked_for(_joined(select(ATTENTION.c.why, func.count())), every)
    return {row[0]: row[1] for row in connection.execute(query.group_by(ATTENTION.c.why))}


def of_bill_group(connection: Connection, bill_group_id: UUID) -> list[AttentionRow]:
    """Give what is open of one bill group."""
    query = _rows().where(PAYMENTS.c.bill_group_id == bill_group_id, ATTENTION.c.is_open)
    rows = connection.execute(query.order_by(ATTENTION.c.since.desc())).mappings()
    return [AttentionRow(**dict(row)) for row in rows]


def of_payment(connection: Connection, payment_id: UUID) -> list[AttentionRow]:
    """Give what is known of one payment, the newest first."""
    query = _rows().where(ATTENTION.c.payment_id == payment_id)
    rows = connection.execute(query.order_by(ATTENTION.c.since.desc())).mappings()
    return [AttentionRow(**dict(row)) for row in rows]


def _rows() -> Select[Any]:
    rows, payments = ATTENTION.c, PAYMENTS.c
    return _joined(
        select(
            rows.attention_id,
            rows.payment_id,
            rows.why,
            rows.stated,
            rows.since,
            rows.is_open,
            rows.handled_at,
            rows.handled_by,
            rows.reason,
            payments.bill_group_id,
            ACCOUNTS.c.name.label("account"),
            GROUPS.c.name.label("bill_group"),
            payments.provider,
            payments.currency,
            payments.amount,
            payments.state,
            payments.reference,
        )
    )


def _joined(query: Select[Any]) -> Select[Any]:
    return query.select_from(
        ATTENTION.join(PAYMENTS, PAYMENTS.c.payment_id == ATTENTION.c.payment_id)
        .outerjoin(GROUPS, GROUPS.c.bill_group_id == PAYMENTS.c.bill_group_id)
        .outerjoin(ACCOUNTS, ACCOUNTS.c.account_id == GROUPS.c.account_id)
    )


def _looked_for(query: Select[Any], search: Search) -> Select[Any]:
    if search.status != "all":
        query = query.where(ATTENTION.c.is_open == (search.status == "open"))
    if search.why:
        query = query.where(ATTENTION.c.why == search.why)
    if search.words.strip():
        keys = (GROUPS.c.name_key, ACCOUNTS.c.name_key, PAYMENTS.c.reference)
        query = query.where(holding(search.words, *keys))
    return query
