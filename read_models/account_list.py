"""All accounts, to search as one types: by name, bill group, id, or whoever may sign in."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from domain.account import AccountRecorded, ContractRecorded
from domain.bill_group import BillGroupRecorded
from domain.portal_access import (
    AddressGranted,
    DomainGranted,
    GrantRevoked,
    TurnedOff,
    TurnedOn,
)
from read_models.columns import Key
from read_models.projection import Drop, Put, ReadModel, Write
from read_models.searching import holding

metadata = MetaData()

ACCOUNTS = Table(
    "account_list",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("external_key", Key, nullable=False),
    Index("account_list_by_name", "name_key", "account_id"),
)
CONTRACTS = Table(
    "account_list_contracts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("contract_id", Uuid, primary_key=True),
    Column("is_active", Boolean, nullable=False),
)
BILL_GROUPS = Table(
    "account_list_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
    Column("external_key", Key, nullable=False),
)
SWITCHES = Table(
    "account_list_switches",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("is_on", Boolean, nullable=False, server_default=false()),
)
GRANTS = Table(
    "account_list_grants",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("value", Key, nullable=False),
)


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take the name."""
    row = {
        "account_id": event.stream_id,
        "name": event.name,
        "name_key": event.name.casefold(),
        "external_id": event.external_id,
        "external_key": event.external_id.casefold(),
    }
    yield Put(ACCOUNTS, row)


def contract_recorded(event: ContractRecorded) -> Iterator[Write]:
    """Note whether a contract is active."""
    key = {"account_id": event.stream_id, "contract_id": event.contract_id}
    yield Put(CONTRACTS, {**key, "is_active": event.status == "active"})


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take a bill group's name."""
    row = {
        "bill_group_id": event.stream_id,
        "account_id": event.account_id,
        "name": event.facts.name,
        "name_key": event.facts.name.casefold(),
        "external_key": event.external_id.casefold(),
    }
    yield Put(BILL_GROUPS, row)


def switched(event: TurnedOn | TurnedOff) -> Iterator[Write]:
    """Note that a portal is on or off."""
    is_on = isinstance(event, TurnedOn)
    yield Put(SWITCHES, {"bill_group_id": event.bill_group_id, "is_on": is_on})


def granted(event: DomainGranted | AddressGranted) -> Iterator[Write]:
    """Let the account be found by who may sign in."""
    value = event.domain if isinstance(event, DomainGranted) else event.address
    ids = {"grant_id": event.grant_id, "bill_group_id": event.bill_group_id}
    yield Put(GRANTS, {**ids, "value": value})


def revoked(event: GrantRevoked) -> Iterator[Write]:
    """Forget a grant."""
    yield Drop(GRANTS, {"grant_id": event.grant_id})


MODEL = ReadModel(
    name="account_list",
    version=1,
    tables=(ACCOUNTS, CONTRACTS, BILL_GROUPS, SWITCHES, GRANTS),
    handlers={
        AccountRecorded: account_recorded,
        ContractRecorded: contract_recorded,
        BillGroupRecorded: bill_group_recorded,
        TurnedOn: switched,
        TurnedOff: switched,
        DomainGranted: granted,
        AddressGranted: granted,
        GrantRevoked: revoked,
    },
)


class Sought(msgspec.Struct, frozen=True):
    """What is looked for; `portal` keeps accounts that have a portal on, or none on."""

    words: str = ""
    portal: bool | None = None


class AccountRow(msgspec.Struct, frozen=True):
    """An account in the list, with counts of its bill groups, portals that are on, and grants."""

    account_id: UUID
    name: str
    external_id: str
    has_contract: bool
    bill_groups: int
    portals_on: int
    grants: int


def found(connection: Connection, sought: Sought, first: int, size: int) -> list[AccountRow]:
    """List accounts by name, from a place on."""
    query = _looked_for(_rows(), sought).order_by(ACCOUNTS.c.name_key, ACCOUNTS.c.account_id)
    rows = connection.execute(query.offset(first).limit(size))
    return [AccountRow(*row) for row in rows]


def count(connection: Connection, sought: Sought) -> int:
    """Count what is looked for."""
    query = _looked_for(select(func.count()).select_from(ACCOUNTS), sought)
    total: int = connection.execute(query).scalar_one()
    return total


def _rows() -> Select[Any]:
    active = exists().where(
        CONTRACTS.c.account_id == ACCOUNTS.c.account_id, CONTRACTS.c.is_active.is_(true())
    )
    on = SWITCHES.c.bill_group_id == BILL_GROUPS.c.bill_group_id
    granted = GRANTS.c.bill_group_id == BILL_GROUPS.c.bill_group_id
    return select(
        ACCOUNTS.c.account_id,
        ACCOUNTS.c.name,
        ACCOUNTS.c.external_id,
        active,
        _count(BILL_GROUPS),
        _count(BILL_GROUPS.join(SWITCHES, on), SWITCHES.c.is_on.is_(true())),
        _count(BILL_GROUPS.join(GRANTS, granted)),
    )


def _count(of: Any, *which: ColumnElement[bool]) -> ColumnElement[int]:
    theirs = BILL_GROUPS.c.account_id == ACCOUNTS.c.account_id
    return select(func.count()).select_from(of).where(theirs, *which).scalar_subquery()


def _looked_for(query: Select[Any], sought: Sought) -> Select[Any]:
    if sought.words.strip():
        query = query.where(_has(sought.words))
    if sought.portal is not None:
        theirs = BILL_GROUPS.c.account_id == ACCOUNTS.c.account_id
        on = exists().where(
            theirs, SWITCHES.c.bill_group_id == BILL_GROUPS.c.bill_group_id, SWITCHES.c.is_on
        )
        query = query.where(on if sought.portal else ~on)
    return query


def _has(words: str) -> ColumnElement[bool]:
    theirs = BILL_GROUPS.c.account_id == ACCOUNTS.c.account_id
    granted = GRANTS.c.bill_group_id == BILL_GROUPS.c.bill_group_id
    group = holding(words, BILL_GROUPS.c.name_key, BILL_GROUPS.c.external_key)
    return or_(
        holding(words, ACCOUNTS.c.name_key, ACCOUNTS.c.external_key),
        exists().where(theirs, group),
        exists().where(theirs, granted, holding(words, GRANTS.c.value)),
    )
