"""The history of a bill group's details and contacts: from what to what, by whom, when.

What stood before is the row before of the same detail or contact; so a value is kept once.
"""

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    func,
    select,
)

from domain.actor import Actor
from domain.bill_group import (
    Contact,
    ContactChanged,
    ContactReceived,
    ContactRole,
    Detail,
    DetailChanged,
    DetailReceived,
    PaymentMethodFacts,
    PaymentMethodRecorded,
    PaymentMethodSaved,
)
from read_models.columns import Encoded, micros
from read_models.projection import Put, ReadModel, Recorded, Write

What: TypeAlias = Detail | ContactRole
Way: TypeAlias = Literal["older", "newer"]

metadata = MetaData()

CHANGES = Table(
    "change_history",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("bill_group_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Encoded(Actor), nullable=False),
    Column("what", Text, nullable=False),
    Column("value", Text),
    Column("contact", Encoded(Contact)),
    Column("undoes", Integer),
    Index("change_history_of_group", "bill_group_id", "what", "position"),
)
"""`version` is the event's in its stream: what a staff member undoes."""

METHODS = Table(
    "change_history_methods",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("method_id", Text, primary_key=True),
    Column("method", Encoded(PaymentMethodFacts), nullable=False),
)
"""Every payment method there ever was, so that a default can be named after it is gone."""


def detail_set(recorded: Recorded) -> Iterator[Write]:
    """Keep what a detail became."""
    event: Any = recorded.event
    yield Put(CHANGES, {**_row(recorded), "what": event.detail, "value": event.value})


def contact_set(recorded: Recorded) -> Iterator[Write]:
    """Keep what a contact became."""
    event: Any = recorded.event
    yield Put(CHANGES, {**_row(recorded), "what": event.role, "contact": event.contact})


def method_told(event: PaymentMethodRecorded | PaymentMethodSaved) -> Iterator[Write]:
    """Keep how a payment method is called."""
    key = {"bill_group_id": event.stream_id, "method_id": str(event.method_id)}
    yield Put(METHODS, {**key, "method": event.facts})


def _row(recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    return {
        "position": recorded.position,
        "bill_group_id": event.stream_id,
        "version": event.version,
        "at": micros(event.at),
        "by": event.actor,
        "undoes": getattr(event, "undoes", None),
    }


MODEL = ReadModel(
    name="change_history",
    version=2,
    tables=(CHANGES, METHODS),
    handlers={PaymentMethodRecorded: method_told, PaymentMethodSaved: method_told},
    placed={
        DetailReceived: detail_set,
        DetailChanged: detail_set,
        ContactReceived: contact_set,
        ContactChanged: contact_set,
    },
)


class ChangeRow(msgspec.Struct, frozen=True):
    """One change; `at` is in µs UTC. `first` is told without anything before, `last` may be undone.

    Details have a `value` and what it was `before`; contacts have a `contact` and who it was.
    """

    position: int
    version: int
    at: int
    by: Actor
    what: What
    value: str | None
    contact: Contact | None
    undoes: int | None
    before: str | None
    contact_before: Contact | None
    first: bool
    last: bool


def of_bill_group(
    connection: Connection,
    bill_group_id: UUID,
    limit: int,
    *,
    way: Way = "older",
    beyond: int | None = None,
) -> list[ChangeRow]:
    """Give changes, the newest first: the newest of all, or those `beyond` a position."""
    told = _with_before(bill_group_id).subquery()
    query: Select[Any] = select(told)
    if beyond is not None:
        place = told.c.position
        query = query.where(place < beyond if way == "older" else place > beyond)
    order = told.c.position.desc() if way == "older" else told.c.position.asc()
    rows = [ChangeRow(*row) for row in connection.execute(query.order_by(order).limit(limit))]
    return rows if way == "older" else rows[::-1]


def one(connection: Connection, bill_group_id: UUID, version: int) -> ChangeRow | None:
    """Give the change that an event of the bill group's stream made."""
    told = _with_before(bill_group_id).subquery()
    row = connection.execute(select(told).where(told.c.version == version)).first()
    return None if row is None else ChangeRow(*row)


def methods(connection: Connection, bill_group_id: UUID) -> dict[str, PaymentMethodFacts]:
    """Give every payment method that there ever was, by its id as a detail writes it."""
    query = select(METHODS.c.method_id, METHODS.c.method)
    rows = connection.execute(query.where(METHODS.c.bill_group_id == bill_group_id))
    return {row.method_id: row.method for row in rows}


def _with_before(bill_group_id: UUID) -> Select[Any]:
    """Ask for each change with the one before it of the same detail or contact."""
    rows = CHANGES.c
    window: dict[str, Any] = {"partition_by": rows.what, "order_by": rows.position}
    earlier = func.lag(rows.position).over(**window)
    later = func.lead(rows.position).over(**window)
    return select(
        rows.position,
        rows.version,
        rows.at,
        rows.by,
        rows.what,
        rows.value,
        rows.contact,
        rows.undoes,
        func.lag(rows.value, type_=rows.value.type).over(**window).label("before"),
        func.lag(rows.contact, type_=rows.contact.type).over(**window).label("contact_before"),
        earlier.is_(None).label("first"),
        later.is_(None).label("last"),
    ).where(rows.bill_group_id == bill_group_id)
