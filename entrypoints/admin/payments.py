"""Payments that need attention: what record and provider do not agree about, and what was done."""

from collections.abc import Sequence
from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.payment_attempts import find_out
from application.payment_notices import MarkHandled, check_recorded, mark_handled
from application.ports.failures import PortFailure
from domain.aggregate import Refusal
from domain.payment_attention import Attention
from entrypoints.admin.actors import naming
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking, one_page
from entrypoints.admin.said import said_of
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.formats import as_datetime
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.names import unerased
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.payment_attention import STATES, WHY
from entrypoints.wording.payment_ledger import became
from read_models import payment_attention, payment_ledger, staff_list
from read_models.keyset import Cursor, Way
from read_models.payment_attention import AttentionRow, Search, Status

ALL_OF_THEM = 50_000
AWAY = phrase("The payment provider does not answer just now. Nothing was changed.")

STATUSES: dict[Status, str] = {
    "open": phrase("To be looked at"),
    "handled": phrase("Handled"),
    "all": phrase("All of them"),
}


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    why: str = ""
    status: str = ""

    @property
    def search(self) -> Search:
        """Give it to the read model; what nobody of ours wrote counts as nothing."""
        return Search(
            words=self.q[:100],
            why=next((one for one in get_args(Attention) if one == self.why), None),
            status=next((one for one in STATUSES if one == self.status), "open"),
        )


PATH = "/payments"


@page(PATH, guards=[allow("billing")])
def payments(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    why: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
    before: FromQuery[str | None] = None,
) -> Response[str]:
    """List what needs a look, the newest first."""
    asked = Asked(q or "", why or "", status or "")
    place = Cursor.read(after or before or "", int)
    way: Way | None = None if place is None else "after" if after else "before"
    search = msgspec.structs.replace(asked.search, place=place, way=way)
    with portal.reading() as connection:
        found = payment_attention.found_by(connection, search)
        counts = payment_attention.counts(connection, asked.search)
    listed = one_page(found, search.size, way)
    rows = listed.rows
    return show(
        "admin/payments/list.html",
        staff.page("payments"),
        rows=rows,
        asked=asked,
        counts=counts,
        total=sum(counts.values()),
        reasons=WHY,
        states=STATES,
        statuses=STATUSES,
        previous=asked.url(PATH, before=_place(rows[0])) if rows and listed.earlier else None,
        next=asked.url(PATH, after=_place(rows[-1])) if rows and listed.later else None,
    )


@page("/payments.csv", guards=[allow("billing")])
def payment_file(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    why: FromQuery[str | None] = None,
    status: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the list, as filtered, to a spreadsheet."""
    asked = Asked(q or "", why or "", status or "")
    search = msgspec.structs.replace(asked.search, size=ALL_OF_THEM)
    with portal.reading() as connection:
        rows = payment_attention.found_by(connection, search)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        lines = [_line(row) for row in rows]
    return csv_file("payments.csv", header, lines)


@page("/payments/{payment_id:uuid}", guards=[allow("billing")])
def payment(staff: Entered, portal: Wired, payment_id: FromPath[UUID]) -> Response[str]:
    """Show why one payment needs a look, and what can be done."""
    return _shown(staff, portal, payment_id)


@sends("/payments/{payment_id:uuid}/look-up", guards=[allow("billing")])
def look_up(staff: Entered, portal: Wired, payment_id: FromPath[UUID]) -> Response[Any]:
    """Ask the provider again how it stands."""
    _rows(portal, payment_id)
    try:
        find_out(payment_id, portal.paying_room())
        check_recorded(payment_id, portal.paying_room())
    except PortFailure:
        with speaking(staff.language):
            return _shown(staff, portal, payment_id, 503, refused=gettext(AWAY))
    except Refusal as refusal:
        why = said_of("", refusal, staff.language)[""]
        return _shown(staff, portal, payment_id, 422, refused=why)
    return go(f"/payments/{payment_id}")


@sends("/payments/{payment_id:uuid}/handled", guards=[allow("billing")])
def handled(staff: Entered, portal: Wired, payment_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """Note how a staff member took care of it."""
    reason = form.one("reason")
    try:
        portal.bus().execute(mark_handled, MarkHandled(payment_id, reason), staff.actor)
    except Refusal as refusal:
        errors = said_of("reason", refusal, staff.language)
        return _shown(staff, portal, payment_id, 422, errors=errors, typed={"reason": reason})
    return go("/payments")


def _rows(portal: Portal, payment_id: UUID) -> list[AttentionRow]:
    with portal.reading() as connection:
        rows = payment_attention.of_payment(connection, payment_id)
    if not rows:
        raise NotFoundException
    return rows


def _shown(  # noqa: PLR0913 - the page, and what is said when something did not go on
    staff: StaffEntry,
    portal: Portal,
    payment_id: UUID,
    status: int = 200,
    *,
    refused: str | None = None,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response[str]:
    rows = _rows(portal, payment_id)
    group = rows[0].bill_group_id
    with portal.reading() as connection:
        names = staff_list.names(connection)
        wanted = payment_ledger.Search(entry_id=payment_id)
        found = payment_ledger.of_bill_group(connection, group, wanted) if group else []
    entry = found[0] if found else None
    with speaking(staff.language):
        by = naming(names)(entry.by) if entry and entry.by else None
        told = became(entry) if entry else []
    return show(
        "admin/payments/payment.html",
        staff.page("payments"),
        status,
        rows=rows,
        one=rows[0],
        entry=entry,
        by=by,
        became=told,
        names=names,
        unerased=unerased,
        is_open=any(row.is_open for row in rows),
        reasons=WHY,
        states=STATES,
        refused=refused,
        errors=errors or {},
        typed=typed or {},
    )


def _place(row: AttentionRow) -> str:
    return str(Cursor(row.since, row.attention_id))


_COLUMNS: Sequence[str] = (
    phrase("Reason"),
    phrase("Account"),
    phrase("Bill group"),
    phrase("Amount"),
    phrase("Currency"),
    phrase("State"),
    phrase("Provider account"),
    phrase("Reference"),
    phrase("The provider says"),
    phrase("Since (UTC)"),
    phrase("Handled (UTC)"),
    phrase("How"),
    phrase("Payment"),
)


def _line(row: AttentionRow) -> list[object]:
    return [
        gettext(WHY[row.why][0]),
        row.account,
        row.bill_group,
        str(row.money.decimal),
        row.currency,
        gettext(STATES[row.state][1]),
        row.provider,
        row.reference,
        row.stated,
        as_datetime(row.since).isoformat(),
        as_datetime(row.handled_at).isoformat() if row.handled_at else None,
        row.reason,
        str(row.payment_id),
    ]


ROUTES = (payments, payment_file, payment, look_up, handled)
