"""A bill group as staff open it: whose it is and where it came from, and the mails sent for it.

What the customer sees there too is asked of the customers' own read models.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    column,
    select,
    table,
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

_OUTBOX = table(
    "outbox",
    column("job_id", Uuid),
    column("kind", Text),
    column("bill_group_id", Uuid),
    column("status", Text),
    column("attempts", Integer),
    column("created_at", BigInteger),
    column("finished_at", BigInteger),
    column("problem", Text),
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


class SentMail(msgspec.Struct, frozen=True):
    """A mail of the bill group; `status` waiting, done, failed or expired, moments µs UTC."""

    kind: str
    status: str
    attempts: int
    created_at: int
    finished_at: int | None
    problem: str | None


def origin(connection: Connection, bill_group_id: UUID) -> BillGroupOrigin | None:
    """Give whose bill group it is; nothing when it is unknown."""
    names = BillGroupOrigin.__struct_fields__
    query = select(*(BILL_GROUPS.c[name] for name in names))
    row = connection.execute(query.where(BILL_GROUPS.c.bill_group_id == bill_group_id)).first()
    return None if row is None else BillGroupOrigin(*row)


def mails(connection: Connection, bill_group_id: UUID, size: int) -> list[SentMail]:
    """List the mails of a bill group, the newest first."""
    query = (
        select(*(_OUTBOX.c[name] for name in SentMail.__struct_fields__))
        .where(_OUTBOX.c.bill_group_id == bill_group_id, _OUTBOX.c.kind.like("send!_%", escape="!"))
        .order_by(_OUTBOX.c.created_at.desc(), _OUTBOX.c.job_id.desc())
        .limit(size)
    )
    return [SentMail(*row) for row in connection.execute(query)]
