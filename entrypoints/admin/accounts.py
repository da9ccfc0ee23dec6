"""Accounts: searched as one types, listed, saved as a file, and opened."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking
from entrypoints.http.answers import show
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from read_models import access_panel, account_list, account_overview, entry, outstanding
from read_models.account_list import Sought
from read_models.account_overview import BillGroupRow
from read_models.entry import BillGroupPortal
from read_models.outstanding import Balance

A_PAGE = 25
ALL_OF_THEM = 50_000

PORTALS = {"": phrase("All"), "on": phrase("Portal on"), "off": phrase("No portal on")}
"""The filter by portal: its word in the address, and what people read."""

COLUMNS = (
    phrase("Account"),
    phrase("External id"),
    phrase("Active contract"),
    phrase("Bill groups"),
    phrase("Portals on"),
    phrase("Grants"),
)


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    portals: str = ""

    @property
    def sought(self) -> Sought:
        """Give it to the list."""
        return Sought(self.q, {"on": True, "off": False}.get(self.portals))


class BillGroupCard(msgspec.Struct, frozen=True):
    """A bill group on the account's page; balances only for those who see invoices."""

    row: BillGroupRow
    here: BillGroupPortal
    grants: int
    balances: tuple[Balance, ...]


@page("/accounts", guards=[allow("viewer", "auditor")])
def accounts(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    portals: FromQuery[str | None] = None,
    at: FromQuery[int] = 1,
) -> Response[str]:
    """List the accounts by name."""
    asked = _asked(q, portals)
    at = min(max(at, 1), ALL_OF_THEM)
    first = (at - 1) * A_PAGE
    with portal.reading() as connection:
        rows = account_list.found(connection, asked.sought, first, A_PAGE)
        total = account_list.count(connection, asked.sought)
    return show(
        "admin/accounts/list.html",
        staff.page("accounts", sought=asked.q),
        rows=rows,
        asked=asked,
        portals=PORTALS,
        first=first + 1,
        at=at,
        total=total,
    )


@page("/accounts.csv", guards=[allow("viewer", "auditor")])
def account_file(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    portals: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    with portal.reading() as connection:
        rows = account_list.found(connection, _asked(q, portals).sought, 0, ALL_OF_THEM)
    with speaking(staff.language):
        header = [gettext(title) for title in COLUMNS]
        yes, no = gettext("yes"), gettext("no")
    lines = (
        (
            row.name,
            row.external_id,
            yes if row.has_contract else no,
            row.bill_groups,
            row.portals_on,
            row.grants,
        )
        for row in rows
    )
    return csv_file("accounts.csv", header, lines)


@page("/accounts/{account_id:uuid}", guards=[allow("viewer", "auditor")])
def account(staff: Entered, portal: Wired, account_id: FromPath[UUID]) -> Response[str]:
    """Show an account with its contracts and bill groups."""
    with portal.reading() as connection:
        overview = account_overview.of_account(connection, account_id)
        if overview is None:
            raise NotFoundException
        sees_balances = staff.holds("viewer")
        groups = [
            _card(connection, row, staff, with_balances=sees_balances)
            for row in overview.bill_groups
        ]
    cards = [card for card in groups if card is not None]
    zone = cards[0].here.time_zone if cards else "UTC"
    return show(
        "admin/accounts/account.html",
        replace(staff.page("accounts"), zone=zone),
        account=overview,
        groups=cards,
        sees_balances=sees_balances,
        web=portal.settings().web_url.rstrip("/"),
    )


def _card(
    connection: Any, row: BillGroupRow, staff: Entered, *, with_balances: bool
) -> BillGroupCard | None:
    here = entry.portal_of_bill_group(connection, row.bill_group_id)
    if here is None:
        return None
    grants = access_panel.grants(connection, row.bill_group_id)
    scope = here.scope(staff.now)
    balances = outstanding.of_bill_group(connection, scope) if with_balances else ()
    return BillGroupCard(row, here, len(grants), balances)


def _asked(q: str | None, portals: str | None) -> Asked:
    return Asked((q or "")[:100], portals if portals in PORTALS and portals else "")


ROUTES = (accounts, account_file, account)
