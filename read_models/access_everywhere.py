"""Everybody who may enter anywhere now: every rule of every portal, and the staff.

Two of these are compared after a restore, to say who can enter again and who no longer.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from read_models.entry_tables import ACCESS, ACCOUNTS, BILL_GROUPS, GRANTS
from read_models.staff_entry import STAFF_ENTRY


class Admitted(msgspec.Struct, frozen=True, order=True):
    """Somebody whom a rule lets in: `who` is a domain, an address, or a staff member's address.

    `where` names the portal, or the roles of staff.
    """

    where: str
    who: str


def admitted(connection: Connection) -> dict[UUID, Admitted]:
    """Give every rule by its grant, and every active staff member by their id."""
    names = ACCOUNTS.c.name.label("account"), BILL_GROUPS.c.name.label("bill_group")
    query = select(GRANTS.c.grant_id, GRANTS.c.value, ACCESS.c.is_on, *names)
    query = query.join_from(GRANTS, BILL_GROUPS, _same(GRANTS, BILL_GROUPS))
    query = query.join(ACCOUNTS, BILL_GROUPS.c.account_id == ACCOUNTS.c.account_id)
    query = query.join(ACCESS, _same(GRANTS, ACCESS)).where(ACCESS.c.is_on.is_(True))
    rules = {
        row.grant_id: Admitted(f"{row.account}, {row.bill_group}", row.value)
        for row in connection.execute(query)
    }
    active = select(STAFF_ENTRY).where(STAFF_ENTRY.c.is_active.is_(True))
    staff = {
        row.staff_id: Admitted(f"staff ({', '.join(sorted(row.roles))})", row.email)
        for row in connection.execute(active)
    }
    return {**rules, **staff}


class AccessDifference(msgspec.Struct, frozen=True):
    """Who may enter only in the one and only in the other, in the order of where."""

    again: list[Admitted]
    no_longer: list[Admitted]


def compared(restored: dict[UUID, Admitted], replaced: dict[UUID, Admitted]) -> AccessDifference:
    """Say who can enter again because of a restore, and who no longer can.

    A staff member whose roles differ is in both.
    """
    return AccessDifference(
        again=sorted(_only(restored, replaced)), no_longer=sorted(_only(replaced, restored))
    )


def _only(ones: dict[UUID, Admitted], others: dict[UUID, Admitted]) -> list[Admitted]:
    return [one for key, one in ones.items() if others.get(key) != one]


def _same(one: Any, other: Any) -> Any:
    return one.c.bill_group_id == other.c.bill_group_id
