"""Whom the mails of the queue are about: bill groups by name, and addresses that were granted."""

from collections.abc import Collection, Iterator
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, or_, select

from domain.account import AccountRecorded
from domain.bill_group import BillGroupRecorded
from domain.portal_access import AddressGranted, GrantRevoked
from read_models.columns import Key
from read_models.projection import Drop, Put, ReadModel, Write
from read_models.searching import holding

metadata = MetaData()

ACCOUNTS = Table(
    "mail_queue_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
BILL_GROUPS = Table(
    "mail_queue_bill_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
GRANTED = Table(
    "mail_queue_granted",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("address", Key, nullable=False),
)


def _account(event: AccountRecorded) -> Iterator[Write]:
    row = {"account_id": event.stream_id, "name": event.name, "name_key": event.name.casefold()}
    yield Put(ACCOUNTS, row)


def _bill_group(event: BillGroupRecorded) -> Iterator[Write]:
    yield Put(
        BILL_GROUPS,
        {
            "bill_group_id": event.stream_id,
            "account_id": event.account_id,
            "name": event.facts.name,
            "name_key": event.facts.name.casefold(),
        },
    )


def _granted(event: AddressGranted) -> Iterator[Write]:
    yield Put(
        GRANTED,
        {
            "grant_id": event.grant_id,
            "bill_group_id": event.bill_group_id,
            "address": event.address,
        },
    )


def _revoked(event: GrantRevoked) -> Iterator[Write]:
    yield Drop(GRANTED, {"grant_id": event.grant_id})


MODEL = ReadModel(
    name="mail_queue",
    version=1,
    tables=(ACCOUNTS, BILL_GROUPS, GRANTED),
    handlers={
        AccountRecorded: _account,
        BillGroupRecorded: _bill_group,
        AddressGranted: _granted,
        GrantRevoked: _revoked,
    },
)


class Subject(msgspec.Struct, frozen=True):
    """The bill group that a mail is about."""

    account: str
    bill_group: str


def subjects(connection: Connection, bill_group_ids: Collection[UUID]) -> dict[UUID, Subject]:
    """Name bill groups with their accounts."""
    groups = BILL_GROUPS.c
    query = select(groups.bill_group_id, ACCOUNTS.c.name.label("account"), groups.name)
    query = query.join_from(BILL_GROUPS, ACCOUNTS, groups.account_id == ACCOUNTS.c.account_id)
    rows = connection.execute(query.where(groups.bill_group_id.in_(bill_group_ids)))
    return {row.bill_group_id: Subject(row.account, row.name) for row in rows}


def addresses(connection: Connection, grant_ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the addresses of grants that stand."""
    query = select(GRANTED.c.grant_id, GRANTED.c.address)
    rows = connection.execute(query.where(GRANTED.c.grant_id.in_(grant_ids)))
    return {row.grant_id: row.address for row in rows}


def bill_groups_like(connection: Connection, words: str, limit: int = 500) -> tuple[UUID, ...]:
    """Find bill groups by their name, their account's name, or an address that was granted."""
    groups = BILL_GROUPS.c
    granted = select(GRANTED.c.bill_group_id).where(holding(words, GRANTED.c.address))
    held = or_(
        holding(words, groups.name_key, ACCOUNTS.c.name_key), groups.bill_group_id.in_(granted)
    )
    query = select(groups.bill_group_id).join_from(
        BILL_GROUPS, ACCOUNTS, groups.account_id == ACCOUNTS.c.account_id
    )
    rows = connection.execute(query.where(held).order_by(groups.bill_group_id).limit(limit))
    return tuple(row.bill_group_id for row in rows)
