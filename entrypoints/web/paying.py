"""Paying: one page that says what and with what, and the button that sets out to pay."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.datastructures import MultiDict
from litestar.response import Redirect

from application.paying import PayingNotOffered, PayInvoices, pay_invoices
from application.payment_attempts import HandOver, hand_over
from application.ports.failures import PortFailure
from application.ports.payments import PaymentKeyRefused, PaymentUnavailable
from domain.aggregate import Refusal
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.web.at_provider import customer_at, held_at
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.paying_choice import Choice, choose
from entrypoints.web.paying_form import NEW, PayForm
from entrypoints.wording.payment_failures import why_failed
from entrypoints.wording.refusals import sentence

AWAY = phrase(
    "The payment provider does not answer just now. Nothing was charged. Please try again in a "
    "minute."
)
AT_THE_AMOUNT = {
    "amount_missing",
    "amount_too_high",
    "amount_too_precise",
    "amount_two_ways",
    "amount_unclear",
    "field_unreadable",
    "parts_not_allowed",
}
"""What is wrong with what was typed, and so stands at its field."""


class Said(msgspec.Struct, frozen=True):
    """Why it did not go on, and the open payment that stands in the way, if one does."""

    problem: str | None = None
    open_payment: UUID | None = None
    errors: dict[str, str] = {}


@page("/pay")
def ask_to_pay(request: Asking, entry: Entered, portal: Wired) -> Response[str]:
    """Show what would be paid, and ask with what; nothing happens yet, and no provider is asked."""
    asked = request.query_params
    every, currency = asked.get("all", ""), asked.get("currency", "")
    return _asked(portal, entry, choose(portal, entry, _ids(asked), every, currency), Said())


@sends("/pay")
def pay(entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Set out to pay, then ask the provider; sent twice, it is one payment."""
    sent = form.bind(PayForm)
    try:
        command = _command(portal, entry, sent)
        payment_id = portal.bus().execute(pay_invoices, command, entry.actor)
    except PaymentKeyRefused:
        with speaking(entry.language):
            return _again(portal, entry, sent, Said(why_failed("not_set_up")))
    except PortFailure:
        return _again(portal, entry, sent, Said(gettext_in(entry, AWAY)))
    except Refusal as refusal:
        return _refused(portal, entry, sent, refusal)
    return carry_on(portal, entry, payment_id)


def carry_on(portal: Portal, entry: Entry, payment_id: UUID) -> Response[Any]:
    """Ask the provider, and go where the payer goes next: its page, or what became of it."""
    here = f"{entry.root}/payments/{payment_id}"
    ours = f"{portal.settings().web_url.rstrip('/')}{here}"
    command = HandOver(
        payment_id=payment_id,
        return_url=f"{ours}/back",
        cancel_url=ours,
        language=entry.language,
    )
    try:
        onwards = hand_over(command, portal.paying_room())
    except PaymentKeyRefused:
        return go(f"{here}?said=not_set_up")
    except PaymentUnavailable:
        return go(f"{here}?said=away")
    return Redirect(onwards, status_code=303) if onwards else go(here)


def _command(portal: Portal, entry: Entry, sent: PayForm) -> PayInvoices:
    provider = entry.portal.provider
    if provider is None or provider not in portal.payment_providers().names():
        raise PayingNotOffered
    held = None if sent.method == NEW else held_at(portal, entry, provider, sent.method)
    return PayInvoices(
        payment_id=sent.payment_id,
        bill_group_id=entry.scope.bill_group_id,
        provider=provider,
        customer=held.customer if held else customer_at(portal, entry, provider),
        seen=sent.seen,
        currency=sent.currency,
        minor=sent.minor,
        method=held.reference if held else None,
        save_method=bool(sent.save) and held is None,
    )


def _ids(asked: MultiDict[Any]) -> list[UUID]:
    """Read the chosen invoices; what is no id was written by nobody of ours."""
    found = []
    for text in asked.getall("invoice", []):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _refused(portal: Portal, entry: Entry, sent: PayForm, refusal: Refusal) -> Response[str]:
    with speaking(entry.language):
        words = sentence(refusal)
    if refusal.code in AT_THE_AMOUNT:
        return _again(portal, entry, sent, Said(errors={"amount": words}))
    return _again(portal, entry, sent, Said(words, refusal.facts.get("payment_id")))


def _again(portal: Portal, entry: Entry, sent: PayForm, said: Said) -> Response[str]:
    """Show the page as things stand now, with why it did not go on."""
    try:
        ids = list(sent.seen)
    except Refusal:
        ids = []
    return _asked(portal, entry, choose(portal, entry, ids), said, sent)


def _asked(
    portal: Portal, entry: Entry, choice: Choice, said: Said, sent: PayForm | None = None
) -> Response[str]:
    return show(
        "web/paying/pay.html",
        entry.page("invoices"),
        422 if sent else 200,
        choice=choice,
        payment_id=portal.ids().uuid7(),
        problem=said.problem,
        open_payment=said.open_payment,
        errors=said.errors,
        typed={"amount": sent.amount if sent else ""},
        chosen=choice.chosen(sent.method if sent else None),
        transfer=choice.transfer(entry.portal.entity_name),
    )


def gettext_in(entry: Entry, words: str) -> str:
    """Say a phrase in the reader's language."""
    with speaking(entry.language):
        return gettext(words)


ROUTES = (ask_to_pay, pay)
