"""Shows the mails that would have been sent: the demo alone has this page.

A mail's HTML stands in a sandboxed frame, from a route whose policy lets mails style themselves and
nothing more.
"""

from email.utils import parsedate_to_datetime
from typing import Any

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from entrypoints.container import Portal
from entrypoints.demo.links import DemoLinks
from entrypoints.http.answers import HTML, show
from entrypoints.http.routes import page
from entrypoints.web.closed import bare_page
from entrypoints.web.guard import Asking

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_IN_ANOTHER_TAB = '<head><base target="_blank">'


def mail_routes(portal: Portal, links: DemoLinks) -> list[HTTPRouteHandler]:
    """Make the routes of the page that shows the mails."""

    @page("/demo/{key:str}/mails")
    def list_mails(request: Asking, key: FromPath[str]) -> Response[str]:
        """List the mails, newest first."""
        links.check(key)
        mails = [(mail, parsedate_to_datetime(mail.dated)) for mail in portal.mail().newest()]
        here = bare_page(request, portal, None)
        return show("demo/mails.html", here, mails=mails, root=_root(key))

    @page("/demo/{key:str}/mails/{mail_id:int}")
    def show_mail(request: Asking, key: FromPath[str], mail_id: FromPath[int]) -> Response[str]:
        """Show one mail, as HTML in a frame and as text."""
        links.check(key)
        mail = _mail(portal, mail_id)
        answer = show(
            "demo/mail.html",
            bare_page(request, portal, None),
            mail=mail,
            at=parsedate_to_datetime(mail.dated),
            root=_root(key),
        )
        answer.headers["Content-Security-Policy"] = PAGE_POLICY
        return answer

    @page("/demo/{key:str}/mails/{mail_id:int}/frame")
    def frame(key: FromPath[str], mail_id: FromPath[int]) -> Response[str]:
        """Send the HTML part alone; its links open in another tab."""
        links.check(key)
        html: str = _mail(portal, mail_id).html.replace("<head>", _IN_ANOTHER_TAB, 1)
        headers = {"Content-Security-Policy": FRAME_POLICY, "X-Frame-Options": "SAMEORIGIN"}
        return Response(html, media_type=HTML, headers=headers)

    return [list_mails, show_mail, frame]


def _root(key: str) -> str:
    return f"/demo/{key}/mails"


def _mail(portal: Portal, mail_id: int) -> Any:
    """Give a mail of the mailbox that the demo is wired with."""
    found = portal.mail().get(mail_id)
    if found is None:
        raise NotFoundException
    return found
