"""A customer: one account with one active contract, one bill group, its contacts and methods."""

import re
from collections.abc import Iterator
from typing import Any

from application.stripe_objects.background import Background
from application.stripe_objects.given import Given

_UNITS = frozenset({"day", "week", "month", "year"})
_COUNTRY = re.compile("[A-Z]{2}").fullmatch
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*").fullmatch

Fields = dict[str, Any]


def rows_of_customer(given: Given, background: Background, entity: str) -> Iterator[Fields]:
    """Give the account, contract, bill group and contacts of a customer."""
    if given.flag("deleted"):
        return
    name = given.needed("id")
    called = given.text("name") or given.text("description") or given.text("email") or name
    since = given.day("created")
    if since is None:
        given.wrong("created", "missing")
    group = _bill_group(given, background, name, called)
    contacts = [*_contacts(given, name, called)]
    given.settled()
    yield {"kind": "account", "external_id": name, "name": called}
    yield {
        "kind": "contract",
        "external_id": name,
        "account": name,
        "status": "active",
        "starts_on": since,
    }
    yield {**group, "entity": entity}
    yield from contacts


def _bill_group(given: Given, background: Background, name: str, called: str) -> Fields:
    terms = background.terms.get(name)
    method = given.part("invoice_settings").id("default_payment_method")
    method = method or given.id("default_source") or (terms.method if terms else None)
    told = terms.collection if terms else None
    automatic = told == "charge_automatically" if told else method is not None
    unit = terms.unit if terms and terms.unit in _UNITS else "month"
    fields = {
        "kind": "bill_group",
        "external_id": name,
        "account": name,
        "name": called,
        "currency": background.currency_of(name),
        "frequency": {"every": terms.every if terms else 1, "unit": unit},
        "anchor_on": terms.anchor if terms else None,
        "next_billing_on": terms.next_billing if terms else None,
        "collection": "automatic" if automatic else "manual",
        "payment_terms_days": terms.days_until_due if terms else None,
        "language": _language(given),
        "default_payment_method": method,
    }
    if name in background.vat:
        fields["vat_number"] = background.vat[name]
    return fields


def _language(given: Given) -> str | None:
    locales = given.raw.get("preferred_locales")
    first = locales[0] if isinstance(locales, list) and locales else None
    return first if isinstance(first, str) and _LANGUAGE(first) else None


def _contacts(given: Given, name: str, called: str) -> Iterator[Fields]:
    email = given.text("email")
    if email is None:
        return
    common = {"kind": "contact", "bill_group": name, "email": email}
    yield {**common, "role": "billing", "name": called, **_reached_at(given)}
    shipping = given.part("shipping")
    if shipping.text("name"):
        yield {**common, "role": "shipping", "name": shipping.text("name"), **_reached_at(shipping)}


def _reached_at(given: Given) -> Fields:
    return {"phone": given.text("phone", 100), "address": _address(given.part("address"))}


def _address(given: Given) -> Fields | None:
    country = given.text("country", 2)
    if country is None or not _COUNTRY(country):
        return None
    lines = (given.text("line1"), given.text("line2"))
    return {
        "lines": [line for line in lines if line],
        "city": given.text("city"),
        "postal_code": given.text("postal_code", 100),
        "region": given.text("state", 100),
        "country": country,
    }
