"""Signs a customer in without a mail: the demo alone has this door."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from application.ports.sign_in_requests import LIFE, EntryRefused, SignInRequest
from application.sign_in import SECRET_BITS, Redeem, SignedInTo, hashed, make_proof, redeeming
from domain.actor import System
from entrypoints.container import Portal
from entrypoints.demo.links import DemoLinks
from entrypoints.http.answers import go
from entrypoints.http.clients import browser_of, network_of
from entrypoints.http.routes import page
from entrypoints.web.closed import unavailable
from entrypoints.web.cookies import DEVICE_DAYS, link_jar, session_jar
from entrypoints.web.guard import Asking
from read_models import entry as entries
from read_models.entry import BillGroupPortal

DAY = 86_400


def customer_door(
    portal: Portal, links: DemoLinks, bill_group_id: UUID, address: str
) -> HTTPRouteHandler:
    """Make the route that signs this address in to this bill group."""

    @page("/demo/{key:str}/customer")
    def enter_as_customer(request: Asking, key: FromPath[str]) -> Response[Any]:
        """Begin a session as a mail's link would."""
        links.check(key)
        here = covered(portal, bill_group_id, address)
        try:
            signed_in = _let_in(request, portal, here, address)
        except EntryRefused:
            return unavailable(request, portal, here)
        answer = go(f"/b/{signed_in.bill_group_id}/")
        answer.set_cookie(session_jar(portal).set(signed_in.secret))
        answer.set_cookie(link_jar(portal).set(here.link or "", DEVICE_DAYS * DAY))
        return answer

    return enter_as_customer


def covered(portal: Portal, bill_group_id: UUID, address: str) -> BillGroupPortal:
    """Give the portal that the address may enter; the demo's company has it so."""
    with portal.reading() as connection:
        here = entries.covering(connection, bill_group_id, address)
    if here is None:
        raise LookupError("the demo's customer has lost access")
    return here


def _let_in(request: Asking, portal: Portal, here: BillGroupPortal, address: str) -> SignedInTo:
    """Ask, prove and redeem in one go, by the rules that hold for everybody."""
    desk, now, asked = portal.sign_in_desk(), portal.clock().now(), portal.ids().secret(SECRET_BITS)
    network = network_of(request, portal.settings().trusted_proxies)
    made = _request(portal, here, address, asked, now, network)
    desk.requests.keep(made, None, [])
    token, _ = make_proof(made.request_id, here.grant_id, desk)  # type: ignore[arg-type]
    command = Redeem(
        by="link",
        proof=token,
        asked=asked,
        earlier=session_jar(portal).read(request) or None,
        browser=browser_of(request),
        network=network,
    )
    signed_in: SignedInTo = portal.bus().execute(redeeming(desk), command, System("demo"))
    return signed_in


def _request(  # noqa: PLR0913, PLR0917 - a request is these facts
    portal: Portal, here: BillGroupPortal, address: str, asked: str, now: datetime, network: str
) -> SignInRequest:
    return SignInRequest(
        request_id=portal.ids().uuid7(),
        browser_hash=hashed(asked),
        bill_group_id=here.bill_group_id,
        address=address,
        link=here.link or "",
        language=here.language,
        asked_at=now,
        expires_at=now + LIFE,
        network=network,
        held_back=False,
    )
