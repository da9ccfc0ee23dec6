"""One account as staff open it: its contracts and its bill groups."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Date, Index, MetaData, Table, Text, Uuid, select

from domain.account import AccountRecorded, ContractRecorded, ContractStatus
from domain.bill_group import BillGroupFacts, BillGroupRecorded
from read_models.columns import Encoded
from read_models.projection import Put, ReadModel, Write

metadata = MetaData()

ACCOUNTS = Table(
    "account_overview",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text, nullable=False),
)
CONTRACTS = Table(
    "account_overview_contracts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("contract_id", Uuid, primary_key=True),
    Column("external_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
)
BILL_GROUPS = Table(
    "account_overview_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("facts", Encoded(BillGroupFacts), nullable=False),
    Index("account_overview_groups_of_account", "account_id"),
)


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take the name."""
    row = {
        "account_id": event.stream_id,
        "name": event.name,
        "source": event.source,
        "external_id": event.external_id,
    }
    yield Put(ACCOUNTS, row)


def contract_recorded(event: ContractRecorded) -> Iterator[Write]:
    """Take a contract."""
    names = ("contract_id", "external_id", "status", "starts_on", "ends_on")
    facts = {name: getattr(event, name) for name in names}
    yield Put(CONTRACTS, {"account_id": event.stream_id, **facts})


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take a bill group's terms."""
    row = {
        "bill_group_id": event.stream_id,
        "account_id": event.account_id,
        "name": event.facts.name,
        "facts": event.facts,
    }
    yield Put(BILL_GROUPS, row)


MODEL = ReadModel(
    name="account_overview",
    version=1,
    tables=(ACCOUNTS, CONTRACTS, BILL_GROUPS),
    handlers={
        AccountRecorded: account_recorded,
        ContractRecorded: contract_recorded,
        BillGroupRecorded: bill_group_recorded,
    },
)


class ContractRow(msgspec.Struct, frozen=True):
    """A contract; `status` is the billing system's word."""

    external_id: str
    status: ContractStatus
    starts_on: date
    ends_on: date | None


class BillGroupRow(msgspec.Struct, frozen=True):
    """A bill group of the account with its terms."""

    bill_group_id: UUID
    facts: BillGroupFacts


class AccountOverview(msgspec.Struct, frozen=True):
    """The account with its contracts (newest first) and bill groups (by name)."""

    account_id: UUID
    name: str
    source: str
    external_id: str
    contracts: tuple[ContractRow, ...]
    bill_groups: tuple[BillGroupRow, ...]


def of_account(connection: Connection, account_id: UUID) -> AccountOverview | None:
    """Give the account, or nothing when it is unknown."""
    known = ACCOUNTS.c
    query = select(known.account_id, known.name, known.source, known.external_id)
    row = connection.execute(query.where(known.account_id == account_id)).first()
    if row is None:
        return None
    return AccountOverview(
        *row,
        contracts=_contracts(connection, account_id),
        bill_groups=_bill_groups(connection, account_id),
    )


def _contracts(connection: Connection, account_id: UUID) -> tuple[ContractRow, ...]:
    names = ContractRow.__struct_fields__
    query = select(*(CONTRACTS.c[name] for name in names))
    query = query.where(CONTRACTS.c.account_id == account_id)
    query = query.order_by(CONTRACTS.c.starts_on.desc(), CONTRACTS.c.external_id)
    return tuple(ContractRow(*row) for row in connection.execute(query))


def _bill_groups(connection: Connection, account_id: UUID) -> tuple[BillGroupRow, ...]:
    groups = BILL_GROUPS.c
    query = select(groups.bill_group_id, groups.facts).where(groups.account_id == account_id)
    query = query.order_by(groups.name, groups.bill_group_id)
    return tuple(BillGroupRow(*row) for row in connection.execute(query))
