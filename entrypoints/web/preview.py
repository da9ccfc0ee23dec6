"""The preview: the customer's own pages under a path and a cookie of their own, for staff.

One guard refuses every unsafe method. A preview never meets a customer's session: its pages take
their entry from here, and its cookie is sent to its own path alone.
"""

import re
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Response, route
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from msgspec.structs import replace

from application.ports.previews import KeptPreview, PreviewIsOver, PreviewTicketSpent
from application.preview import OpenPreview, end_preview, look, open_preview
from domain.actor import Staff
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import go, show
from entrypoints.http.brands import nobodys_brand
from entrypoints.http.cookies import CookieJar
from entrypoints.http.forms import Form, Sent
from entrypoints.http.languages import speaking
from entrypoints.http.origin import SAFE
from entrypoints.http.page import Page, PreviewBanner
from entrypoints.http.routes import form as sends
from entrypoints.web.entry import Entry, choice_of
from entrypoints.web.guard import Asking, Wired, language_of
from read_models import entry as entries
from read_models import staff_entry

PAGES = "/preview/{preview_id:uuid}/b/{bill_group_id:uuid}"
"""Where the pages of a bill group are mounted for staff."""

_OF_OURS = re.compile(r"(/[a-z0-9-]+)+")
MAY_LOOK = frozenset({"viewer", "billing", "admin"})


class PreviewGuard(msgspec.Struct, frozen=True):
    """Lets staff with an open preview see the pages of its one bill group."""

    portal: Portal

    def entry(self, request: Asking, _form: Form) -> Entry:
        """Litestar dependency `entry` of the pages under a preview's path."""
        bill_group_id: UUID = request.path_params["bill_group_id"]
        preview_id: UUID = request.path_params["preview_id"]
        preview = opened_by(self.portal, request, preview_id)
        if preview.bill_group_id != bill_group_id:
            raise NotFoundException
        with self.portal.reading() as connection:
            here = entries.portal_of_bill_group(connection, bill_group_id)
            looking = staff_entry.active(connection, preview.staff_id)
        if here is None:
            raise NotFoundException
        if not any(MAY_LOOK & set(member.roles) for member in looking):
            raise PreviewIsOver
        now, root = self.portal.clock().now(), f"/preview/{preview_id}/b/{bill_group_id}"
        return Entry(
            scope=here.scope(now),
            portal=here,
            now=now,
            language=language_of(request, here),
            path=request.url.path,
            root=root,
            token=_token(self.portal, preview_id),
            choices=(replace(choice_of(here, current=True), url=f"{root}/"),),
            banner=PreviewBanner(looking[0].name, f"/preview/{preview_id}/end"),
        )


def read_only(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Refuse whatever could change something: the one guard of all pages of a preview."""
    if cast("Asking", connection).method not in SAFE:
        raise PermissionDeniedException("a preview changes nothing")


@route(
    "/preview/open/{ticket:str}",
    http_method=["GET"],
    sync_to_thread=True,
    media_type="text/html",
)
def redeem(
    request: Asking, portal: Wired, ticket: FromPath[str], at: FromQuery[str | None] = None
) -> Response[Any]:
    """Use the ticket that the admin made, hand over the preview's cookie, and lead on.

    `at` is one of the bill group's pages; anything else leads to the first one.
    """
    try:
        opened = open_preview(OpenPreview(ticket), portal.preview_room())
    except (PreviewTicketSpent, PreviewIsOver):
        return over(request, portal)
    preview = opened.preview
    page_ = at if at and _OF_OURS.fullmatch(at) else "/"
    answer = go(f"/preview/{preview.preview_id}/b/{preview.bill_group_id}{page_}")
    answer.set_cookie(_jar(portal, preview.preview_id).set(opened.secret))
    return answer


@sends("/preview/{preview_id:uuid}/end")
def end(request: Asking, portal: Wired, preview_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """End the preview by its button."""
    preview = opened_by(portal, request, preview_id)
    csrf.check(portal.csrf_key(), _session(preview_id), form.one(csrf.FIELD))
    end_preview(preview, "closed", Staff(preview.staff_id), portal.preview_room())
    answer = over(request, portal, preview.bill_group_id, 200)
    answer.set_cookie(_jar(portal, preview_id).clear())
    return answer


def opened_by(portal: Portal, request: Asking, preview_id: UUID) -> KeptPreview:
    """Give the preview that this browser has open. Raises PreviewIsOver."""
    secret = _jar(portal, preview_id).read(request)
    return look(preview_id, secret, portal.preview_room())


def over(
    request: Asking, portal: Portal, bill_group_id: UUID | None = None, status: int = 410
) -> Response[Any]:
    """Say that a preview is over, and how to open one again."""
    language = language_of(request, None)
    with speaking(language):
        brand = nobodys_brand()
    page_ = Page(brand=brand, language=language, now=portal.clock().now(), path=request.url.path)
    back = portal.settings().admin_url.rstrip("/")
    if bill_group_id is not None:
        back = f"{back}/bill-groups/{bill_group_id}/access"
    return show("web/preview/over.html", page_, status, back=back)


def ended(portal: Portal) -> Any:
    """Give the answer to a page of a preview that is over."""

    def answer(request: Asking, _: PreviewIsOver) -> Response[Any]:
        return over(request, portal)

    return answer


def _jar(portal: Portal, preview_id: UUID) -> CookieJar:
    return CookieJar("preview", secure=portal.settings().secure, path=f"/preview/{preview_id}")


def _session(preview_id: UUID) -> str:
    return f"preview:{preview_id}"


def _token(portal: Portal, preview_id: UUID) -> str:
    return csrf.token(portal.csrf_key(), _session(preview_id))


ROUTES = (redeem, end)
