"""How a request is answered: a page, a page with errors, another place to go."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from entrypoints.http.page import AdminPage, Page
from entrypoints.http.rendering import render

HTML = "text/html"


def show(template: str, page: Page | AdminPage, status: int = 200, **context: Any) -> Response[str]:
    """Answer with a page in the reader's language."""
    body = render(template, page.language, page=page, **context)
    return Response(body, status_code=status, media_type=HTML)


def go(path: str) -> Redirect:
    """Answer a form: look at this page of ours next (303). Never another site's."""
    return Redirect(path if is_ours(path) else "/", status_code=303)


def is_ours(path: str) -> bool:
    """Whether a path leads to this host; browsers skip control characters and turn backslashes."""
    plain = path.isprintable() and "\\" not in path
    return plain and path.startswith("/") and not path.startswith("//")
