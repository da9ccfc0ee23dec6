"""What is shown instead of a page: the way to sign in, or whom to ask while it is closed."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.brands import brand_of, nobodys_brand
from entrypoints.http.languages import speaking
from entrypoints.http.page import Page
from entrypoints.web.cookies import link_jar
from entrypoints.web.guard import Asking, PortalClosed, SignInNeeded, language_of
from read_models.entry import BillGroupPortal


def handlers(portal: Portal) -> dict[Any, Any]:
    """Give the answers to what the guard raises."""

    def closed(request: Asking, error: PortalClosed) -> Response[str]:
        return unavailable(request, portal, error.portal)

    def sign_in_again(request: Asking, _: SignInNeeded) -> Redirect:
        link = link_jar(portal).read(request)
        return go(f"/p/{link}" if link.replace("-", "").replace("_", "").isalnum() else "/")

    return {PortalClosed: closed, SignInNeeded: sign_in_again}


def unavailable(request: Asking, portal: Portal, here: BillGroupPortal) -> Response[str]:
    """Answer while a portal is off or the account has no active contract: whom to ask."""
    return show("web/unavailable/closed.html", bare_page(request, portal, here), 403)


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
