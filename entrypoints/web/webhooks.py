"""Takes webhooks of payment providers and of the mail provider: checked, kept, then answered.

The worker reads them from the inbox. What is sent twice is kept once and answered the same.
"""

from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, RawBody

from application.ports.mail_events import MAIL_EVENTS
from application.ports.payments import NoticeRefused, NoticesOff, ProviderUnknown
from entrypoints.http.origin import FROM_MACHINES
from entrypoints.web.guard import Wired

LARGEST_WEBHOOK = 256 * 1024


@post(
    "/webhooks/{account:str}",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=LARGEST_WEBHOOK,
    opt={FROM_MACHINES: True},
)
def take_webhook(
    request: Request[Any, Any, Any], portal: Wired, account: FromPath[str], body: RawBody
) -> Response[str]:
    """Keep a webhook whose signature is the provider's; an account without a secret has none."""
    now = portal.clock().now()
    try:
        event_id = portal.payment_providers().of(account).accept(dict(request.headers), body, now)
    except (ProviderUnknown, NoticesOff) as nowhere:
        raise NotFoundException from nowhere
    except NoticeRefused as refused:
        raise ClientException(refused.why) from refused
    portal.webhook_inbox().keep(account, event_id, body, now)
    return Response("", media_type="text/plain")


@post(
    "/mail-events",
    sync_to_thread=True,
    status_code=200,
    request_max_body_size=LARGEST_WEBHOOK,
    opt={FROM_MACHINES: True},
)
def take_mail_event(request: Request[Any, Any, Any], portal: Wired, body: RawBody) -> Response[str]:
    """Keep a report that the mail provider signed; without a key there is no such address."""
    now = portal.clock().now()
    try:
        event_id = portal.mail_events().accept(dict(request.headers), body, now)
    except NoticesOff as nowhere:
        raise NotFoundException from nowhere
    except NoticeRefused as refused:
        raise ClientException(refused.why) from refused
    portal.webhook_inbox().keep(MAIL_EVENTS, event_id, body, now)
    return Response("", media_type="text/plain")


ROUTES = (take_webhook, take_mail_event)
