"""Proving the mailbox: by the code of the mail, or by its link in the browser that asked."""

from functools import partial
from typing import Any, Literal

import msgspec
from litestar import Response
from litestar.params import FromPath

from application.ports.sign_in_requests import EntryRefused, SignInRequest, SignInSpent
from application.sign_in import (
    CodeWrong,
    OtherBrowser,
    Redeem,
    SignedInTo,
    TriesUsedUp,
    hashed,
    redeeming,
)
from domain.actor import System
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import go, show
from entrypoints.http.clients import browser_of, network_of
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import speaking
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.landing import HOME, landing
from entrypoints.web import returning
from entrypoints.web.closed import bare_page, unavailable
from entrypoints.web.cookies import (
    DEVICE_DAYS,
    asked_jar,
    back_jar,
    device_jar,
    known_device,
    link_jar,
    new_device,
    place_jar,
    session_jar,
)
from entrypoints.web.guard import Asking, Guarded, Wired
from entrypoints.web.portal_link import is_in, portal_of, unknown
from entrypoints.wording.refusals import sentence
from read_models.entry import BillGroupPortal

DAY = 86_400


class TypedCode(msgspec.Struct):
    """The form of the page that waits for the mail."""

    code: str


class OpenedLink(msgspec.Struct):
    """The form that the mail's link fills from its fragment."""

    secret: str


@page("/p/{link:str}/code")
def check_your_mail(request: Asking, portal: Wired, link: FromPath[str]) -> Response[Any]:
    """Say that a mail is under way if the address has access, and take its code."""
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    asked = _under_way(request, portal, link)
    if asked is None:
        return go(f"/p/{link}")
    return _waiting(request, portal, here, asked)


@form_route("/p/{link:str}/code")
def take_code(request: Asking, portal: Wired, link: FromPath[str], form: Sent) -> Response[Any]:
    """Sign in by the code."""
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    asked = _under_way(request, portal, link)
    if asked is None:
        return _over(request, portal, here)
    _check(request, portal, form)
    try:
        return _sign_in(request, portal, here, "code", form.bind(TypedCode).code)
    except (FormRefused, CodeWrong) as refused:
        refusal = refused.errors["code"] if isinstance(refused, FormRefused) else refused
        with speaking(bare_page(request, portal, here).language):
            words = sentence(refusal)
        return _waiting(request, portal, here, asked, (form.one("code"), words))
    except TriesUsedUp:
        return _over(request, portal, here)


@page("/sign-in/{link:str}")
def open_link(request: Asking, portal: Wired, guard: Guarded, link: FromPath[str]) -> Response[Any]:
    """Say who is about to sign in to what; nothing happens until a person presses the button.

    The token stands in the fragment, which no server sees; a script moves it into the form. In
    another browser than the one that asked there is no button.
    """
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    asked = _under_way(request, portal, link)
    if asked is None and is_in(request, portal, guard, here):
        return go(f"/b/{here.bill_group_id}/")
    if asked is None:
        return show("web/sign_in/other_browser.html", bare_page(request, portal, here), link=link)
    return show(
        "web/sign_in/confirm.html",
        bare_page(request, portal, here, _token(request, portal)),
        link=link,
        address=asked.address,
    )


@form_route("/sign-in/{link:str}")
def press_button(request: Asking, portal: Wired, link: FromPath[str], form: Sent) -> Response[Any]:
    """Sign in by the link."""
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    other = partial(
        show, "web/sign_in/other_browser.html", bare_page(request, portal, here), 403, link=link
    )
    if not asked_jar(portal).read(request):
        return other()
    _check(request, portal, form)
    try:
        return _sign_in(request, portal, here, "link", form.bind(OpenedLink).secret)
    except OtherBrowser:
        return other()
    except (FormRefused, SignInSpent):
        return _over(request, portal, here)


def _sign_in(
    request: Asking, portal: Portal, here: BillGroupPortal, by: Literal["link", "code"], proof: str
) -> Response[Any]:
    """Redeem the proof and hand over the session; a proven mailbox may learn that it is not in."""
    under_way = _under_way(request, portal, here.link or "")
    device = device_jar(portal).read(request)
    command = Redeem(
        by=by,
        proof=proof,
        asked=asked_jar(portal).read(request),
        earlier=session_jar(portal).read(request) or None,
        browser=browser_of(request),
        network=network_of(request, portal.settings().trusted_proxies),
        new_browser=not (under_way and known_device(portal, device, under_way.address)),
    )
    try:
        handler = redeeming(portal.sign_in_desk())
        signed_in = portal.bus().execute(handler, command, System("web"))
    except EntryRefused:
        return unavailable(request, portal, here)
    except SignInSpent:
        return _over(request, portal, here)
    answer = go(_place(request, portal, signed_in))
    answer.set_cookie(session_jar(portal).set(signed_in.secret))
    answer.set_cookie(asked_jar(portal).clear())
    answer.set_cookie(place_jar(portal).clear())
    answer.set_cookie(back_jar(portal).clear())
    answer.set_cookie(link_jar(portal).set(here.link or "", DEVICE_DAYS * DAY))
    device = new_device(portal, signed_in.address)
    answer.set_cookie(device_jar(portal).set(device, DEVICE_DAYS * DAY))
    return answer


def _place(request: Asking, portal: Portal, signed_in: SignedInTo) -> str:
    """Lead to what a mail was about, else to where a session ended, else to the first page."""
    place = landing(place_jar(portal).read(request))
    back = returning.kept(request, portal, signed_in) if place == HOME else None
    return back or f"/b/{signed_in.bill_group_id}{place}"


def _under_way(request: Asking, portal: Portal, link: str) -> SignInRequest | None:
    """Give the live request of this browser at this link, if any."""
    secret = asked_jar(portal).read(request)
    if not secret:
        return None
    asked = portal.sign_in_requests().of_browser(hashed(secret), portal.clock().now())
    return asked if asked is not None and asked.link == link else None


def _token(request: Asking, portal: Portal) -> str:
    return csrf.token(portal.csrf_key(), f"asked:{asked_jar(portal).read(request)}")


def _check(request: Asking, portal: Portal, form: Sent) -> None:
    session = f"asked:{asked_jar(portal).read(request)}"
    csrf.check(portal.csrf_key(), session, form.one(csrf.FIELD))


def _waiting(
    request: Asking,
    portal: Portal,
    here: BillGroupPortal,
    asked: SignInRequest,
    wrong: tuple[str, str] | None = None,
) -> Response[str]:
    """Show the page that waits; `wrong` is what was typed and what is wrong with it."""
    return show(
        "web/sign_in/code.html",
        bare_page(request, portal, here, _token(request, portal)),
        422 if wrong else 200,
        link=here.link,
        address=asked.address,
        values={"code": wrong[0]} if wrong else {},
        errors={"code": wrong[1]} if wrong else {},
    )


def _over(request: Asking, portal: Portal, here: BillGroupPortal) -> Response[str]:
    """Answer a request that was used, replaced or is too old."""
    return show("web/sign_in/over.html", bare_page(request, portal, here), 410, link=here.link)


ROUTES = (check_your_mail, take_code, open_link, press_button)
