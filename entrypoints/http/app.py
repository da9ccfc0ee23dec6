"""What web and admin have in common: headers, the origin check, forms, errors, static files."""

from collections.abc import Sequence
from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from entrypoints.http import accent, assets
from entrypoints.http.addressed import Addressed
from entrypoints.http.answers import go
from entrypoints.http.cookies import CookieJar
from entrypoints.http.errors import HANDLERS
from entrypoints.http.forms import Sent, provide_form
from entrypoints.http.headers import before_send
from entrypoints.http.languages import SUPPORTED
from entrypoints.http.origin import SameOrigin
from entrypoints.http.routes import form, page

LARGEST_BODY = 2 * 1024 * 1024
YEAR = 365 * 86_400
SECURE = "secure"
"""The app's own note that it is served over https."""


def build(
    routes: Sequence[ControllerRouterHandler],
    base_url: str,
    dependencies: dict[str, Provide] | None = None,
    form_hosts: tuple[str, ...] = (),
    exception_handlers: dict[Any, Any] | None = None,
) -> Litestar:
    """Make an app with everything that every app of ours needs."""
    return Litestar(
        route_handlers=[static_file, choose_language, *routes],
        before_send=[before_send(secure=base_url.startswith("https"), form_hosts=form_hosts)],
        middleware=[Addressed(base_url), SameOrigin(base_url)],
        dependencies={"form": Provide(provide_form), **(dependencies or {})},
        exception_handlers={**HANDLERS, **(exception_handlers or {})},
        request_max_body_size=LARGEST_BODY,
        opt={SECURE: base_url.startswith("https")},
        openapi_config=None,
        logging_config=None,
        debug=False,
    )


@page("/static/{name:path}", sync_to_thread=False)
def static_file(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Send a static file; its name holds its hash, so browsers keep it for ever."""
    path = f"{assets.PREFIX}{name.lstrip('/')}"
    found = assets.find(path) or accent.find(path)
    if found is None:
        raise NotFoundException
    body, encoding = found.encoded(request.headers.get("accept-encoding", ""))
    headers = {"Cache-Control": found.cache_control, "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(body, media_type=found.media_type.partition(";")[0], headers=headers)


@form("/language", sync_to_thread=False)
def choose_language(request: Request[Any, Any, Any], form: Sent) -> Redirect:
    """Keep the reader's choice of language in a cookie that says nothing else."""
    answer = go(form.one("next") or "/")
    if form.one("language") in SUPPORTED:
        cookie = CookieJar("language", secure=False).set(form.one("language"), YEAR)
        cookie.secure = request.app.opt[SECURE]
        answer.set_cookie(cookie)
    return answer
