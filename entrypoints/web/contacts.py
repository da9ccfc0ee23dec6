"""Changing the billing and the shipping contact, with the address fields of the country.

Choosing another country shows its fields and keeps what fits: by itself with JavaScript, else by
a button. A new billing email asks for a fresh sign-in and waits for its mailbox.
"""

from typing import Any

import msgspec
from babel.core import get_global
from litestar import Response

from application.address_rules import CountryUnknown, address_fields, countries
from application.addresses import canonical_address
from application.bill_group import billing_country
from application.contact import (
    CancelBillingEmail,
    ChangeContact,
    SendBillingEmailAgain,
    cancelling_billing_email,
    changing_contact,
    repeating_billing_email,
)
from application.phones import canonical_phone, shown_phone
from application.postal_addresses import (
    AddressRefused,
    postal_address,
    text_problem,
    typed_parts,
)
from domain.address import PostalAddress
from domain.aggregate import Refusal
from domain.bill_group import Contact, ContactRole
from domain.personal import is_erased
from entrypoints.container import Portal
from entrypoints.http.answers import HTML, go, show
from entrypoints.http.forms import FieldMissing, Form, Sent
from entrypoints.http.languages import speaking
from entrypoints.http.rendering import fragment
from entrypoints.http.routes import form as form_route
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.proving import Proven, prove
from entrypoints.wording.address_parts import label_of
from entrypoints.wording.postal_address import country as country_name
from entrypoints.wording.refusals import sentence
from read_models import details

TEMPLATE = "web/contacts/contact.html"


class TypedContact(msgspec.Struct):
    """The form of a contact; `use_country` is the button that only shows a country's fields."""

    name: str = ""
    email: str = ""
    phone: str = ""
    company: str = ""
    country: str = ""
    lines: str = ""
    city: str = ""
    region: str = ""
    district: str = ""
    postal_code: str = ""
    use_country: str = ""


class ContactRefused(Exception):  # noqa: N818 - named after the fact
    """Something is wrong with what was typed; `problems` says what, by field."""

    def __init__(self, problems: dict[str, Refusal]) -> None:
        super().__init__(problems)
        self.problems = problems


@page("/contacts/billing")
def billing_contact(entry: Entered, portal: Wired) -> Response[Any]:
    """Show the form of the billing contact."""
    return _form(entry, "billing", _present(entry, portal, "billing"))


@page("/contacts/shipping")
def shipping_contact(entry: Entered, portal: Wired) -> Response[Any]:
    """Show the form of the shipping contact."""
    return _form(entry, "shipping", _present(entry, portal, "shipping"))


