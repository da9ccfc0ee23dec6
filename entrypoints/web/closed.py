"""What is shown instead of a page: the way to sign in, or whom to ask while it is closed."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.brands import brand_of, nobodys_brand
from entrypoints.http.languages import speaking
from entrypoints.http.page import Page
from entrypoints.web import returning
from entrypoints.web.cookies import link_jar
from entrypoints.web.entry import choice_of
from entrypoints.web.guard import Asking, Guard, PortalClosed, SignInNeeded, language_of
from read_models.entry import BillGroupPortal, SessionScope


def handlers(portal: Portal) -> dict[Any, Any]:
    """Give the answers to what the guard raises."""

    def closed(request: Asking, error: PortalClosed) -> Response[str]:
        return _unavailable(request, portal, error.portal, error.found)

    def sign_in_again(request: Asking, _: SignInNeeded) -> Redirect:
        link = link_jar(portal).read(request)
        answer = go(f"/p/{link}" if link.replace("-", "").replace("_", "").isalnum() else "/")
        returning.keep(answer, request, portal)
        return answer

    return {PortalClosed: closed, SignInNeeded: sign_in_again}


def unavailable(request: Asking, portal: Portal, here: BillGroupPortal) -> Response[str]:
    """Answer while a portal is off or the account has no active contract: whom to ask."""
    try:
        found = Guard(portal).session(request, here.bill_group_id, portal.clock().now())
    except SignInNeeded:
        found = None
    return _unavailable(request, portal, here, found)


def _unavailable(
    request: Asking, portal: Portal, here: BillGroupPortal, found: SessionScope | None
) -> Response[str]:
    """Lead whoever is signed in to the portals that are open to them, and out."""
    token = Guard(portal).token(found.session_id) if found else ""
    page, portals = bare_page(request, portal, here, token), found.portals if found else []
    return show(
        "web/unavailable/closed.html",
        page,
        403,
        address=found.address if found else None,
        choices=[choice_of(one, current=False) for one in portals if one.is_open(page.now)],
    )


def bare_page(
    request: Asking, portal: Portal, here: BillGroupPortal | None, token: str = ""
) -> Page:
    """Give a page for somebody who is not signed in: the entity's look, if it is known."""
    language = language_of(request, here)
    with speaking(language):
        brand = brand_of(here) if here else nobodys_brand()
    return Page(
        brand=brand,
        language=language,
        now=portal.clock().now(),
        zone=here.time_zone if here else "UTC",
        path=request.url.path,
        token=token,
    )
