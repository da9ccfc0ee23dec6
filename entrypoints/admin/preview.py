"""The button that opens a preview: a ticket, and on to the customers' host."""

from urllib.parse import urlencode
from uuid import UUID

from litestar.params import FromPath
from litestar.response import Redirect

from application.preview import AskForPreview, ask_for_preview
from entrypoints.admin.access_page import opened
from entrypoints.admin.entry import Entered
from entrypoints.admin.guard import Wired, allow
from entrypoints.http.forms import Sent
from entrypoints.http.routes import form as sends


@sends("/bill-groups/{bill_group_id:uuid}/preview", guards=[allow("viewer")])
def preview(staff: Entered, portal: Wired, bill_group_id: FromPath[UUID], form: Sent) -> Redirect:
    """Make a ticket for this browser to use at once; its opening is recorded when it is used.

    `at` names the page to begin with, such as an invoice's.
    """
    here = opened(portal, bill_group_id).portal.bill_group_id
    command = AskForPreview(here, staff.staff_id, staff.session.session_id)
    ticket = ask_for_preview(command, portal.preview_room())
    web = portal.settings().web_url.rstrip("/")
    at = f"?{urlencode({'at': form.one('at')})}" if form.one("at") else ""
    return Redirect(f"{web}/preview/open/{ticket}{at}", status_code=303)


ROUTES = (preview,)
