"""One payment: what became of it, its receipt, coming back from the provider, turning back."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.addresses import canonical_address
from application.payment_attempts import find_out
from application.payment_endings import leave
from application.ports.failures import PortFailure
from domain.aggregate import Refusal
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.languages import gettext, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Entered, Wired
from entrypoints.web.paying import AWAY, carry_on, gettext_in
from entrypoints.wording.payment_failures import why_failed
from entrypoints.wording.refusals import sentence
from read_models import details, notification_choices, payable, payments
from read_models.payments import PaymentShown


@page("/payments/{payment_id:uuid}")
def show_payment(
    entry: Entered,
    portal: Wired,
    payment_id: FromPath[UUID],
    said: FromQuery[str | None] = None,
) -> Response[str]:
    """Show what became of a payment; a foreign and an unknown one are not found alike."""
    return _shown(portal, entry, payment_id, problem=_no_page(portal, entry, payment_id, said))


@page("/payments/{payment_id:uuid}/back")
def come_back(entry: Entered, portal: Wired, payment_id: FromPath[UUID]) -> Response[Any]:
    """Take whoever comes back from the provider to what became of it.

    The exception to "nothing changes by GET", for providers send people back by a redirect. That
    they come back proves nothing: the provider is asked, and what it says is recorded as what it
    tells by itself would be. So a prefetch or a foreign page brings forward what the worker
    records anyway; it pays and ends nothing. A preview asks nobody.
    """
    shown = _payment(portal, entry, payment_id)
    if shown.is_open and not entry.preview:
        with suppress(PortFailure):  # the worker asks again; the page says that we are finding out
            find_out(payment_id, portal.paying_room(), watched=True)
    return go(f"{entry.root}/payments/{payment_id}")


@sends("/payments/{payment_id:uuid}/continue")
def continue_payment(entry: Entered, portal: Wired, payment_id: FromPath[UUID]) -> Response[Any]:
    """Go on with an attempt on the same page of the provider."""
    _payment(portal, entry, payment_id)
    return carry_on(portal, entry, payment_id)


@sends("/payments/{payment_id:uuid}/leave")
def leave_payment(entry: Entered, portal: Wired, payment_id: FromPath[UUID]) -> Response[Any]:
    """Turn back: the attempt is closed at the provider, and its invoices can be paid again."""
    _payment(portal, entry, payment_id)
    try:
        leave(payment_id, portal.paying_room())
    except PortFailure:
        return _shown(portal, entry, payment_id, 503, gettext_in(entry, AWAY))
    except Refusal as refusal:
        with speaking(entry.language):
            return _shown(portal, entry, payment_id, 422, sentence(refusal))
    return go(f"{entry.root}/payments/{payment_id}")


def _no_page(portal: Portal, entry: Entry, payment_id: UUID, said: str | None) -> str | None:
    """Say why the provider's page did not open; of a saved method's charge nothing is known yet."""
    shown = _payment(portal, entry, payment_id)
    if said is None or (shown.way, shown.state) != ("provider_page", "begun"):
        return None
    with speaking(entry.language):
        return why_failed("not_set_up") if said == "not_set_up" else gettext(AWAY)


def _payment(portal: Portal, entry: Entry, payment_id: UUID) -> PaymentShown:
    try:
        with portal.reading() as connection:
            return payments.of_payment(connection, entry.scope, payment_id)
    except payments.PaymentMissing as missing:
        raise NotFoundException from missing


def _shown(
    portal: Portal, entry: Entry, payment_id: UUID, status: int = 200, problem: str | None = None
) -> Response[str]:
    shown = _payment(portal, entry, payment_id)
    ids = [part.invoice_id for part in shown.parts]
    with portal.reading() as connection:
        rows = {row.invoice_id: row for row in payable.chosen(connection, entry.scope, ids)}
        receipt = _is_receipt_mailed(connection, entry)
    with speaking(entry.language):
        why = why_failed(shown.code) if shown.state == "failed" else None
    return show(
        "web/paying/payment.html",
        entry.page("invoices"),
        status,
        payment=shown,
        parts=[(rows.get(part.invoice_id), part.amount) for part in shown.parts],
        again=[row for row in rows.values() if row.minor],
        why=why,
        receipt=receipt,
        problem=problem,
    )


def _is_receipt_mailed(connection: Any, entry: Entry) -> bool:
    """Whether there is a billing contact who wants receipts, at an address that takes mail."""
    contact = details.of_bill_group(connection, entry.scope).billing_contact
    if contact is None or is_erased(contact.email):
        return False
    try:
        address = canonical_address(contact.email)
    except Refusal:
        return False
    off = notification_choices.of_address(connection, entry.scope, address)
    return "payment_received" not in off


ROUTES = (show_payment, come_back, continue_payment, leave_payment)
