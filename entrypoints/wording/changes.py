"""Changes of a bill group in words: what it was about, from what, to what, and why."""

import msgspec

from application.phones import shown_phone
from domain.bill_group import Contact, PaymentMethodFacts
from domain.personal import is_erased
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import phrase
from entrypoints.wording.payment_failures import failed_shortly
from entrypoints.wording.postal_address import address_lines
from read_models.change_history import REMOVED, ChangeRow, What

WHAT: dict[What, str] = {
    "po_number": phrase("PO number"),
    "vat_number": phrase("VAT number"),
    "registration_number": phrase("Registration number"),
    "default_payment_method": phrase("Default payment method"),
    "billing": phrase("Billing contact"),
    "shipping": phrase("Shipping contact"),
    "payment_method": phrase("Payment method"),
    "auto_pay": phrase("Auto-pay"),
}

_METHOD_NEWS: dict[str, str] = {
    "added": phrase("Payment method added"),
    "removed": phrase("Payment method removed"),
    "renewed": phrase("Payment method changed"),
    "failing": phrase("Payment method fails"),
    "expired": phrase("Payment method expired"),
    "usable": phrase("Payment method works again"),
}

_STANDING: dict[str, str] = {
    "usable": phrase("usable"),
    "expired": phrase("expired"),
    "failing": phrase("failing"),
    "automatic": phrase("on"),
    "manual": phrase("off"),
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
    if row.what == "payment_method":
        return _(_METHOD_NEWS[_method_news(row)])
    return _(WHAT[row.what])


def why(row: ChangeRow) -> str | None:
    """Say why a payment method was marked, or where one can be charged, where that is known."""
    if row.code:
        return failed_shortly(row.code)
    added = row.what == "payment_method" and _method_news(row) == "added"
    return kept_by(row.provider) if row.provider and added else None


def kept_by(provider: str) -> str:
    """Say where a payment method can be charged, in the language of the moment."""
    return _("kept by the provider account %(name)s", name=provider)


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
    if row.what == "payment_method":
        return _of_method(row, methods)
    values: list[str | None] = [row.before, row.value]
    if row.what == "auto_pay":
        values = [_(_STANDING[value]) if value else None for value in values]
    if row.what == "default_payment_method":
        values = [method_called(value, methods) if value else None for value in values]
    return [Difference(what(row), *values)]


def _method_news(row: ChangeRow) -> str:
    if row.value == REMOVED:
        return "removed"
    if row.method is None:
        return row.value or "usable"
    return "added" if row.before in {None, REMOVED} else "renewed"


def _of_method(row: ChangeRow, methods: dict[str, PaymentMethodFacts]) -> list[Difference]:
    """Say what became of a method: added, gone, renewed, or how it stands now."""
    called = method_called(row.method_id or "", methods)
    news = _method_news(row)
    if news == "removed":
        return [Difference(what(row), called, None)]
    if news == "added":
        return [Difference(what(row), None, _described(row.method))]
    found = []
    if row.method is not None and row.method_before is not None:
        was, became = (_described(each) for each in (row.method_before, row.method))
        found = [Difference(what(row), was, became)] if was != became else []
    if row.provider and not row.provider_before:
        known = _("known from the billing system only")
        found.append(Difference(called, known, kept_by(row.provider)))
    if row.before != row.value:
        stands = [_(_STANDING[value]) if value else None for value in (row.before, row.value)]
        found.append(Difference(called, *stands))
    return found


def _described(facts: PaymentMethodFacts | None) -> str | None:
    if facts is None:
        return None
    named = _name_of(facts)
    if facts.expires is None:
        return named
    until = f"{facts.expires[5:]}/{facts.expires[:4]}"
    return _("%(method)s, valid through %(month)s", method=named, month=until)


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
    return _name_of(facts)


def _name_of(facts: PaymentMethodFacts) -> str:
    name = _(_KINDS[facts.kind])
    if facts.kind == "card" and facts.brand:
        name = facts.brand.title() if facts.brand.islower() else facts.brand
    if not facts.last4:
        return name
    return _("%(method)s ending %(digits)s", method=name, digits=facts.last4)
