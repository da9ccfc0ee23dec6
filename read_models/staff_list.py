"""The staff and their roles, as admins manage them."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    func,
    select,
    type_coerce,
)

from domain.staff import (
    MemberAdded,
    MemberDeactivated,
    MemberReactivated,
    Role,
    RolesChanged,
    SecondFactorEnrolled,
    SecondFactorReset,
)
from domain.staff_session import StaffSignedIn
from read_models.columns import Encoded, Key, micros
from read_models.projection import Change, Put, ReadModel, Write
from read_models.searching import holding

STAFF_LIST = Table(
    "staff_list",
    MetaData(),
    Column("staff_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
    Column("email", Key, nullable=False),
    Column("roles", Encoded(tuple[Role, ...]), nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("has_second_factor", Boolean, nullable=False),
    Column("added_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger, nullable=True),
)
_ROW = STAFF_LIST.c


def _added(event: MemberAdded) -> Iterator[Write]:
    yield Put(
        STAFF_LIST,
        {
            "staff_id": event.staff_id,
            "name": event.name,
            "name_key": event.name.casefold(),
            "email": event.email,
            "roles": event.roles,
            "is_active": True,
            "has_second_factor": False,
            "added_at": micros(event.at),
            "signed_in_at": None,
        },
    )


def _roles_changed(event: RolesChanged) -> Iterator[Write]:
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, {"roles": event.roles})


def _deactivated(event: MemberDeactivated) -> Iterator[Write]:
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, {"is_active": False})


def _reactivated(event: MemberReactivated) -> Iterator[Write]:
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, {"is_active": True})


def _enrolled(event: SecondFactorEnrolled) -> Iterator[Write]:
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, {"has_second_factor": True})


def _reset(event: SecondFactorReset) -> Iterator[Write]:
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, {"has_second_factor": False})


def _signed_in(event: StaffSignedIn) -> Iterator[Write]:
    at = {"signed_in_at": micros(event.at)}
    yield Change(STAFF_LIST, {"staff_id": event.staff_id}, at)


MODEL = ReadModel(
    name="staff_list",
    version=1,
    tables=(STAFF_LIST,),
    handlers={
        MemberAdded: _added,
        RolesChanged: _roles_changed,
        MemberDeactivated: _deactivated,
        MemberReactivated: _reactivated,
        SecondFactorEnrolled: _enrolled,
        SecondFactorReset: _reset,
        StaffSignedIn: _signed_in,
    },
)


class StaffRow(msgspec.Struct, frozen=True):
    """A staff member; moments are microseconds UTC, `signed_in_at` is None before the first."""

    staff_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    is_active: bool
    has_second_factor: bool
    added_at: int
    signed_in_at: int | None


class Sought(msgspec.Struct, frozen=True):
    """What is looked for: words in name or address, a role, active or not."""

    words: str = ""
    role: Role | None = None
    is_active: bool | None = None


def found(connection: Connection, sought: Sought, first: int, size: int) -> list[StaffRow]:
    """List staff by name, from a place on."""
    query = select(STAFF_LIST).where(_matches(sought)).order_by(_ROW.name_key, _ROW.staff_id)
    return [_row(row) for row in connection.execute(query.offset(first).limit(size))]


def count(connection: Connection, sought: Sought) -> int:
    """Count what is looked for."""
    query = select(func.count()).select_from(STAFF_LIST).where(_matches(sought))
    return connection.execute(query).scalar_one()


def one(connection: Connection, staff_id: UUID) -> list[StaffRow]:
    """Give one staff member: one row, or none when there is no such person."""
    query = select(STAFF_LIST).where(_ROW.staff_id == staff_id)
    return [_row(row) for row in connection.execute(query)]


def names(connection: Connection) -> dict[UUID, str]:
    """Give everybody's name, for pages that say who did something."""
    query = select(_ROW.staff_id, _ROW.name)
    return {row.staff_id: row.name for row in connection.execute(query)}


def _matches(sought: Sought) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [_ROW.staff_id.is_not(None)]
    if sought.words.strip():
        wanted.append(holding(sought.words, _ROW.name_key, _ROW.email))
    if sought.role is not None:
        wanted.append(type_coerce(_ROW.roles, Text).like(f'%"{sought.role}"%'))
    if sought.is_active is not None:
        wanted.append(_ROW.is_active.is_(sought.is_active))
    return and_(*wanted)


def _row(row: object) -> StaffRow:
    fields = msgspec.structs.fields(StaffRow)
    return StaffRow(*(getattr(row, field.name) for field in fields))
