"""Adding a payment method: off to the provider's page, and back to what became of it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from application.method_set_ups import (
    BeginSetUp,
    OpenPage,
    begin_set_up,
    find_out_set_up,
    leave_set_up,
    open_page,
)
from application.ports.failures import PortFailure
from application.ports.payments import PaymentKeyRefused, PaymentUnavailable
from domain.aggregate import Refusal
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.web.at_provider import customer_at
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Entered, Wired
from entrypoints.web.payment_methods import AWAY, NOT_SET_UP, PROVIDER_AWAY
from entrypoints.wording.payment_failures import why_failed
from read_models import payment_methods
from read_models.payment_methods import SetUpShown


class AddForm(msgspec.Struct, frozen=True):
    """What the button sends: the visit's id, made with the page, so that twice is once."""

    set_up_id: UUID


@sends("/payment-methods/add")
def add(entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Set out to add a method, and go to the provider's page."""
    sent = form.bind(AddForm)
    provider = entry.portal.provider
    if provider is None or provider not in portal.payment_providers().names():
        return go(f"{entry.root}/payment-methods?said=paying_not_offered")
    try:
        command = BeginSetUp(
            set_up_id=sent.set_up_id,
            bill_group_id=entry.scope.bill_group_id,
            provider=provider,
            customer=customer_at(portal, entry, provider),
        )
        portal.bus().execute(begin_set_up, command, entry.actor)
    except PaymentKeyRefused:
        return go(f"{entry.root}/payment-methods?said={NOT_SET_UP}")
    except PortFailure:
        return go(f"{entry.root}/payment-methods?said={AWAY}")
    except Refusal as refusal:
        return go(f"{entry.root}/payment-methods?said={refusal.code}")
    return _onwards(portal, entry, sent.set_up_id)


@page("/payment-methods/adding/{set_up_id:uuid}")
def show_set_up(entry: Entered, portal: Wired, set_up_id: FromPath[UUID]) -> Response[str]:
    """Show what became of it; a foreign and an unknown one are not found alike."""
    return _shown(portal, entry, set_up_id)


@page("/payment-methods/adding/{set_up_id:uuid}/back")
def come_back(entry: Entered, portal: Wired, set_up_id: FromPath[UUID]) -> Response[Any]:
    """Take whoever comes back from the provider to what became of it.

    An exception to "nothing changes by GET", as `entrypoints.web.payments.come_back` is: a prefetch
    or a foreign page brings forward what the worker records anyway. A preview asks nobody.
    """
    shown = _set_up(portal, entry, set_up_id)
    if shown.state == "begun" and not entry.preview:
        with suppress(PortFailure):  # the worker asks again; the page says that we are finding out
            find_out_set_up(set_up_id, portal.paying_room())
    return go(f"{entry.root}/payment-methods/adding/{set_up_id}")


@sends("/payment-methods/adding/{set_up_id:uuid}/continue")
def continue_adding(entry: Entered, portal: Wired, set_up_id: FromPath[UUID]) -> Response[Any]:
    """Go on, on the same page of the provider."""
    _set_up(portal, entry, set_up_id)
    return _onwards(portal, entry, set_up_id)


@sends("/payment-methods/adding/{set_up_id:uuid}/leave")
def leave_adding(entry: Entered, portal: Wired, set_up_id: FromPath[UUID]) -> Response[Any]:
    """Turn back: the page is closed at the provider."""
    _set_up(portal, entry, set_up_id)
    try:
        leave_set_up(set_up_id, portal.paying_room())
    except PaymentUnavailable:
        with speaking(entry.language):
            return _shown(portal, entry, set_up_id, 503, gettext(PROVIDER_AWAY))
    return go(f"{entry.root}/payment-methods/adding/{set_up_id}")


def _onwards(portal: Portal, entry: Entry, set_up_id: UUID) -> Response[Any]:
    here = f"{entry.root}/payment-methods/adding/{set_up_id}"
    ours = f"{portal.settings().web_url.rstrip('/')}{here}"
    asked = OpenPage(
        set_up_id=set_up_id,
        return_url=f"{ours}/back",
        cancel_url=ours,
        language=entry.language,
    )
    try:
        url = open_page(asked, portal.paying_room())
    except PaymentUnavailable:
        with speaking(entry.language):
            return _shown(portal, entry, set_up_id, 503, gettext(PROVIDER_AWAY))
    return Redirect(url, status_code=303) if url else go(here)


def _set_up(portal: Portal, entry: Entry, set_up_id: UUID) -> SetUpShown:
    try:
        with portal.reading() as connection:
            return payment_methods.of_set_up(connection, entry.scope, set_up_id)
    except payment_methods.SetUpMissing as missing:
        raise NotFoundException from missing


def _shown(
    portal: Portal, entry: Entry, set_up_id: UUID, status: int = 200, problem: str | None = None
) -> Response[str]:
    shown = _set_up(portal, entry, set_up_id)
    with portal.reading() as connection:
        rows = payment_methods.of_bill_group(connection, entry.scope)
    row = next((one for one in rows if one.method_id == shown.method_id), None)
    with speaking(entry.language):
        why = why_failed(shown.code) if shown.state == "failed" else None
    return show(
        "web/payment_methods/adding.html",
        entry.page("payment_methods"),
        status,
        set_up=shown,
        row=row,
        why=why,
        problem=problem,
    )


ROUTES = (add, show_set_up, come_back, continue_adding, leave_adding)
