"""The first step of signing in: an address, a mail, and a button or a code."""

import hmac
from contextlib import suppress
from typing import Any

import msgspec
from litestar import Response
from litestar.response import Redirect

from application.addresses import canonical_address
from application.ports.staff_sign_ins import StaffSignInCodeWrong, StaffSignInOver
from application.sign_in import typed_code
from application.staff_sign_in import AskToSignIn, ask_to_sign_in, prove_by_code, prove_by_link
from domain.aggregate import Refusal
from entrypoints.admin.asked import (
    Asked,
    asked_by,
    checked,
    device_jar,
    device_mark,
    keep,
    next_jar,
)
from entrypoints.admin.guard import Asking, SignInNeeded, Wired, anyone
from entrypoints.admin.said import said, said_of
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.clients import network_of
from entrypoints.http.csrf import FIELD
from entrypoints.http.forms import Form, FormRefused, Sent
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page

FOUR_HOURS = 4 * 3600


class Address(msgspec.Struct):
    """The form of the first page."""

    email: str


class Code(msgspec.Struct):
    """The code of the mail, typed where the request was made."""

    code: str


class Link(msgspec.Struct):
    """The secret of the mailed link, put there from the address's fragment."""

    link: str


def needed(request: Asking, _error: SignInNeeded) -> Response[Any]:
    """Lead to the sign-in page, and keep where a page was asked for."""
    portal: Portal = request.app.state.portal
    answer = go("/sign-in")
    if request.headers.get("hx-request"):
        return Response("", headers={"HX-Redirect": "/sign-in"})
    if request.method == "GET" and request.url.path != "/":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        answer.set_cookie(next_jar(portal).set(path, FOUR_HOURS))
    return answer


@page("/sign-in", guards=[anyone])
def ask(request: Asking, portal: Wired) -> Response[str]:
    """Ask for the address."""
    asked = asked_by(portal, request)
    return keep(portal, _ask(asked, {}, {}), asked.browser)


@sends("/sign-in", guards=[anyone])
def send(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Keep the request; whether the address belongs to staff is not looked up here."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        address = _address(form)
    except FormRefused as refused:
        return _ask(asked, form.typed, said(refused, asked.language), 422)
    network = network_of(request, portal.settings().trusted_proxies)
    mark = device_jar(portal).read(request)
    known = hmac.compare_digest(mark.encode(), device_mark(portal, address).encode())
    command = AskToSignIn(address, asked.language, network, asked.browser, known)
    browser = ask_to_sign_in(command, portal.staff_door())
    return keep(portal, go("/sign-in/sent"), browser)


@page("/sign-in/sent", guards=[anyone])
def sent(request: Asking, portal: Wired) -> Response[Any]:
    """Say that a mail may be on its way, and take its code."""
    asked = asked_by(portal, request)
    try:
        return _sent(portal, asked, {}, {})
    except StaffSignInOver:
        return go("/sign-in")


@sends("/sign-in/code", guards=[anyone])
def code(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Take the code of the mail."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        typed = typed_code(form.bind(Code).code)
        renewed = prove_by_code(asked.browser, typed, portal.staff_door())
    except FormRefused as refused:
        return _sent(portal, asked, form.typed, said(refused, asked.language), 422)
    except StaffSignInCodeWrong as wrong:
        return _sent(portal, asked, form.typed, said_of("code", wrong, asked.language), 422)
    except StaffSignInOver:
        return _over(asked)
    return keep(portal, go("/second-factor"), renewed)


@page("/sign-in/link", guards=[anyone])
def link(request: Asking, portal: Wired) -> Response[str]:
    """Open a mailed link: nothing happens until a person presses the button."""
    asked = asked_by(portal, request)
    address = None
    with suppress(StaffSignInOver):
        address = portal.staff_sign_ins().waiting(asked.browser, asked.now).address
    return show("admin/sign_in/link.html", asked.page(), address=address)


@sends("/sign-in/link", guards=[anyone])
def prove(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Use the link in the browser that asked."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        renewed = prove_by_link(asked.browser, form.bind(Link).link, portal.staff_door())
    except (FormRefused, StaffSignInOver):
        return _over(asked)
    return keep(portal, go("/second-factor"), renewed)


def after(portal: Portal, request: Asking) -> Redirect:
    """Lead where somebody wanted to go before signing in."""
    answer = go(next_jar(portal).read(request) or "/")
    answer.set_cookie(next_jar(portal).clear())
    return answer


def _address(form: Form) -> str:
    typed = form.bind(Address).email
    try:
        return canonical_address(typed)
    except Refusal as refusal:
        raise form.refuse("email", refusal) from refusal


def _ask(
    asked: Asked, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response[str]:
    return show("admin/sign_in/ask.html", asked.page(), status, typed=typed, errors=errors)


def _sent(
    portal: Portal,
    asked: Asked,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    """Show the same page for every address. Raises StaffSignInOver."""
    address = portal.staff_sign_ins().waiting(asked.browser, asked.now).address
    template, page_ = "admin/sign_in/sent.html", asked.page()
    return show(template, page_, status, address=address, typed=typed, errors=errors)


def _over(asked: Asked) -> Response[str]:
    return show("admin/sign_in/over.html", asked.page(), 422)


ROUTES = (ask, send, sent, code, link, prove)
