"""What is asked of Stripe: the parameters of Checkout Sessions and PaymentIntents.

Of the types that are allowed, Stripe offers those that the account has activated and that fit the
currency, the amount and the customer; it refuses when there is none.
Source: https://docs.stripe.com/changelog/endive/2026-09-30/remove-payment-method-types-checkout-sessions
"""

from typing import Any

from adapters.payments_stripe.reading import ATTEMPT, BILL_GROUP, ON_PAGE, TYPES
from application.ports.payments import Charge, PageAsked, PaymentPageAsked, PaymentRefused
from application.stripe_objects.minor_units import minor
from domain.money import Money

WHOLE_INTENT = ["payment_method", "latest_charge"]
WHOLE_INTENTS = [f"data.{part}" for part in WHOLE_INTENT]
WHOLE_SESSION = [
    "payment_intent.payment_method",
    "payment_intent.latest_charge",
    "setup_intent.payment_method",
]
WHOLE_SESSIONS = [f"data.{part}" for part in WHOLE_SESSION]
"""What is to stand whole in an answer, instead of by its reference."""

LONGEST_DESCRIPTION = 250


def amount(money: Money) -> dict[str, Any]:
    """Give an amount in Stripe's units. Raises PaymentRefused when Stripe has no such amount."""
    try:
        units = minor(money.decimal, money.currency)
    except ValueError as error:
        raise PaymentRefused(f"Stripe cannot move {money.decimal} {money.currency}.") from error
    if units <= 0:
        raise PaymentRefused("An amount is more than nothing.")
    return {"amount": units, "currency": money.currency.lower()}


def set_up(page: PageAsked) -> dict[str, Any]:
    """Ask for Checkout in setup mode."""
    return {
        **_page(page, "setup"),
        "currency": page.currency.lower(),
        "setup_intent_data": {"metadata": _named(page.attempt_id, page.bill_group_id)},
    }


def payment(page: PaymentPageAsked) -> dict[str, Any]:
    """Ask for Checkout in payment mode, for one line with the whole amount."""
    given = amount(page.amount)
    words = page.description[:LONGEST_DESCRIPTION]
    intent: dict[str, Any] = {
        "metadata": {**_named(page.attempt_id, page.bill_group_id), ON_PAGE: "yes"},
        "description": words,
    }
    if page.save_method:
        intent["setup_future_usage"] = "off_session"
    price = {
        "currency": given["currency"],
        "unit_amount": given["amount"],
        "product_data": {"name": words},
    }
    return {
        **_page(page, "payment"),
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": intent,
    }


def charge(charge: Charge, kind: str) -> dict[str, Any]:
    """Ask for a PaymentIntent of a saved method of a type, confirmed at once."""
    there: dict[str, Any] = (
        {"off_session": True} if charge.return_url is None else {"return_url": charge.return_url}
    )
    return {
        **amount(charge.amount),
        **there,
        "customer": charge.customer,
        "payment_method": charge.method,
        "allowed_payment_method_types": [kind],
        "confirm": True,
        "description": charge.description[:LONGEST_DESCRIPTION],
        "metadata": _named(charge.attempt_id, charge.bill_group_id),
        "expand": WHOLE_INTENT,
    }


def _page(page: PageAsked, mode: str) -> dict[str, Any]:
    types = [TYPES[kind] for kind in page.offered if kind in TYPES]
    if not types:
        raise PaymentRefused("Stripe takes none of these methods.")
    return {
        "mode": mode,
        "customer": page.customer,
        "client_reference_id": str(page.attempt_id),
        "allowed_payment_method_types": types,
        "success_url": page.return_url,
        "cancel_url": page.cancel_url,
        "locale": page.language,
        "metadata": _named(page.attempt_id, page.bill_group_id),
    }


def _named(attempt_id: object, bill_group_id: object) -> dict[str, str]:
    return {ATTEMPT: str(attempt_id), BILL_GROUP: str(bill_group_id)}
