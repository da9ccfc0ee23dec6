"""The record and its proof, for auditors: what was signed, where copies lie, the bundle to take."""

from typing import Any

import msgspec
from litestar import Response
from litestar.response import Stream

from application.checkpoints import RecordHasGap
from application.ports.checkpoint_copies import CheckpointCopy
from entrypoints import auditing
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said_of
from entrypoints.auditing_proof import bundled
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import phrase
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.wording import audit as say
from read_models import audit_history

PLACES = {
    "folder": phrase("A folder"),
    "mail": phrase("A mailbox"),
    "s3": phrase("An object store"),
}


class Take(msgspec.Struct):
    """The form that asks for a bundle."""

    disclose: str = ""


@page("/audit/record", guards=[allow("auditor")])
def record_page(staff: Entered, portal: Wired) -> Response[str]:
    """Show what was signed of the record, by which key, and where copies of it lie."""
    return _shown(staff, portal)


def _shown(
    staff: StaffEntry, portal: Portal, status: int = 200, refusal: str | None = None
) -> Response[str]:
    with portal.reading() as connection:
        zones = audit_history.zones(connection)
    return show(
        "admin/audit/record.html",
        staff.page("audit"),
        status,
        refusal=refusal,
        key=portal.record_signer().verifier_key,
        newest=portal.checkpoints().newest(),
        copies=[(PLACES[copy.place], copy) for copy in _copies(portal)],
        zone=(*zones, "UTC")[0],
        say=say,
    )


@sends("/audit/record/bundle", guards=[allow("auditor")])
def take_bundle(staff: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Hand the whole record over with its proof, after that was recorded."""
    try:
        reading, file = bundled(portal, disclosed=bool(form.bind(Take).disclose))
    except RecordHasGap as gap:
        return _shown(staff, portal, 422, said_of("take", gap, staff.language)["take"])
    with file.kept() as taken:
        auditing.record(portal, staff.actor, reading, taken)
    name = f"record-{file.taken.last_position}.zip"
    return Stream(
        file.chunks(),
        headers={
            "Content-Type": "application/zip",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _copies(portal: Portal) -> list[CheckpointCopy]:
    return [portal.checkpoint_copies().of(place) for place in portal.checkpoint_places()]


ROUTES = (record_page, take_bundle)
"""The record and its proof."""
