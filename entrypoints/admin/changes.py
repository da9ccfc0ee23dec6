"""The history of a bill group: what was changed by whom, and undoing the newest change of one."""

from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import ClientException
from litestar.params import FromPath, FromQuery

from application.bill_group import UndoChange, undo_change
from domain.actor import ImportRun
from domain.aggregate import Refusal
from domain.bill_group import PaymentMethodFacts
from entrypoints.admin.access_page import Opened, opened
from entrypoints.admin.actors import Naming
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.looking import Looking
from entrypoints.admin.places import place
from entrypoints.admin.said import said_of
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.formats import as_datetime
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from entrypoints.wording.changes import Difference, differences, what, why
from read_models import change_history
from read_models.change_history import KINDS, ChangeRow, Kind, Search, Way

A_PAGE = 25
ALL_OF_THEM = 50_000

DOORS = {
    "web": phrase("customer portal"),
    "admin": phrase("admin"),
    "import": phrase("import"),
    "api": phrase("API"),
    "cli": phrase("command line"),
}
"""The doors through which a change came; a part of the portal itself has none."""


FILTER: dict[Kind, str] = {
    "details": phrase("Details"),
    "contacts": phrase("Contacts"),
    "payment_methods": phrase("Payment methods"),
    "auto_pay": phrase("Auto-pay"),
}
"""What the history can be narrowed to, and what people read."""

UNDOABLE = (*KINDS["details"], *KINDS["contacts"], "default_payment_method")


class TypedUndo(msgspec.Struct):
    """The form of one line's button."""

    version: int


class Shown(msgspec.Struct, frozen=True):
    """One change in words."""

    row: ChangeRow
    what: str
    by: str
    door: str
    why: str | None
    differences: list[Difference]

    @property
    def through(self) -> str:
        """The door, where who came through it does not say so."""
        return "" if isinstance(self.row.by, ImportRun) else self.door

    @property
    def undoable(self) -> bool:
        """Whether nothing came after it, and something stood before it that can come back."""
        back = not self.row.first or self.row.what != "billing"
        undoable = self.row.what in UNDOABLE and self.row.last
        return undoable and back and bool(self.differences)


class Asked(Looking, frozen=True):
    """What is looked for, as it stands in the address."""

    q: str = ""
    what: str = ""

    @property
    def search(self) -> Search:
        """Give it to the read model; what nobody of ours wrote counts as nothing."""
        kind = next((one for one in get_args(Kind) if one == self.what), None)
        return Search(words=self.q[:100], kind=kind)


@page("/bill-groups/{bill_group_id:uuid}/changes", guards=[allow("viewer")])
def changes(  # noqa: PLR0913, PLR0917 - what is looked for, where in the list, what is said
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    what: FromQuery[str | None] = None,
    below: FromQuery[int | None] = None,
    above: FromQuery[int | None] = None,
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """Show what was changed, the newest first."""
    beyond = place(below if above is None else above)
    way: Way = "older" if above is None else "newer"
    asked = Asked(q or "", what or "")
    return _listed(
        staff, portal, bill_group_id, asked, beyond=beyond, way=way, undone=done == "undone"
    )


@page("/bill-groups/{bill_group_id:uuid}/changes.csv", guards=[allow("viewer")])
def changes_file(
    staff: Entered,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    q: FromQuery[str | None] = None,
    what: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Give the history, as filtered, to a spreadsheet, one line for each difference."""
    here = opened(portal, bill_group_id)
    search = Asked(q or "", what or "").search
    with portal.reading() as connection:
        rows = change_history.of_bill_group(connection, bill_group_id, ALL_OF_THEM, search)
        methods = change_history.methods(connection, bill_group_id)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        told = [_shown(row, methods, here.by, staff.language) for row in rows]
        lines = [_line(shown, difference) for shown in told for difference in shown.differences]
    return csv_file("changes.csv", header, lines)


@sends("/bill-groups/{bill_group_id:uuid}/changes/undo", guards=[allow("billing")])
def undo(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """Undo one change by a new one; where that cannot be, say why."""
    opened(portal, bill_group_id)
    try:
        command = UndoChange(bill_group_id, form.bind(TypedUndo).version)
        portal.bus().execute(undo_change, command, staff.actor)
    except FormRefused as refused:
        raise ClientException("no change is named") from refused
    except Refusal as refusal:
        words = said_of("", refusal, staff.language)[""]
        return _listed(staff, portal, bill_group_id, Asked(), refused=words)
    return go(f"/bill-groups/{bill_group_id}/changes?done=undone")


def _listed(  # noqa: PLR0913 - what is looked for, where in the list, and what is said
    staff: StaffEntry,
    portal: Portal,
    bill_group_id: UUID,
    asked: Asked,
    *,
    beyond: int | None = None,
    way: Way = "older",
    undone: bool = False,
    refused: str | None = None,
) -> Response[str]:
    here: Opened = opened(portal, bill_group_id)
    search = msgspec.structs.replace(asked.search, beyond=beyond, way=way)
    with portal.reading() as connection:
        found = change_history.of_bill_group(connection, bill_group_id, A_PAGE + 1, search)
        methods = change_history.methods(connection, bill_group_id)
    more = len(found) > A_PAGE
    rows = found[-A_PAGE:] if way == "newer" else found[:A_PAGE]
    newer, older = (more, True) if way == "newer" else (beyond is not None, more)
    with speaking(staff.language):
        told = [_shown(row, methods, here.by, staff.language) for row in rows]
        notice = gettext("The change is undone.") if undone else None
    url = f"/bill-groups/{bill_group_id}/changes"
    return show(
        "admin/changes/list.html",
        msgspec.structs.replace(staff.page("accounts"), zone=here.portal.time_zone, notice=notice),
        422 if refused else 200,
        here=here.portal,
        account_id=here.account_id,
        url=url,
        asked=asked,
        kinds=FILTER,
        rows=told,
        may_undo=staff.holds("billing"),
        refused=refused,
        previous=asked.url(url, above=rows[0].position) if rows and newer else None,
        next=asked.url(url, below=rows[-1].position) if rows and older else None,
    )


def _shown(
    row: ChangeRow, methods: dict[str, PaymentMethodFacts], by: Naming, language: str
) -> Shown:
    who = row.asked_by or row.by
    door = DOORS.get(who.door)
    return Shown(
        row,
        what(row),
        by(who),
        gettext(door) if door else "",
        why(row),
        differences(row, methods, language),
    )


_COLUMNS = (
    phrase("When (UTC)"),
    phrase("Changed"),
    phrase("Field"),
    phrase("Before"),
    phrase("After"),
    phrase("By"),
    phrase("Through"),
    phrase("Why"),
)


def _line(shown: Shown, difference: Difference) -> list[object]:
    return [
        as_datetime(shown.row.at).isoformat(),
        shown.what,
        difference.label,
        difference.before,
        difference.after,
        shown.by,
        shown.door,
        shown.why,
    ]


ROUTES = (changes, changes_file, undo)
