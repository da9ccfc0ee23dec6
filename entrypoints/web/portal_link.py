"""The portal link: the form that asks for an address, and the page that says to check the mail."""

from typing import Any

import msgspec
from litestar import Response
from litestar.params import FromPath, FromQuery

from application.addresses import canonical_address
from application.sign_in import SECRET_BITS, AskToSignIn, ask
from domain.aggregate import Refusal
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import go, show
from entrypoints.http.clients import network_of
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import speaking
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.landing import landing
from entrypoints.web.closed import bare_page, unavailable
from entrypoints.web.cookies import asked_jar, device_jar, known_device, link_jar, place_jar
from entrypoints.web.guard import Asking, Guarded, SignInNeeded, Wired
from entrypoints.wording.refusals import sentence
from read_models import entry as entries
from read_models.entry import BillGroupPortal

ADDRESS_LENGTH = 320


class Asked(msgspec.Struct):
    """The form on the portal link; `to` is the page that a mail led to."""

    address: str
    to: str = ""


@page("/")
def welcome(request: Asking, portal: Wired, guard: Guarded) -> Response[Any]:
    """Explain how to get in; whoever is in already goes on."""
    now = portal.clock().now()
    try:
        found = guard.session(request, None, now)
    except SignInNeeded:
        link = link_jar(portal).read(request)
        here = portal_of(portal, link) if link else None
        return show(
            "web/welcome/welcome.html",
            bare_page(request, portal, here),
            link=link if here else None,
        )
    return go(f"/b/{found.first(now).bill_group_id}/")


@page("/p/{link:str}")
def ask_for_address(
    request: Asking,
    portal: Wired,
    guard: Guarded,
    link: FromPath[str],
    to: FromQuery[str | None] = None,
) -> Response[Any]:
    """Show the form; whoever is signed in and covered goes on, to the page that a mail named."""
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    if not here.is_open(portal.clock().now()):
        return unavailable(request, portal, here)
    if is_in(request, portal, guard, here):
        return go(f"/b/{here.bill_group_id}{landing(to)}")
    return _form(request, portal, here, {"to": to or ""}, {})


@form_route("/p/{link:str}")
def take_address(request: Asking, portal: Wired, link: FromPath[str], form: Sent) -> Response[Any]:
    """Take the address; whoever it is, the answer is the same."""
    here = portal_of(portal, link)
    if here is None:
        return unknown(request, portal)
    if not here.is_open(portal.clock().now()):
        return unavailable(request, portal, here)
    csrf.check(portal.csrf_key(), f"link:{link}", form.one(csrf.FIELD))
    page_now = bare_page(request, portal, here)
    try:
        address = _address(form)
    except FormRefused as refused:
        with speaking(page_now.language):
            errors = {name: _words(refusal) for name, refusal in refused.errors.items()}
        return _form(request, portal, here, refused.typed, errors)
    command = AskToSignIn(
        bill_group_id=here.bill_group_id,
        link=link,
        address=address,
        language=page_now.language,
        network=network_of(request, portal.settings().trusted_proxies),
        device=known_device(portal, device_jar(portal).read(request), address),
        earlier=asked_jar(portal).read(request) or None,
        offered=asked_jar(portal).read(request) or None,
    )
    secret = ask(command, portal.sign_in_desk())
    answer = go(f"/p/{link}/code")
    answer.set_cookie(asked_jar(portal).set(secret, 600))
    answer.set_cookie(place_jar(portal).set(landing(form.one("to")), 600))
    return answer


def portal_of(portal: Portal, link: str) -> BillGroupPortal | None:
    """Give the bill group's portal of a link; rotated ones are unknown."""
    with portal.reading() as connection:
        return entries.portal_of_link(connection, link)


def unknown(request: Asking, portal: Portal) -> Response[str]:
    """Answer a link that is nobody's, or nobody's any more."""
    return show("web/unavailable/unknown.html", bare_page(request, portal, None), 404)


def is_in(request: Asking, portal: Portal, guard: Guarded, here: BillGroupPortal) -> bool:
    """Whether the browser has a session that a grant lets into this portal."""
    try:
        found = guard.session(request, here.bill_group_id, portal.clock().now())
    except SignInNeeded:
        return False
    return found.portal(here.bill_group_id) is not None


def _address(form: Sent) -> str:
    typed = form.bind(Asked).address[: ADDRESS_LENGTH + 1]
    try:
        return canonical_address(typed)
    except Refusal as refusal:
        raise form.refuse("address", refusal) from refusal


def _words(refusal: Refusal) -> str:
    return sentence(refusal)


def _form(
    request: Asking,
    portal: Portal,
    here: BillGroupPortal,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Response[str]:
    token = csrf.token(portal.csrf_key(), f"link:{here.link}")
    answer = show(
        "web/sign_in/address.html",
        bare_page(request, portal, here, token),
        422 if errors else 200,
        link=here.link,
        values={**typed, "to": landing(typed.get("to"))},
        errors=errors,
    )
    if not asked_jar(portal).read(request):  # so that a form sent twice is one request
        answer.set_cookie(asked_jar(portal).set(portal.ids().secret(SECRET_BITS)))
    return answer


ROUTES = (welcome, ask_for_address, take_address)
