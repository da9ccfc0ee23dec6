"""Turning one kind of mail off by the link of such a mail, without signing in.

Opening it does nothing: programs open the links of mails. A POST is enough, from the button or from
a mail program on its reader's behalf (RFC 8058); the link proves to whom the mail went.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.params import FromPath, RawBody

from application.addresses import canonical_address
from application.notifications import StopNotification, stop_notification
from domain.actor import System
from domain.aggregate import Refusal
from domain.notifications import NOTIFICATIONS, Notification
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.origin import FROM_MACHINES
from entrypoints.http.routes import page
from entrypoints.stopping_mail import is_proven
from entrypoints.web.closed import bare_page
from entrypoints.web.guard import Asking, Wired
from entrypoints.wording.notifications import NOTIFICATIONS as WORDS
from read_models import details
from read_models import entry as entries
from read_models.entry import BillGroupPortal

PATH = "/stop-mail/{bill_group_id:uuid}/{notification:str}/{proof:str}"
ONE_CLICK = b"One-Click"
"""What a mail program sends is `List-Unsubscribe=One-Click`, in either form of a body."""

LARGEST = 4 * 1024


@page(PATH)
def ask_to_stop(
    request: Asking,
    portal: Wired,
    bill_group_id: FromPath[UUID],
    notification: FromPath[str],
    proof: FromPath[str],
) -> Response[Any]:
    """Say what is about to be turned off, with a button that does it."""
    here, kind, address = _asked(portal, bill_group_id, notification, proof)
    if kind is None or address is None:
        return _over(request, portal, here)
    page_ = bare_page(request, portal, here)
    words = WORDS[kind]
    return show("web/notifications/stop.html", page_, what=words, address=address, here=here)


@post(
    PATH,
    sync_to_thread=True,
    status_code=200,
    media_type="text/html",
    request_max_body_size=LARGEST,
    opt={FROM_MACHINES: True},
)
def stop(  # noqa: PLR0913, PLR0917 - the three parts of the link, and what was sent
    request: Request[Any, Any, Any],
    portal: Wired,
    bill_group_id: FromPath[UUID],
    notification: FromPath[str],
    proof: FromPath[str],
    body: RawBody,
) -> Response[Any]:
    """Turn it off; again is no error."""
    here, kind, address = _asked(portal, bill_group_id, notification, proof)
    if kind is None or address is None or body.find(ONE_CLICK) < 0:
        return _over(request, portal, here)
    command = StopNotification(bill_group_id, address, kind)
    portal.bus().execute(stop_notification, command, System("unsubscribe"))
    page_ = bare_page(request, portal, here)
    return show("web/notifications/stopped.html", page_, what=WORDS[kind], address=address)


def _asked(
    portal: Portal, bill_group_id: UUID, notification: str, proof: str
) -> tuple[BillGroupPortal | None, Notification | None, str | None]:
    """Say what the link is about, as far as it was made for today's billing contact."""
    kind = next((known for known in NOTIFICATIONS if known == notification), None)
    with portal.reading() as connection:
        here = entries.portal_of_bill_group(connection, bill_group_id)
        if here is None or kind is None:
            return None, None, None
        scope = here.scope(portal.clock().now())
        contact = details.of_bill_group(connection, scope).billing_contact
    try:
        address = canonical_address(contact.email) if contact else ""
    except Refusal:
        return None, None, None
    if not is_proven(portal, bill_group_id, kind, address, proof):
        return None, None, None
    return here, kind, address


def _over(request: Asking, portal: Portal, here: BillGroupPortal | None) -> Response[str]:
    return show("web/notifications/over.html", bare_page(request, portal, here), 404)


ROUTES = (ask_to_stop, stop)
