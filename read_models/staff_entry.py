"""Who a staff member is, for the guard of every staff page: name, roles, whether active."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, MetaData, Table, Text, Uuid, select

from domain.staff import MemberAdded, MemberDeactivated, MemberReactivated, Role, RolesChanged
from read_models.columns import Encoded
from read_models.projection import Change, Put, ReadModel, Write

STAFF_ENTRY = Table(
    "staff_entry",
    MetaData(),
    Column("staff_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("roles", Encoded(tuple[Role, ...]), nullable=False),
    Column("is_active", Boolean, nullable=False),
)


def _added(event: MemberAdded) -> Iterator[Write]:
    yield Put(
        STAFF_ENTRY,
        {
            "staff_id": event.staff_id,
            "name": event.name,
            "email": event.email,
            "roles": event.roles,
            "is_active": True,
        },
    )


def _roles_changed(event: RolesChanged) -> Iterator[Write]:
    yield Change(STAFF_ENTRY, {"staff_id": event.staff_id}, {"roles": event.roles})


def _deactivated(event: MemberDeactivated) -> Iterator[Write]:
    yield Change(STAFF_ENTRY, {"staff_id": event.staff_id}, {"is_active": False})


def _reactivated(event: MemberReactivated) -> Iterator[Write]:
    yield Change(STAFF_ENTRY, {"staff_id": event.staff_id}, {"is_active": True})


MODEL = ReadModel(
    name="staff_entry",
    version=1,
    tables=(STAFF_ENTRY,),
    handlers={
        MemberAdded: _added,
        RolesChanged: _roles_changed,
        MemberDeactivated: _deactivated,
        MemberReactivated: _reactivated,
    },
)


class StaffEntryRow(msgspec.Struct, frozen=True):
    """A staff member who may enter."""

    staff_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]


def active(connection: Connection, staff_id: UUID) -> list[StaffEntryRow]:
    """Give the staff member, unless deactivated or unknown: one row or none."""
    query = select(STAFF_ENTRY).where(STAFF_ENTRY.c.staff_id == staff_id)
    rows = connection.execute(query.where(STAFF_ENTRY.c.is_active.is_(True)))
    return [StaffEntryRow(row.staff_id, row.name, row.email, row.roles) for row in rows]
