"""Takes webhooks of payment providers: checked, kept, and only then answered.

The worker reads them from the inbox. What is sent twice is kept once and answered the same.
"""

from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath, RawBody

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


ROUTES = (take_webhook,)
