"""Taxes of an invoice or credit note, in the three shapes that Stripe has had."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from application.stripe_objects.background import Background
from application.stripe_objects.given import Given
from domain.document_lines import TaxCategory

CATEGORIES: dict[str, TaxCategory] = {
    "customer_exempt": "exempt",
    "not_subject_to_tax": "outside_scope",
    "product_exempt": "exempt",
    "product_exempt_holiday": "exempt",
    "reverse_charge": "reverse_charge",
    "zero_rated": "zero",
}
"""Stripe's reasons for charging no tax; the others say nothing that an e-invoice could."""


class Tax(msgspec.Struct, frozen=True):
    """A tax in Stripe's minor units, and as a row has it."""

    minor: int
    fields: dict[str, Any]


def taxes_of(given: Given, currency: str, background: Background) -> list[Tax]:
    """Give `total_taxes`, else `total_tax_amounts` or `tax_amounts`, else `tax`."""
    for field in ("total_taxes", "total_tax_amounts", "tax_amounts"):
        found = [*given.parts(field)]
        if found:
            return [_tax(given, one, currency, background) for one in found]
    whole = given.whole("tax") or 0
    if not whole:
        return []
    base = (given.whole("total") or 0) - whole
    rate = given.percentage("tax_percent") or _computed(whole, base)
    return [_named(given, "Tax", rate, base, whole, currency)]


def _tax(given: Given, one: Given, currency: str, background: Background) -> Tax:
    details = one.part("tax_rate_details")
    known = background.rates.get(one.id("tax_rate") or details.id("tax_rate") or "")
    expanded = one.part("tax_rate")
    amount = one.whole("amount") or 0
    base = one.whole("taxable_amount")
    name = expanded.text("display_name") or (known[0] if known else "Tax")
    rate = expanded.percentage("percentage") or (known[1] if known else None)
    if base is None:
        base = _base(amount, rate, given)
    named = _named(given, name, rate or _computed(amount, base), base, amount, currency)
    category = CATEGORIES.get(one.text("taxability_reason") or "")
    return Tax(amount, named.fields | {"category": category}) if category else named


def _named(  # noqa: PLR0913, PLR0917 - a tax line is these facts
    given: Given, name: str, rate: str, base: int, amount: int, currency: str
) -> Tax:
    fields = {
        "name": name,
        "rate": rate,
        "base": given.scaled("subtotal", base, currency),
        "amount": given.scaled("tax", amount, currency),
    }
    return Tax(amount, fields)


def _base(amount: int, rate: str | None, given: Given) -> int:
    """Older versions do not say what was taxed: the rate tells it, else the whole document."""
    if rate and Decimal(rate):
        exact = Decimal(amount) * 100 / Decimal(rate)
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return given.whole("subtotal") or 0


def _computed(amount: int, base: int) -> str:
    if not base:
        return "0"
    exact = Decimal(amount) * 100 / Decimal(base)
    return format(exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), "f")


def rate_of(line: Given, background: Background) -> str | None:
    """Give the percentage of a line that has exactly one tax rate."""
    told = {rate.percentage("percentage") for rate in line.parts("tax_rates")}
    names = {one.part("tax_rate_details").id("tax_rate") for one in line.parts("taxes")}
    names |= {one.id("tax_rate") for one in line.parts("tax_amounts")}
    known = {background.rates[name][1] for name in names if name in background.rates}
    rates = told or known
    return rates.pop() if len(rates) == 1 else None
