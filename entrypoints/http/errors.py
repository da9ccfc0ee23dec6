"""Pages for what went wrong: what happened, what to do next, and a reference for the log."""

import secrets
from http import HTTPStatus
from typing import Any

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from application.ports.event_log import RecordUnavailable
from domain.aggregate import Refusal
from entrypoints.http.answers import HTML
from entrypoints.http.forms import FormRefused
from entrypoints.http.languages import choose, phrase
from entrypoints.http.rendering import render
from entrypoints.logs import said_by_driver
from read_models.live import ReadModelsBehind

log = structlog.get_logger("portal")

TITLES = {
    400: phrase("This request could not be read"),
    401: phrase("Please sign in again"),
    403: phrase("This is not open to you"),
    404: phrase("There is nothing here"),
    405: phrase("This page cannot do that"),
    413: phrase("This is too large"),
    422: phrase("This form could not be read"),
    429: phrase("Too many requests"),
    500: phrase("Something broke on our side"),
    503: phrase("The portal is taking a short break"),
}
NEXT = {
    403: phrase("Go back, reload the page and try again. Nothing was changed."),
    404: phrase("The address may be mistyped, or the page is no longer there."),
    413: phrase("Send less at once. Nothing was changed."),
    429: phrase("Wait a little, then try again."),
    500: phrase(
        "Nothing you entered was saved. Try again; if it happens again, tell us the reference."
    ),
    503: phrase("Nothing is lost. Try again in a minute."),
}
ROLELESS = phrase("Your roles do not include this page. An admin can change them.")
OTHERWISE = phrase("Go back and try again. Nothing was changed.")


def http_problem(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    """Answer what Litestar or a guard refused."""
    return _page(request, error.status_code, headers=dict(error.headers or {}))


def refused(request: Request[Any, Any, Any], error: Refusal) -> Response[str]:
    """Answer a rule's refusal that no form caught: the request was not one of our pages'."""
    log.info("refused", code=error.code, path=_route(request))
    return _page(request, 422)


def unreadable(request: Request[Any, Any, Any], error: FormRefused) -> Response[str]:
    """Answer a form that lacks what our page would have sent, where no handler shows it again."""
    log.info("form_refused", fields=sorted(error.errors), path=_route(request))
    return _page(request, 422)


def unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """Answer while the database is away; it heals by itself."""
    reference = secrets.token_hex(4)
    log.warning(
        "unavailable",
        reference=reference,
        cause=repr(error),
        because=said_by_driver(error),
        path=_route(request),
    )
    return _page(request, 503, reference, {"Retry-After": "30"})


def broken(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """Answer a bug: a reference for the person, the trace for the log."""
    reference = secrets.token_hex(4)
    log.error("broken", reference=reference, path=_route(request), exc_info=error)
    return _page(request, 500, reference)


def _route(request: Request[Any, Any, Any]) -> str:
    """Give the route's pattern for the log: some paths hold tickets and links."""
    return request.scope.get("path_template") or "unknown"


def _page(
    request: Request[Any, Any, Any],
    status: int,
    reference: str | None = None,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    language = choose(
        request.cookies.get("portal-language"), request.headers.get("accept-language"), None
    )
    title = TITLES.get(status, TITLES[400])
    looked = status == HTTPStatus.FORBIDDEN and request.method in {"GET", "HEAD"}
    advice = ROLELESS if looked else NEXT.get(status, OTHERWISE)
    body = render(
        "error.html", language, language=language, status=status, title=title,
        advice=advice, reference=reference,
    )  # fmt: skip
    return Response(body, status_code=status, media_type=HTML, headers=headers)


HANDLERS: dict[Any, Any] = {
    HTTPException: http_problem,
    Refusal: refused,
    FormRefused: unreadable,
    RecordUnavailable: unavailable,
    ReadModelsBehind: unavailable,
    Exception: broken,
}
