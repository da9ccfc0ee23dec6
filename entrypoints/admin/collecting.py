"""What auto-pay will collect, and what it could not: for staff who look after payments."""

from collections.abc import Sequence
from datetime import date

from litestar import Response
from litestar.params import FromQuery
from msgspec.structs import replace

from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking, one_page
from entrypoints.http.answers import show
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.payment_failures import failed_shortly
from read_models import collecting
from read_models.collecting import Collected, Search, Stage
from read_models.keyset import Cursor, Way

ALL_OF_THEM = 50_000

STAGES: dict[Stage, tuple[str, str]] = {
    "planned": ("none", phrase("Will be collected")),
    "due": ("info", phrase("Is collected now")),
    "trying": ("info", phrase("Being collected")),
    "blocked": ("warn", phrase("Cannot be collected")),
    "exhausted": ("bad", phrase("Not collected")),
    "taken_back": ("bad", phrase("Taken back by the bank")),
}
"""Each stage with the kind of its pill and its words."""

BLOCKED: dict[str, str] = {
    "no_method": phrase("There is no default method."),
    "not_chargeable": phrase("The default method is not kept by the provider."),
    "expired": phrase("The default method has expired."),
}
"""What keeps auto-pay from trying."""

PATH = "/payments/auto-pay"


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    failed: str = ""

    @property
    def search(self) -> Search:
        """Give it to the read model."""
        return Search(words=self.q[:100], failed=bool(self.failed))


@page(PATH, guards=[allow("billing")])
def collections(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    failed: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """List open invoices that auto-pay is for, the earliest due date first."""
    asked = Asked(q or "", failed or "")
    place = Cursor.read(after or before or "", date)
    way: Way | None = None if place is None else "after" if after else "before"
    search = replace(asked.search, place=place, way=way)
    with portal.reading() as connection:
        found = collecting.found_by(connection, search, portal.clock().now())
    listed = one_page(found, search.size, way)
    rows = listed.rows
    with speaking(staff.language):
        reasons = {row.invoice_id: why_not(row) for row in rows}
    return show(
        "admin/payments/auto_pay.html",
        staff.page("payments"),
        rows=rows,
        asked=asked,
        path=PATH,
        stages=STAGES,
        reasons=reasons,
        previous=asked.url(PATH, before=_place(rows[0])) if rows and listed.earlier else None,
        next=asked.url(PATH, after=_place(rows[-1])) if rows and listed.later else None,
    )


@page(f"{PATH}.csv", guards=[allow("billing")])
def collection_file(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    failed: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    search = replace(Asked(q or "", failed or "").search, size=ALL_OF_THEM)
    with portal.reading() as connection:
        rows = collecting.found_by(connection, search, portal.clock().now())
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        lines = [_line(row) for row in rows]
    return csv_file("auto-pay.csv", header, lines)


def why_not(row: Collected) -> str | None:
    """Say what went wrong, or what is in the way."""
    if row.stage == "blocked" and row.why:
        return gettext(BLOCKED[row.why])
    if row.failed is None:
        return None
    return gettext("The last try failed: %(why)s.", why=failed_shortly(row.failed.code))


def _place(row: Collected) -> str:
    return str(Cursor(row.due_on, row.invoice_id))


_COLUMNS: Sequence[str] = (
    phrase("Account"),
    phrase("Bill group"),
    phrase("Invoice"),
    phrase("Due"),
    phrase("Amount"),
    phrase("Currency"),
    phrase("Status"),
    phrase("Next try"),
    phrase("Tries"),
    phrase("Last try"),
    phrase("Why"),
)


def _line(row: Collected) -> list[object]:
    return [
        row.account,
        row.bill_group,
        row.number,
        row.due_on.isoformat(),
        str(row.money.decimal),
        row.currency,
        gettext(STAGES[row.stage][1]),
        row.next_on.isoformat() if row.next_on else None,
        len(row.tries),
        row.tries[-1].began_on.isoformat() if row.tries else None,
        why_not(row),
    ]


ROUTES = (collections, collection_file)
