"""The switcher: every bill group that a grant covers now, to choose from."""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.page import BillGroupChoice
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry, choice_of
from entrypoints.web.guard import Asking, Entered, Guarded, Wired
from read_models import entry as entries


@page("/switch")
def choose_bill_group(entry: Entered, portal: Wired) -> Response[str]:
    """List the open portals that the session's address is let into."""
    return show("web/switcher/choose.html", entry.page("switch"), choices=_choices(entry, portal))


def _choices(entry: Entry, portal: Portal) -> Sequence[BillGroupChoice]:
    if entry.address is None:
        return entry.choices
    with portal.reading() as connection:
        covered = entries.bill_groups_of(connection, entry.address, entry.now)
    here = entry.scope.bill_group_id
    return [choice_of(one, current=one.bill_group_id == here) for one in covered]


@page("/switch")
def choose_any(request: Asking, portal: Wired, guard: Guarded) -> Response[Any]:
    """Go to the list as the bill group shows it that was opened first and is open."""
    now = portal.clock().now()
    found = guard.session(request, None, now)
    return go(f"/b/{found.first(now).bill_group_id}/switch")


ROUTES = (choose_bill_group,)
GLOBAL_ROUTES = (choose_any,)