@form_route("/contacts/billing")
def save_billing(request: Asking, entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Take the billing contact; its new email waits for its mailbox."""
    return _saved(request, entry, portal, "billing", form)


@form_route("/contacts/shipping")
def save_shipping(request: Asking, entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Take the shipping contact."""
    return _saved(request, entry, portal, "shipping", form)


@form_route("/contacts/shipping/remove")
def remove_shipping(entry: Entered, portal: Wired) -> Response[Any]:
    """Remove the shipping contact."""
    command = ChangeContact(entry.scope.bill_group_id, "shipping", None, entry.language)
    portal.bus().execute(changing_contact(portal.contact_desk()), command, entry.actor)
    return go(f"{entry.root}/details?saved=removed")


@form_route("/contacts/billing/email/again")
def send_again(entry: Entered, portal: Wired) -> Response[Any]:
    """Mail the new billing email once more; where that cannot be, the page says how it stands."""
    handler = repeating_billing_email(portal.contact_desk())
    command = SendBillingEmailAgain(entry.scope.bill_group_id)
    try:
        portal.bus().execute(handler, command, entry.actor)
    except Refusal as refusal:
        return _form(entry, "billing", _present(entry, portal, "billing"), {"": refusal})
    return go(f"{entry.root}/details?saved=sent")


@form_route("/contacts/billing/email/cancel")
def cancel(entry: Entered, portal: Wired) -> Response[Any]:
    """Let the new billing email be; one that was confirmed meanwhile stays."""
    handler = cancelling_billing_email(portal.contact_desk())
    command = CancelBillingEmail(entry.scope.bill_group_id)
    try:
        portal.bus().execute(handler, command, entry.actor)
    except Refusal:
        return go(f"{entry.root}/details")
    return go(f"{entry.root}/details?saved=cancelled")


def _saved(
    request: Asking, entry: Entry, portal: Portal, role: ContactRole, form: Form
) -> Response[Any]:
    proof = Proven(entry, form)
    if role == "billing" and _asks_for_email(entry, portal, form):
        asked = prove(request, portal, entry, form)
        if isinstance(asked, Response):
            return asked
        proof = asked
    typed = proof.form.bind(TypedContact)
    return proof.hand_over(_taken(request, proof.entry, portal, role, typed))


def _taken(
    request: Asking, entry: Entry, portal: Portal, role: ContactRole, typed: TypedContact
) -> Response[Any]:
    if typed.use_country:
        return _fields(request, entry, role, typed)
    before = _contact(entry, portal, role)
    try:
        contact = _read(typed, before)
        command = ChangeContact(entry.scope.bill_group_id, role, contact, entry.language)
        handler = changing_contact(portal.contact_desk())
        waits = portal.bus().execute(handler, command, entry.actor)
    except ContactRefused as refused:
        return _form(entry, role, msgspec.structs.asdict(typed), refused.problems)
    except Refusal as refusal:
        return _form(entry, role, msgspec.structs.asdict(typed), {"": refusal})
    moved = role == "billing" and billing_country(before) != billing_country(contact)
    word = "billing_waits" if waits else role
    return go(f"{entry.root}/details?saved={word}{'&checked=again' if moved else ''}")


def _asks_for_email(entry: Entry, portal: Portal, form: Form) -> bool:
    """Whether the form wants another billing email than the one that stands."""
    if form.one("use_country"):
        return False
    try:
        wanted = canonical_address(form.one("email"))
    except Refusal:
        return False
    present = _contact(entry, portal, "billing")
    return present is None or present.email != wanted


def _contact(entry: Entry, portal: Portal, role: ContactRole) -> Contact | None:
    with portal.reading() as connection:
        shown = details.of_bill_group(connection, entry.scope)
    return shown.billing_contact if role == "billing" else shown.shipping_contact


def _present(entry: Entry, portal: Portal, role: ContactRole) -> dict[str, str]:
    """Give the form filled with the contact that stands; what was erased is left out."""
    contact = _contact(entry, portal, role)
    if contact is None:
        return {"country": _likely(entry)}
    texts = {name: getattr(contact, name) or "" for name in ("name", "email", "phone", "company")}
    known = {name: "" if is_erased(text) else text for name, text in texts.items()}
    known["phone"] = shown_phone(known["phone"]) if known["phone"] else ""
    if contact.address is None or contact.address.country not in countries():
        return {**known, "country": _likely(entry)}
    parts = typed_parts(contact.address, contact.address.country)
    shown = {name: "" if is_erased(text) else text for name, text in parts.items()}
    return {**known, **shown, "country": contact.address.country}


def _likely(entry: Entry) -> str:
    """Propose a country: that of the seller's time zone, else one of many."""
    found: str = get_global("zone_territories").get(entry.portal.time_zone, "US")
    return found


def _read(typed: TypedContact, before: Contact | None) -> Contact:
    """Read the form into a contact. Raises ContactRefused with all that is wrong."""
    problems: dict[str, Refusal] = {}
    email, phone, address = "", None, None
    if not typed.name:
        problems["name"] = FieldMissing(field="name")
    for name in ("name", "company"):
        problem = text_problem(getattr(typed, name))
        if problem:
            problems[name] = problem
    try:
        email = canonical_address(typed.email)
    except Refusal as refusal:
        problems["email"] = refusal
    try:
        phone = _phone(typed, before)
    except Refusal as refusal:
        problems["phone"] = refusal
    try:
        address = _address(typed)
    except AddressRefused as refused:
        problems |= refused.problems
    except CountryUnknown as refusal:
        problems["country"] = refusal
    if problems:
        raise ContactRefused(problems)
    return Contact(typed.name, email, phone, typed.company or None, address)


def _phone(typed: TypedContact, before: Contact | None) -> str | None:
    """Read the phone number; one that was there before stays as it is. Raises PhoneWrong."""
    kept = before.phone if before else None
    if kept and typed.phone == shown_phone(kept).strip():
        return kept
    return canonical_phone(typed.phone, typed.country) if typed.phone else None


def _address(typed: TypedContact) -> PostalAddress | None:
    parts = address_fields(typed.country).parts
    return postal_address(typed.country, {part: getattr(typed, part) for part in parts})


def _fields(request: Asking, entry: Entry, role: ContactRole, typed: TypedContact) -> Response[Any]:
    """Show the fields of another country, with what fits; nothing is saved."""
    values = msgspec.structs.asdict(typed)
    if typed.country not in countries():
        return _form(entry, role, values, {"country": CountryUnknown()})
    kept = PostalAddress(
        lines=tuple(typed.lines.splitlines()),
        country=typed.country,
        city=typed.city,
        postal_code=typed.postal_code,
        region=typed.region,
        district=typed.district,
    )
    values |= typed_parts(kept, typed.country)
    if "hx-request" in request.headers:
        known = _known(entry, role, values, {})
        body = fragment(TEMPLATE, "address", entry.language, page=entry.page("details"), **known)
        return Response(body, media_type=HTML)
    return _form(entry, role, values)


def _form(
    entry: Entry,
    role: ContactRole,
    values: dict[str, str],
    problems: dict[str, Refusal] | None = None,
) -> Response[Any]:
    known = _known(entry, role, values, problems or {})
    return show(TEMPLATE, entry.page("details"), 422 if problems else 200, **known)


def _known(
    entry: Entry, role: ContactRole, values: dict[str, str], problems: dict[str, Refusal]
) -> dict[str, Any]:
    code = values["country"] if values["country"] in countries() else _likely(entry)
    fields = address_fields(code)
    with speaking(entry.language):
        named = sorted(
            ((code, country_name(code, entry.language)) for code in countries()),
            key=lambda pair: pair[1].casefold(),
        )
        return {
            "role": role,
            "values": {**msgspec.structs.asdict(TypedContact()), **values, "country": code},
            "errors": {name: _said(problem, entry) for name, problem in problems.items()},
            "countries": named,
            "fields": fields,
            "labels": {part: label_of(part, fields) for part in fields.parts},
        }


def _said(problem: Refusal, entry: Entry) -> str:
    facts = dict(problem.facts)
    if "country" in facts:
        facts["country"] = country_name(facts["country"], entry.language)
    return sentence(type(problem)(**facts))


ROUTES = (
    billing_contact,
    shipping_contact,
    save_billing,
    save_shipping,
    remove_shipping,
    send_again,
    cancel,
)
