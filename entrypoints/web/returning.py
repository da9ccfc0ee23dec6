"""The page that an ended session was on, kept while its reader signs in again."""

import re
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response
from litestar.routes import HTTPRoute

from application.sign_in import SignedInTo
from entrypoints.container import Portal
from entrypoints.http.answers import is_ours
from entrypoints.http.origin import SAFE
from entrypoints.web.cookies import back_jar
from entrypoints.web.guard import Asking
from read_models import entry as entries

HOUR = 3600
FIRST_PAGE = 2
"""Slashes in `/b/<id>`, which is a page whatever stands behind it."""
LONGEST = 1000
"""Characters of an address; a longer one is not kept."""

_FILE = re.compile(r"(/pdf|\.[a-z]{3})$")
"""How the addresses of downloads end: nobody stays on one."""
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PLACE = re.compile(rf"/b/({_UUID})(?:/[^/.][^.]*)?/?(?:\?.*)?")


def page_of(request: Asking) -> str | None:
    """Give the bill group's page that a request was on: itself, or where its form or file stands.

    A page keeps what it was asked for; what a form sent is not kept.
    """
    shape, path = str(request.scope.get("path_template", "")), request.url.path
    if not shape.startswith("/b/"):
        return None
    pages = {
        route.path_format
        for route in request.app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    }
    if request.method in SAFE and shape in pages and not _FILE.search(shape):
        return _whole(path) + (f"?{request.url.query}" if request.url.query else "")
    shape, path = _FILE.sub("", shape), _FILE.sub("", path)
    while shape not in pages:
        shape, path = shape.rpartition("/")[0], path.rpartition("/")[0]
    return _whole(path)


def _whole(path: str) -> str:
    """Write the first page's address, `/b/<id>/`, as links do; routing leaves out its end."""
    return f"{path}/" if path.count("/") == FIRST_PAGE else path


def keep(answer: Response[Any], request: Asking, portal: Portal) -> None:
    """Let the browser keep the page for an hour."""
    place = quote(page_of(request) or "", safe="")
    if 0 < len(place) <= LONGEST:
        answer.set_cookie(back_jar(portal).set(place, HOUR))


def kept(request: Asking, portal: Portal, signed_in: SignedInTo) -> str | None:
    """Give the page that was kept, if it is of a bill group that whoever signed in may enter."""
    place = back_jar(portal).read(request)  # unquoted as cookies are read
    found = _PLACE.fullmatch(place) if is_ours(place) else None
    if found is None:
        return None
    bill_group_id = UUID(found[1])
    if bill_group_id != signed_in.bill_group_id:
        with portal.reading() as connection:
            here = entries.covering(connection, bill_group_id, signed_in.address)
        if here is None or not here.is_open(portal.clock().now()):
            return None
    return place
