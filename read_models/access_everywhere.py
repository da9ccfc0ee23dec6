"""Everybody who may enter anywhere now: every rule of every portal that is on, and the staff.

Two of these are compared after a restore, to say who can enter again and who no longer, and which
portals are switched otherwise.
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


class Access(msgspec.Struct, frozen=True):
    """Rules by their grants and active staff by their ids, and the names of portals that are on."""

    admitted: dict[UUID, Admitted]
    portals: dict[UUID, str]


def everywhere(connection: Connection) -> Access:
    """Give every rule of the portals that are on, every active staff member, and these portals."""
    names = ACCOUNTS.c.name.label("account"), BILL_GROUPS.c.name.label("bill_group")
    on = select(ACCESS.c.bill_group_id, *names).join_from(
        ACCESS, BILL_GROUPS, _same(ACCESS, BILL_GROUPS)
    )
    on = on.join(ACCOUNTS, BILL_GROUPS.c.account_id == ACCOUNTS.c.account_id)
    portals = {
        row.bill_group_id: f"{row.account}, {row.bill_group}"
        for row in connection.execute(on.where(ACCESS.c.is_on.is_(True)))
    }
    rules = {
        row.grant_id: Admitted(portals[row.bill_group_id], row.value)
        for row in connection.execute(select(GRANTS))
        if row.bill_group_id in portals
    }
    active = select(STAFF_ENTRY).where(STAFF_ENTRY.c.is_active.is_(True))
    staff = {
        row.staff_id: Admitted(f"staff ({', '.join(sorted(row.roles))})", row.email)
        for row in connection.execute(active)
    }
    return Access({**rules, **staff}, portals)


class AccessDifference(msgspec.Struct, frozen=True):
    """Who may enter only in the one and only in the other, in the order of where.

    `on_again` and `off_again` name the portals that were switched off, and on, since the backup.
    """

    again: list[Admitted]
    no_longer: list[Admitted]
    on_again: list[str]
    off_again: list[str]


def compared(restored: Access, replaced: Access) -> AccessDifference:
    """Say who can enter again because of a restore, and who no longer can.

    A staff member whose roles differ is in both.
    """
    return AccessDifference(
        again=sorted(_only(restored.admitted, replaced.admitted)),
        no_longer=sorted(_only(replaced.admitted, restored.admitted)),
        on_again=_switched(restored.portals, replaced.portals),
        off_again=_switched(replaced.portals, restored.portals),
    )


def _switched(ones: dict[UUID, str], others: dict[UUID, str]) -> list[str]:
    """Name the portals that are on in the one alone, whatever they are called in the other."""
    return sorted(name for group_id, name in ones.items() if group_id not in others)


def _only(ones: dict[UUID, Admitted], others: dict[UUID, Admitted]) -> list[Admitted]:
    return [one for key, one in ones.items() if others.get(key) != one]


def _same(one: Any, other: Any) -> Any:
    return one.c.bill_group_id == other.c.bill_group_id
