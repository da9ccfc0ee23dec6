"""The page of details and contacts; each detail is changed in its place, also without JavaScript.

The page that changes one is the same page with a form in that line. With JavaScript only the card
is exchanged.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery

from application.bill_group import ChangeDetail, billing_country, change_detail
from application.phones import shown_phone
from application.registration_numbers import registration_example, registration_standing
from application.vat_numbers import Standing, vat_example, vat_standing
from domain.aggregate import Refusal
from domain.bill_group import Contact, Detail
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.answers import HTML, go, show
from entrypoints.http.forms import Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.rendering import fragment
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.wording.postal_address import address_lines, country
from entrypoints.wording.refusals import sentence
from read_models import details, payment_methods

TEMPLATE = "web/details/details.html"

SAVED = {
    "po_number": phrase("The PO number is saved. It stands on future invoices."),
    "vat_number": phrase("The VAT number is saved. It stands on future invoices."),
    "registration_number": phrase("The registration number is saved."),
    "default_payment_method": phrase("The default payment method is saved."),
    "billing": phrase("The billing contact is saved."),
    "billing_waits": phrase("Saved. The new billing email waits for its mailbox to confirm it."),
    "shipping": phrase("The shipping contact is saved."),
    "removed": phrase("The shipping contact is removed."),
    "sent": phrase("Another mail is on its way to the new billing email."),
    "cancelled": phrase("The billing email stays as it is."),
}
"""What the page says after a change, by the word in the address."""


class Checked(msgspec.Struct, frozen=True):
    """How a number stands against the country that is billed, and what a right one looks like."""

    standing: Standing
    example: str | None


class Edited(msgspec.Struct, frozen=True):
    """The detail that is being changed, what was typed, and what is wrong with it."""

    detail: Detail
    typed: str | None = None
    problem: Refusal | None = None


@page("/details")
def show_details(
    request: Asking,
    entry: Entered,
    portal: Wired,
    saved: FromQuery[str | None] = None,
    checked: FromQuery[str | None] = None,
) -> Response[Any]:
    """Show PO, VAT and registration number, default method, billing and shipping contact."""
    return details_page(request, entry, portal, saved=saved, checked=checked == "again")


def details_page(  # noqa: PLR0913 - what the page may say
    request: Asking,
    entry: Entry,
    portal: Portal,
    *,
    edited: Edited | None = None,
    saved: str | None = None,
    checked: bool = False,
) -> Response[Any]:
    """Show the page, or the card of details alone where only that is exchanged."""
    with portal.reading() as connection:
        shown = details.of_bill_group(connection, entry.scope)
        methods = payment_methods.of_bill_group(connection, entry.scope)
    code = billing_country(shown.billing_contact)
    waiting = portal.billing_emails().newest(entry.scope.bill_group_id)
    with speaking(entry.language):
        notice = gettext(SAVED[saved]) if saved in SAVED else None
        error = _said(edited, entry) if edited else None
    known: dict[str, Any] = {
        "details": shown,
        "billing": contact_lines(shown.billing_contact, entry.language),
        "shipping": contact_lines(shown.shipping_contact, entry.language),
        "country": country(code, entry.language) if code else None,
        "checks": _checks(shown, code),
        "methods": methods,
        "default": next((row for row in methods if row.is_default), None),
        "editing": edited.detail if edited else None,
        "typed": edited.typed if edited else None,
        "errors": {edited.detail: error} if edited and error else {},
        "checked": checked,
        "waiting": waiting,
        "waits": waiting.state(entry.now) if waiting else None,
        "alone": "hx-request" in request.headers,
    }
    status = 422 if error else 200
    here = entry.page("details", notice)
    if known["alone"]:
        body = fragment(TEMPLATE, "details_card", entry.language, page=here, **known)
        return Response(body, status_code=status, media_type=HTML)
    return show(TEMPLATE, here, status, **known)


def contact_lines(contact: Contact | None, language: str) -> dict[str, str | tuple[str, ...]]:
    """Give what is known of a contact, without what was erased; nothing for none."""
    if contact is None:
        return {}
    texts = {name: getattr(contact, name) for name in ("company", "name", "email", "phone")}
    known = {name: text for name, text in texts.items() if text and not is_erased(text)}
    if "phone" in known:
        known["phone"] = shown_phone(known["phone"])
    address = address_lines(contact.address, language) if contact.address else ()
    return {**known, "address": address} if address else known


def _checks(shown: details.Details, code: str | None) -> dict[str, Checked]:
    vat, registration = shown.vat_number, shown.registration_number
    return {
        "vat_number": Checked(
            vat_standing(vat, code) if vat else "unchecked",
            vat_example(code),
        ),
        "registration_number": Checked(
            registration_standing(registration, code) if registration else "unchecked",
            registration_example(code),
        ),
    }


def _said(edited: Edited, entry: Entry) -> str | None:
    """Say what is wrong, with the country's name instead of its code."""
    if edited.problem is None:
        return None
    facts = dict(edited.problem.facts)
    if "country" in facts:
        facts["country"] = country(facts["country"], entry.language)
    return sentence(type(edited.problem)(**facts))


def _editing(detail: Detail, path: str) -> HTTPRouteHandler:
    @page(path)
    def edit(request: Asking, entry: Entered, portal: Wired) -> Response[Any]:
        """Show the page with a form in the place of one detail."""
        return details_page(request, entry, portal, edited=Edited(detail))

    return edit


def _saving(detail: Detail, path: str) -> HTTPRouteHandler:
    @form_route(path)
    def save(request: Asking, entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
        """Take what was typed, or say what is wrong with it and keep it."""
        typed = form.bind(_typed_of(detail))
        command = ChangeDetail(entry.scope.bill_group_id, detail, getattr(typed, detail) or "")
        try:
            portal.bus().execute(change_detail, command, entry.actor)
        except Refusal as problem:
            edited = Edited(detail, form.one(detail), problem)
            return details_page(request, entry, portal, edited=edited)
        return go(f"{entry.root}/details?saved={detail}")

    return save


def _typed_of(detail: Detail) -> type[msgspec.Struct]:
    return msgspec.defstruct("TypedDetail", [(detail, str | None, None)])


PATHS: dict[Detail, str] = {
    "po_number": "/details/po-number",
    "vat_number": "/details/vat-number",
    "registration_number": "/details/registration-number",
    "default_payment_method": "/details/default-payment-method",
}
_MAKERS: tuple[Callable[[Detail, str], HTTPRouteHandler], ...] = (_editing, _saving)

ROUTES = (
    show_details,
    *(make(detail, path) for detail, path in PATHS.items() for make in _MAKERS),
)
