"""Which mails were turned off: for the page of notifications, the worker, and staff."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, MetaData, Table, Text, Uuid, select

from domain.notifications import Notification, NotificationChosen
from read_models.columns import Key
from read_models.projection import Drop, Put, ReadModel, Write
from read_models.scope import Scope

metadata = MetaData()

OFF = Table(
    "notification_choices",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("address", Key, primary_key=True),
    Column("notification", Text, primary_key=True),
)
"""One row for each kind of mail that an address does not want."""


def chosen(event: NotificationChosen) -> Iterator[Write]:
    """Note what was turned off, or forget that it was."""
    key = {
        "bill_group_id": event.bill_group_id,
        "address": event.address,
        "notification": event.notification,
    }
    yield Drop(OFF, key) if event.wanted else Put(OFF, key)


MODEL = ReadModel(
    name="notification_choices",
    version=1,
    tables=(OFF,),
    handlers={NotificationChosen: chosen},
)


class TurnedOff(msgspec.Struct, frozen=True):
    """A kind of mail that an address does not want."""

    address: str
    notification: Notification


def of_address(connection: Connection, scope: Scope, address: str) -> set[Notification]:
    """Give the kinds of mail that an address does not want about this bill group."""
    here = OFF.c.bill_group_id == scope.bill_group_id
    query = select(OFF.c.notification).where(here, OFF.c.address == address)
    return set(connection.execute(query).scalars())


def of_bill_group(connection: Connection, bill_group_id: UUID) -> list[TurnedOff]:
    """List for staff what anybody turned off."""
    query = select(OFF.c.address, OFF.c.notification).where(OFF.c.bill_group_id == bill_group_id)
    rows = connection.execute(query.order_by(OFF.c.address, OFF.c.notification))
    return [TurnedOff(*row) for row in rows]
