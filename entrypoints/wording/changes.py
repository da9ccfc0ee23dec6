"""Changes of details and contacts in words: what it was about, from what, to what."""

import msgspec

from application.phones import shown_phone
from domain.bill_group import Contact, PaymentMethodFacts
from domain.personal import is_erased
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase
from entrypoints.wording.postal_address import address_lines
from read_models.change_history import ChangeRow, What

WHAT: dict[What, str] = {
    "po_number": phrase("PO number"),
    "vat_number": phrase("VAT number"),
    "registration_number": phrase("Registration number"),
    "default_payment_method": phrase("Default payment method"),
    "billing": phrase("Billing contact"),
    "shipping": phrase("Shipping contact"),
}

_PARTS = {
    "name": phrase("Name"),
    "company": phrase("Company"),
    "email": phrase("Email"),
    "phone": phrase("Phone"),
    "address": phrase("Address"),
}

_KINDS = {
    "card": phrase("Card"),
    "sepa_debit": phrase("SEPA direct debit"),
    "ach_debit": phrase("ACH debit"),
    "bacs_debit": phrase("Bacs Direct Debit"),
    "bank_transfer": phrase("Bank transfer"),
    "other": phrase("Other payment method"),
}


class Difference(msgspec.Struct, frozen=True):
    """What differs in one place: nothing where nothing was or is given."""

    label: str
    before: str | None
    after: str | None


def what(row: ChangeRow) -> str:
    """Name what was changed, in the language of the moment."""
    return _(WHAT[row.what])


def differences(
    row: ChangeRow, methods: dict[str, PaymentMethodFacts], language: str
) -> list[Difference]:
    """Say from what to what; of a contact only what differs."""
    if row.what in {"billing", "shipping"}:
        was, became = (_contact(one, language) for one in (row.contact_before, row.contact))
        return [
            Difference(_(label), was.get(part), became.get(part))
            for part, label in _PARTS.items()
            if was.get(part) != became.get(part)
        ]
    values: list[str | None] = [row.before, row.value]
    if row.what == "default_payment_method":
        values = [method_called(value, methods) if value else None for value in values]
    return [Difference(what(row), *values)]


def _contact(contact: Contact | None, language: str) -> dict[str, str]:
    if contact is None:
        return {}
    texts = {part: getattr(contact, part) for part in _PARTS if part != "address"}
    if texts["phone"]:
        texts["phone"] = shown_phone(texts["phone"])
    known = {part: _("erased") if is_erased(text) else text for part, text in texts.items() if text}
    lines = address_lines(contact.address, language) if contact.address else ()
    return {**known, "address": ", ".join(lines)} if lines else known


def method_called(value: str, methods: dict[str, PaymentMethodFacts]) -> str:
    """Name a payment method by its id, in the language of the moment."""
    facts = methods.get(value)
    if facts is None:
        return _("a payment method that is not known")
    name = _(_KINDS[facts.kind])
    if facts.kind == "card" and facts.brand:
        name = facts.brand.title() if facts.brand.islower() else facts.brand
    if not facts.last4:
        return name
    return _("%(method)s ending %(digits)s", method=name, digits=facts.last4)
