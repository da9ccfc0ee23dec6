"""The subscriptions of a bill group: running ones, and cancelled and ended ones when asked for."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, Text, Uuid, func, select

from domain.subscription import SubscriptionFacts, SubscriptionRecorded, SubscriptionStatus
from read_models.columns import Encoded
from read_models.projection import Put, ReadModel, Write
from read_models.scope import Scope

Show: TypeAlias = Literal["running", "over", "all"]
OVER: tuple[SubscriptionStatus, ...] = ("cancelled", "ended")

metadata = MetaData()

SUBSCRIPTIONS = Table(
    "subscription_list",
    metadata,
    Column("subscription_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("facts", Encoded(SubscriptionFacts), nullable=False),
    Index("subscription_list_of_group", "bill_group_id", "starts_on"),
)


def recorded(event: SubscriptionRecorded) -> Iterator[Write]:
    """Take a subscription as the billing system tells it."""
    yield Put(
        SUBSCRIPTIONS,
        {
            "subscription_id": event.stream_id,
            "bill_group_id": event.bill_group_id,
            "status": event.facts.status,
            "starts_on": event.facts.starts_on,
            "facts": event.facts,
        },
    )


MODEL = ReadModel(
    name="subscription_list",
    version=1,
    tables=(SUBSCRIPTIONS,),
    handlers={SubscriptionRecorded: recorded},
)


class SubscriptionRow(msgspec.Struct, frozen=True):
    """One subscription; `status` is the billing system's word."""

    subscription_id: UUID
    facts: SubscriptionFacts


def stops_on(facts: SubscriptionFacts) -> date | None:
    """Give the earlier of both days on which it may stop, where one is set."""
    return min((day for day in (facts.cancels_on, facts.ends_on) if day), default=None)


def is_ending(facts: SubscriptionFacts) -> bool:
    """Whether it is active with an end set."""
    return facts.status == "active" and stops_on(facts) is not None


def of_bill_group(
    connection: Connection, scope: Scope, show: Show = "running"
) -> Sequence[SubscriptionRow]:
    """Give the subscriptions, the newest start first."""
    rows = SUBSCRIPTIONS.c
    query = select(rows.subscription_id, rows.facts).where(
        rows.bill_group_id == scope.bill_group_id
    )
    if show != "all":
        over = rows.status.in_(OVER)
        query = query.where(over if show == "over" else ~over)
    query = query.order_by(rows.starts_on.desc(), rows.subscription_id)
    return [SubscriptionRow(*row) for row in connection.execute(query)]


def count_over(connection: Connection, scope: Scope) -> int:
    """Count the cancelled and ended ones."""
    rows = SUBSCRIPTIONS.c
    mine = rows.bill_group_id == scope.bill_group_id
    query = select(func.count()).where(mine, rows.status.in_(OVER))
    return connection.execute(query).scalar_one()
