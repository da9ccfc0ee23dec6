"""The sandbox's app: its API, its hosted pages, its dashboard. It sets no cookies at all."""

from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide

from entrypoints.http.addressed import Addressed
from entrypoints.http.answers import HTML
from entrypoints.http.app import static_file
from entrypoints.http.errors import HANDLERS
from entrypoints.http.forms import provide_form
from entrypoints.http.headers import before_send
from entrypoints.http.languages import choose
from entrypoints.http.origin import SameOrigin
from entrypoints.http.rendering import render
from entrypoints.http.routes import page
from entrypoints.sandbox import api, dashboard, pages
from entrypoints.sandbox.room import SandboxRoom

LARGEST_BODY = 64 * 1024


def create(room: SandboxRoom) -> Litestar:
    """Make the app."""
    return Litestar(
        route_handlers=[static_file, start, api.routes(room), *pages.ROUTES, *dashboard.ROUTES],
        before_send=[before_send(secure=room.url.startswith("https"))],
        middleware=[Addressed(room.url), SameOrigin(room.url)],
        dependencies={
            "form": Provide(provide_form),
            "room": Provide(lambda: room, sync_to_thread=False),
        },
        exception_handlers=HANDLERS,
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


@page("/", sync_to_thread=False)
def start(request: Request[Any, Any, Any]) -> Response[str]:
    """Say what this is."""
    language = choose(None, request.headers.get("accept-language"), None)
    return Response(render("sandbox/start.html", language, language=language), media_type=HTML)
