"""Who can sign in at a bill group, for a spreadsheet."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Response
from litestar.params import FromPath

from entrypoints.admin.access_page import opened
from entrypoints.admin.actors import Naming
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.http.formats import as_datetime
from entrypoints.http.languages import gettext, pgettext, phrase, speaking
from entrypoints.http.names import readable, unerased
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from read_models import access_panel
from read_models.access_panel import GrantRow


@page("/bill-groups/{bill_group_id:uuid}/access/grants.csv", guards=[allow("viewer")])
def grant_file(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID]) -> Response[bytes]:
    """Give the grants that stand to a spreadsheet."""
    here = opened(portal, bill_group_id)
    with portal.reading() as connection:
        grants = access_panel.grants(connection, bill_group_id)
    with speaking(staff.language):
        header = [gettext(title) for title in _COLUMNS]
        lines = [_line(grant, here.by) for grant in grants]
    return csv_file("grants.csv", header, lines)


_COLUMNS: Sequence[str] = (
    phrase("Grant"),
    phrase("Kind"),
    phrase("Granted (UTC)"),
    phrase("Granted by"),
    phrase("Reason"),
    phrase("By override"),
    phrase("People who signed in"),
    phrase("Last sign-in (UTC)"),
)


def _line(grant: GrantRow, by: Naming) -> list[object]:
    domain, address = pgettext("grant", "Domain"), pgettext("grant", "Address")
    return [
        unerased(readable(grant.value)),
        domain if grant.kind == "domain" else address,
        as_datetime(grant.granted_at).isoformat(),
        by(grant.granted_by),
        unerased(grant.reason) if grant.reason else None,
        gettext("yes") if grant.override else gettext("no"),
        grant.people,
        as_datetime(grant.signed_in_at).isoformat() if grant.signed_in_at else None,
    ]


ROUTES = (grant_file,)
