"""All payments of a bill group: what auto-pay will collect, and what came through which door."""

from collections.abc import Sequence
from datetime import date
from typing import get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from entrypoints.admin.access_page import opened
from entrypoints.admin.actors import Naming
from entrypoints.admin.collecting import STAGES, why_not
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking, one_page
from entrypoints.http.answers import show
from entrypoints.http.formats import as_datetime
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.payment_ledger import PILLS, STANDS, THROUGH, became
from read_models import collecting, payment_attention, payment_ledger
from read_models.keyset import Cursor, Way
from read_models.payment_ledger import Entry, Search, Stands, Through

ALL_OF_THEM = 50_000
PATH = "/bill-groups/{bill_group_id:uuid}/payments"


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    status: str = ""
    through: str = ""

    @property
    def search(self) -> Search:
        """Give it to the read model; what nobody of ours wrote counts as nothing."""
        return Search(
            words=self.q[:100],
            stands=next((one for one in get_args(Stands) if one == self.status), None),
            through=next((one for one in get_args(Through) if one == self.through), None),
        )


class Shown(msgspec.Struct, frozen=True):
    """One payment with who made it, and what became of it in words."""

    entry: Entry
    by: str
    became: list[str]

    @property
    def on(self) -> date | None:
        """The day of what was told from outside: nobody said which moment."""
        return as_datetime(self.entry.at).date() if self.entry.through == "outside" else None


@page(PATH, guards=[allow("viewer")])
def payments(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    through: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """List the payments, the newest first, below what auto-pay is going to collect."""
    here = opened(portal, bill_group_id)
    asked = Asked(q or "", status or "", through or "")
    place = Cursor.read(after or before or "", int)
    way: Way | None = None if place is None else "after" if after else "before"
    search = replace(asked.search, place=place, way=way)
    with portal.reading() as connection:
        found = payment_ledger.of_bill_group(connection, bill_group_id, search)
        plans = collecting.of_bill_group(connection, here.portal.scope(staff.now))
        attention = payment_attention.of_bill_group(connection, bill_group_id)
    listed = one_page(found, search.size, way)
    url = f"/bill-groups/{bill_group_id}/payments"
    rows = listed.rows
    with speaking(staff.language):
        shown = [_shown(entry, here.by) for entry in rows]
        reasons = {plan.invoice_id: why_not(plan) for plan in plans}
    return show(
        "admin/payments/of_bill_group.html",
        replace(staff.page("accounts"), zone=here.portal.time_zone),
        here=here.portal,
        account_id=here.account_id,
        url=url,
        asked=asked,
        rows=shown,
        plans=plans,
        reasons=reasons,
        stages=STAGES,
        pills=PILLS,
        statuses=STANDS,
        doors=THROUGH,
        attention={row.payment_id for row in attention},
        may_handle=staff.holds("billing"),
        previous=asked.url(url, before=_place(rows[0])) if rows and listed.earlier else None,
        next=asked.url(url, after=_place(rows[-1])) if rows and listed.later else None,
    )


@page(f"{PATH}.csv", guards=[allow("viewer")])
def payment_file(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    through: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    here = opened(portal, bill_group_id)
    asked = Asked(q or "", status or "", through or "")
    search = replace(asked.search, size=ALL_OF_THEM)
    with portal.reading() as connection:
        rows = payment_ledger.of_bill_group(connection, bill_group_id, search)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        lines = [_line(_shown(entry, here.by)) for entry in rows]
    return csv_file("payments.csv", header, lines)


def _shown(entry: Entry, by: Naming) -> Shown:
    return Shown(entry, by(entry.by) if entry.by else "", became(entry))


def _place(shown: Entry) -> str:
    return str(Cursor(shown.at, shown.entry_id))


_COLUMNS: Sequence[str] = (
    phrase("When (UTC)"),
    phrase("Amount"),
    phrase("Currency"),
    phrase("Status"),
    phrase("Through"),
    phrase("By"),
    phrase("Invoices"),
    phrase("Reference"),
    phrase("What became of it"),
    phrase("Payment"),
)


def _line(shown: Shown) -> list[object]:
    entry = shown.entry
    return [
        as_datetime(entry.at).isoformat(),
        str(entry.money.decimal),
        entry.currency,
        gettext(PILLS[entry.state][1]),
        gettext(THROUGH[entry.through]),
        shown.by,
        " ".join(part.number or str(part.invoice_id) for part in entry.parts),
        entry.reference,
        "; ".join(shown.became),
        str(entry.entry_id),
    ]


ROUTES = (payments, payment_file)
