"""The invoices of a bill group for staff: how each stands, and when the customer first saw it."""

from collections.abc import Sequence
from datetime import date
from typing import get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from domain.invoice_status import PillName
from domain.money import Money
from entrypoints.admin.access_page import Opened, opened
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking
from entrypoints.http.answers import show
from entrypoints.http.formats import as_datetime
from entrypoints.http.languages import gettext, pgettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.invoice_lines import Line, invoice_lines
from entrypoints.wording.invoice_pills import status as status_words
from read_models import invoice_list, invoice_views
from read_models.invoice_list import SORT_KINDS, InvoiceRow, Search, Status
from read_models.invoice_views import View
from read_models.keyset import Cursor, Way

A_PAGE = 25
ALL_OF_THEM = 50_000
PATH = "/bill-groups/{bill_group_id:uuid}/invoices"
STATUSES: tuple[Status, ...] = ("unpaid", *get_args(PillName))


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    status: str = ""

    @property
    def search(self) -> Search:
        """Give it to the read model; what nobody of ours wrote counts as nothing."""
        status = next((one for one in STATUSES if one == self.status), None)
        return Search(words=self.q[:100].strip(), status=status, size=A_PAGE)


class Shown(msgspec.Struct, frozen=True):
    """One invoice in words, with the first times that the customer opened and downloaded it."""

    line: Line
    view: View
    opened_by: str
    downloaded_by: str


@page(PATH, guards=[allow("viewer")])
def invoices(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """List the invoices, the newest first."""
    here = opened(portal, bill_group_id)
    asked = Asked(q or "", status or "")
    place = Cursor.read(after or before or "", SORT_KINDS["issued"])
    way: Way | None = None if place is None else "after" if after else "before"
    scope = here.portal.scope(staff.now)
    with portal.reading() as connection:
        search = replace(asked.search, place=place, way=way)
        found = invoice_list.of_bill_group(connection, scope, search)
        counts = invoice_list.counts(connection, scope, asked.search)
        ids = [row.invoice_id for row in found.rows]
        views = invoice_views.of_invoices(connection, scope, ids)
    url = f"/bill-groups/{bill_group_id}/invoices"
    lines = invoice_lines(found.rows, scope.today, staff.language)
    with speaking(staff.language):
        pairs = zip(found.rows, lines, strict=True)
        rows = [_shown(line, views.get(row.invoice_id, View()), here) for row, line in pairs]
    return show(
        "admin/bill_groups/invoices.html",
        replace(staff.page("accounts"), zone=here.portal.time_zone),
        here=here.portal,
        account_id=here.account_id,
        url=url,
        asked=asked,
        rows=rows,
        statuses={name: status_words(name, staff.language) for name in _offered(counts, asked)},
        previous=asked.url(url, before=str(found.previous)) if found.previous else None,
        next=asked.url(url, after=str(found.next)) if found.next else None,
    )


@page(f"{PATH}.csv", guards=[allow("viewer")])
def invoice_file(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    here = opened(portal, bill_group_id)
    search = replace(Asked(q or "", status or "").search, size=ALL_OF_THEM)
    with portal.reading() as connection:
        scope = here.portal.scope(staff.now)
        found = invoice_list.of_bill_group(connection, scope, search)
        ids = [row.invoice_id for row in found.rows]
        views = invoice_views.of_invoices(connection, scope, ids)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS] + [pgettext("amount", "Open")]
        lines = [
            _cells(row, views.get(row.invoice_id, View()), here, staff.language)
            for row in found.rows
        ]
    return csv_file("invoices.csv", header, lines)


def _offered(counts: dict[PillName, int], asked: Asked) -> list[Status]:
    """Offer the statuses that something has, and the chosen one."""
    unpaid = {"overdue", "due", "open", "partly_paid"} & counts.keys()
    there = {*counts, asked.search.status, "unpaid" if unpaid else None}
    return [name for name in STATUSES if name in there]


def _shown(line: Line, view: View, here: Opened) -> Shown:
    opened_by = here.by(view.opened_by) if view.opened_by else ""
    return Shown(line, view, opened_by, here.by(view.downloaded_by) if view.downloaded_by else "")


_COLUMNS: Sequence[str] = (
    phrase("Number"),
    phrase("Date"),
    phrase("Due"),
    phrase("PO number"),
    phrase("Status"),
    phrase("First opened (UTC)"),
    phrase("Opened by"),
    phrase("First downloaded (UTC)"),
    phrase("Downloaded by"),
    phrase("Currency"),
    phrase("Amount"),
)


def _cells(row: InvoiceRow, view: View, here: Opened, language: str) -> list[object]:
    return [
        row.number,
        _iso(row.issued_on),
        _iso(row.due_on),
        row.po_number,
        status_words(row.pill, language),
        as_datetime(view.opened_at).isoformat() if view.opened_at else None,
        here.by(view.opened_by) if view.opened_by else None,
        as_datetime(view.downloaded_at).isoformat() if view.downloaded_at else None,
        here.by(view.downloaded_by) if view.downloaded_by else None,
        row.currency,
        str(Money(row.total, row.currency).decimal),
        str(Money(row.open, row.currency).decimal),
    ]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


ROUTES = (invoices, invoice_file)
