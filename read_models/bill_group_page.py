"""A bill group as staff open it: whose it is, and where it came from.

What the customer sees there too is asked of the customers' own read models.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    Uuid,
    select,
)

from domain.bill_group import BillGroupRecorded
from read_models.projection import Put, ReadModel, Write

BILL_GROUPS = Table(
    "bill_group_page",
    MetaData(),
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
)


def recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take whose it is, and its name in the billing system."""
    yield Put(
        BILL_GROUPS,
        {
            "bill_group_id": event.stream_id,
            "account_id": event.account_id,
            "source": event.source,
            "external_id": event.external_id,
        },
    )


MODEL = ReadModel(
    name="bill_group_page",
    version=1,
    tables=(BILL_GROUPS,),
    handlers={BillGroupRecorded: recorded},
)


class BillGroupOrigin(msgspec.Struct, frozen=True):
    """Whose bill group it is, and its id where it came from."""

    account_id: UUID
    source: str
    external_id: str


def origin(connection: Connection, bill_group_id: UUID) -> BillGroupOrigin | None:
    """Give whose bill group it is; nothing when it is unknown."""
    names = BillGroupOrigin.__struct_fields__
    query = select(*(BILL_GROUPS.c[name] for name in names))
    row = connection.execute(query.where(BILL_GROUPS.c.bill_group_id == bill_group_id)).first()
    return None if row is None else BillGroupOrigin(*row)
