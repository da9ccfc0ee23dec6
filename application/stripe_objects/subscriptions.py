"""Subscriptions, with items that have a price (now) or a plan (before)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from application.stripe_objects.background import Background
from application.stripe_objects.given import Given

_STATUS = {
    "incomplete": "scheduled",
    "incomplete_expired": "ended",
    "trialing": "trial",
    "active": "active",
    "past_due": "active",
    "unpaid": "active",
    "paused": "paused",
    "canceled": "cancelled",
}
_UNITS = {"day": "day", "week": "week", "month": "month", "year": "year"}


def rows_of_subscription(given: Given, background: Background) -> Iterator[dict[str, Any]]:
    """Give the subscription of a customer."""
    found = [*given.parts("items")]
    if not found:
        given.wrong("items", "missing")
    period_end = _period_end(given, found)
    ends = given.flag("cancel_at_period_end")
    fields = {
        "kind": "subscription",
        "external_id": given.needed("id"),
        "bill_group": given.needed_id("customer"),
        "status": given.choice("status", _STATUS),
        "starts_on": given.day("start_date") or given.day("created"),
        "ends_on": given.day("ended_at"),
        "cancels_on": period_end if ends else given.day("cancel_at"),
        "trial_ends_on": given.day("trial_end"),
        "renews_on": None if ends else period_end,
        "currency": _currency(given, found),
        "items": [_item(item, background) for item in found],
    }
    given.settled()
    yield fields


def _period_end(given: Given, items: list[Given]) -> Any:
    return next((item.day("current_period_end") for item in items), None) or given.day(
        "current_period_end"
    )


def _currency(given: Given, items: list[Given]) -> str:
    if given.text("currency") or not items:
        return given.currency()
    return _priced(items[0]).currency()


def _priced(item: Given) -> Given:
    return item.part("price") or item.part("plan")


def _item(item: Given, background: Background) -> dict[str, Any]:
    priced = _priced(item)
    interval = priced.part("recurring") or priced
    unit_price, quantity = _price(priced), _quantity(item, priced)
    return {
        "product": background.product_of(priced) or priced.text("id") or item.needed("id"),
        "description": priced.text("nickname"),
        "quantity": quantity,
        "unit_price": unit_price,
        "interval": {
            "every": interval.whole("interval_count") or 1,
            "unit": interval.choice("interval", _UNITS),
        },
    }


def _price(priced: Given) -> str | None:
    """Give the price of one unit; tiers and prices that customers choose have none."""
    currency = priced.currency()
    for field in ("unit_amount_decimal", "unit_amount", "amount_decimal", "amount"):
        value = priced.raw.get(field)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return priced.scaled(field, value, currency)
    code = "price_in_tiers" if priced.text("billing_scheme") == "tiered" else "missing"
    priced.wrong("unit_amount", code)
    return None


def _quantity(item: Given, priced: Given) -> str:
    """Give how many are charged: by usage none is known, and packages are counted whole."""
    usage = priced.part("recurring").text("usage_type") or priced.text("usage_type")
    quantity = item.whole("quantity")
    if quantity is None:
        return "0" if usage == "metered" else "1"
    package = priced.part("transform_quantity") or priced.part("transform_usage")
    size = package.whole("divide_by") or 1
    if size <= 1:
        return str(quantity)
    packages = Decimal(quantity) / size
    return str(packages.__ceil__() if package.text("round") == "up" else packages.__floor__())
