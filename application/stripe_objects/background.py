"""What objects need to know of others: read in a first pass over all files, kept small."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from typing import Any

import msgspec

from application.stripe_objects.given import Given
from domain.currencies import EXPONENTS

_LIVE = frozenset({"active", "trialing", "past_due", "unpaid"})
_OPEN_DISPUTES = frozenset(
    {
        "needs_response",
        "under_review",
        "warning_needs_response",
        "warning_under_review",
    }
)


class Terms(msgspec.Struct):
    """What a customer's subscriptions say of how it is billed; the first live one decides."""

    every: int
    unit: str
    anchor: date | None
    next_billing: date | None
    collection: str | None
    days_until_due: int | None
    method: str | None


class Background:
    """Everything that is remembered from the first pass."""

    def __init__(self) -> None:
        self.products: dict[str, str] = {}
        self.rates: dict[str, tuple[str, str]] = {}
        self.vat: dict[str, str | None] = {}
        self.terms: dict[str, Terms] = {}
        self.currencies: dict[str, str] = {}
        self.charges: dict[str, Given] = {}
        self.invoice_of: dict[str, str] = {}
        self.refunds: dict[str, dict[str, Given]] = {}
        self.credited_refunds: set[str] = set()
        self.disputed: dict[str, bool] = {}
        self._common: Counter[str] = Counter()
        self._by_invoice: dict[str, list[Given]] | None = None

    def learn(self, raw: Mapping[str, Any], zone: tzinfo) -> None:
        """Remember what others may ask of this object; what is unreadable is passed over."""
        kind = raw.get("object")
        reader = _READERS.get(kind) if isinstance(kind, str) else None
        if reader is not None:
            reader(self, Given(raw, zone))

    def bill_in(self, customer: str | None, given: Given) -> None:
        """Remember the first currency that a customer was billed in."""
        code = (given.text("currency") or "").upper()
        if customer and code in EXPONENTS:
            self._common[code] += 1
            self.currencies.setdefault(customer, code)

    def currency_of(self, customer: str) -> str:
        """Give what a customer was billed in, else what most are, else Stripe's own default."""
        common = self._common.most_common(1)
        return self.currencies.get(customer) or (common[0][0] if common else "USD")

    def charges_of(self, invoice: str) -> list[Given]:
        """Give the charges of an invoice, oldest first."""
        if self._by_invoice is None:
            self._by_invoice = {}
            for name, charge in self.charges.items():
                of = charge.id("invoice") or self.invoice_of.get(name)
                of = of or self.invoice_of.get(charge.id("payment_intent") or "")
                self._by_invoice.setdefault(of or "", []).append(charge)
        found = self._by_invoice.get(invoice, [])
        return sorted(
            found, key=lambda charge: (charge.whole("created") or 0, charge.id("id") or "")
        )

    def product_of(self, given: Given) -> str | None:
        """Name the product of a price or plan."""
        expanded = given.part("product").text("name")
        known = self.products.get(given.id("product") or "")
        return expanded or known or given.text("name") or given.text("nickname")


def _product(self: Background, given: Given) -> None:
    name = given.text("name")
    if name:
        self.products[given.id("id") or ""] = name


def _rate(self: Background, given: Given) -> None:
    percentage = given.percentage("percentage")
    name = given.text("display_name") or "Tax"
    if percentage is not None:
        self.rates[given.id("id") or ""] = (name, percentage)


def _tax_id(self: Background, given: Given) -> None:
    customer = given.id("customer") or given.part("owner").id("customer") or ""
    kind, value = given.text("type") or "", given.text("value", 100)
    self.vat.setdefault(customer, None)
    if value and (kind.endswith(("_vat", "_gst", "_gst_hst")) or kind == "au_abn"):
        self.vat[customer] = self.vat[customer] or value


def _customer(self: Background, given: Given) -> None:
    name = given.id("id") or ""
    self.bill_in(name, given)
    if "tax_ids" in given.raw:
        self.vat.setdefault(name, None)
    for one in given.parts("tax_ids"):
        _tax_id(self, one)


def _subscription(self: Background, given: Given) -> None:
    customer = given.id("customer") or ""
    item = next(given.parts("items"), None)
    if item is None:
        return
    priced = item.part("price") or item.part("plan")
    self.bill_in(customer, given if given.text("currency") else priced)
    if given.text("status") not in _LIVE or customer in self.terms:
        return
    interval = priced.part("recurring") or priced
    self.terms[customer] = Terms(
        every=interval.whole("interval_count") or 1,
        unit=interval.text("interval") or "month",
        anchor=given.day("billing_cycle_anchor") or given.day("start_date"),
        next_billing=item.day("current_period_end") or given.day("current_period_end"),
        collection=given.text("collection_method"),
        days_until_due=given.whole("days_until_due"),
        method=given.id("default_payment_method") or given.id("default_source"),
    )


def _invoice(self: Background, given: Given) -> None:
    name = given.id("id") or ""
    self.bill_in(given.id("customer"), given)
    for field in ("charge", "payment_intent"):
        self.invoice_of.setdefault(given.id(field) or "", name)
    for payment in given.parts("payments"):
        _invoice_payment(self, payment)
    if given.part("charge").text("status"):
        _charge(self, given.part("charge"))


def _invoice_payment(self: Background, given: Given) -> None:
    paid = given.part("payment")
    for field in ("charge", "payment_intent"):
        self.invoice_of.setdefault(paid.id(field) or "", given.id("invoice") or "")


def _payment_intent(self: Background, given: Given) -> None:
    if given.id("invoice"):
        self.invoice_of.setdefault(given.id("id") or "", given.id("invoice") or "")


def _charge(self: Background, given: Given) -> None:
    name = given.id("id") or ""
    self.charges[name] = given
    if "disputed" in given.raw:
        self.disputed.setdefault(name, given.flag("disputed"))
    for refund in given.parts("refunds"):
        self.refunds.setdefault(name, {})[refund.id("id") or ""] = refund


def _refund(self: Background, given: Given) -> None:
    self.refunds.setdefault(given.id("charge") or "", {})[given.id("id") or ""] = given


def _dispute(self: Background, given: Given) -> None:
    self.disputed[given.id("charge") or ""] = given.text("status") in _OPEN_DISPUTES


def _credit_note(self: Background, given: Given) -> None:
    for refund in given.parts("refunds"):
        self.credited_refunds.add(refund.id("refund") or "")
    self.credited_refunds.add(given.id("refund") or "")


_READERS: Mapping[str, Callable[[Background, Given], None]] = {
    "product": _product,
    "tax_rate": _rate,
    "tax_id": _tax_id,
    "customer": _customer,
    "subscription": _subscription,
    "invoice": _invoice,
    "invoice_payment": _invoice_payment,
    "payment_intent": _payment_intent,
    "charge": _charge,
    "refund": _refund,
    "dispute": _dispute,
    "credit_note": _credit_note,
}
