"""What auto-pay will collect, and what it could not: for staff who look after payments."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromQuery

from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.http.answers import show
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.payment_failures import why_failed
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


@page(PATH, guards=[allow("billing")])
def collections(
    staff: Entered,
    portal: Wired,
    failed: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """List open invoices that auto-pay is for, the earliest due date first."""
    place = Cursor.read(after or before or "", date)
    way: Way | None = None if place is None else "after" if after else "before"
    search = Search(failed=bool(failed), place=place, way=way)
    with portal.reading() as connection:
        found = collecting.found_by(connection, search, portal.clock().now())
    rows, more = found[: search.size], len(found) > search.size
    earlier, later = (more, True) if way == "before" else (way is not None, more)
    rows = rows[::-1] if way == "before" else rows
    with speaking(staff.language):
        reasons = {row.invoice_id: why_not(row) for row in rows}
    return show(
        "admin/payments/auto_pay.html",
        staff.page("payments"),
        rows=rows,
        failed=bool(failed),
        stages=STAGES,
        reasons=reasons,
        previous=_url(failed, before=_place(rows[0])) if rows and earlier else None,
        next=_url(failed, after=_place(rows[-1])) if rows and later else None,
    )


@page(f"{PATH}.csv", guards=[allow("billing")])
def collection_file(
    staff: Entered, portal: Wired, failed: FromQuery[str | None] = None
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    search = Search(failed=bool(failed), size=ALL_OF_THEM)
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
    return why_failed(row.failed.code) if row.failed else None


def _url(failed: str | None, **place: str) -> str:
    asked = {"failed": failed, **place}
    return f"{PATH}?{urlencode({name: value for name, value in asked.items() if value})}"


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
