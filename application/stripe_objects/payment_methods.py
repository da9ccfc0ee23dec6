"""Payment methods and, as older accounts have them, cards kept as a customer's sources."""

from collections.abc import Iterator
from typing import Any

from application.stripe_objects.given import Given

_KINDS = {
    "card": "card",
    "sepa_debit": "sepa_debit",
    "us_bank_account": "ach_debit",
    "ach_debit": "ach_debit",
    "bank_account": "ach_debit",
    "bacs_debit": "bacs_debit",
    "customer_balance": "bank_transfer",
}


def rows_of_method(given: Given) -> Iterator[dict[str, Any]]:
    """Give the payment method of a customer."""
    kind = given.needed("type")
    fields = _fields(given, given.needed_id("customer"), kind, given.part(kind))
    given.settled()
    yield fields


def rows_of_sources(given: Given) -> Iterator[dict[str, Any]]:
    """Give the cards and bank accounts among a customer's sources."""
    customer = given.needed("id")
    rows = [
        _fields(source, customer, source.text("object") or "", source)
        for source in given.parts("sources")
        if source.text("object") in _KINDS
    ]
    given.settled()
    yield from rows


def _fields(given: Given, customer: str, kind: str, details: Given) -> dict[str, Any]:
    return {
        "kind": "payment_method",
        "external_id": given.needed("id"),
        "bill_group": customer,
        "type": _KINDS.get(kind, "other"),
        "brand": details.text("brand", 100),
        "last4": details.text("last4", 4),
        "expires": _expires(details),
        "bank_name": details.text("bank_name"),
    }


def _expires(details: Given) -> str | None:
    year, month = details.whole("exp_year"), details.whole("exp_month")
    return f"{year:04}-{month:02}" if year and month else None
