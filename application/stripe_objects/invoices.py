"""Invoices with their lines and taxes, and what was paid, is under way, failed or went back."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from application.stripe_objects.background import Background
from application.stripe_objects.given import Given
from application.stripe_objects.taxes import rate_of, taxes_of

Fields = dict[str, Any]

_STATUS = {
    "draft": "draft",
    "open": "issued",
    "paid": "issued",
    "void": "void",
    "uncollectible": "uncollectible",
}
_CHARGED = {"succeeded": "succeeded", "pending": "processing", "failed": "failed"}
_PO = re.compile(r"(po|p\.o\.|purchase order)\b", re.IGNORECASE).match


def rows_of_invoice(given: Given, background: Background) -> Iterator[Fields]:
    """Give an invoice, its payments and their refunds."""
    currency = given.currency()
    fields = {
        **_head(given),
        **_sums(given, currency, background),
        **_disputed(given, background),
    }
    money = [*_payments(given, currency, background)]
    given.settled()
    yield fields
    yield from money


def _head(given: Given) -> Fields:
    moments = given.part("status_transitions")
    issued = moments.day("finalized_at") or given.day("effective_at")
    return {
        "kind": "invoice",
        "external_id": given.needed("id"),
        "bill_group": given.needed_id("customer"),
        "status": given.choice("status", _STATUS),
        "number": given.text("number", 100) or given.text("id", 100),
        "issued_on": issued or given.day("date") or given.day("created"),
        "due_on": given.day("due_date"),
        "po_number": _po_number(given),
        "note": given.text("description", 2000),
        "closed_on": moments.day("voided_at") or moments.day("marked_uncollectible_at"),
    }


def _po_number(given: Given) -> str | None:
    fields = given.parts("custom_fields")
    return next((one.text("value") for one in fields if _PO(one.text("name") or "")), None)


def _sums(given: Given, currency: str, background: Background) -> Fields:
    total = given.whole("total")
    if total is None:
        given.wrong("total", "missing")
    taxes = taxes_of(given, currency, background)
    discount = sum(one.whole("amount") or 0 for one in given.parts("total_discount_amounts"))
    subtotal = (total or 0) - sum(tax.minor for tax in taxes) + discount
    lines = [_line(line, currency, background) for line in given.parts("lines")]
    rest = subtotal - sum(line.whole("amount") or 0 for line in given.parts("lines"))
    if rest and lines:
        lines.append(
            {"description": "Other items", "amount": given.scaled("total", rest, currency)}
        )
    return {
        "currency": currency,
        "lines": lines,
        "subtotal": given.scaled("total", subtotal, currency),
        "discount": given.scaled("total_discount_amounts", discount, currency),
        "taxes": [tax.fields for tax in taxes],
        "total": given.scaled("total", total or 0, currency),
        "open": _open(given, currency),
    }


def _open(given: Given, currency: str) -> str | None:
    """Give what Stripe says is open; older versions say it by what is due and paid."""
    match given.raw.get("status"):
        case "paid":
            return "0"
        case "open" if given.whole("amount_remaining") is not None:
            return given.amount("amount_remaining", currency)
        case "open" if given.whole("amount_due") is not None:
            due, paid = given.whole("amount_due") or 0, given.whole("amount_paid") or 0
            return given.scaled("amount_due", max(0, due - paid), currency)
        case _:
            return None


def _line(line: Given, currency: str, background: Background) -> Fields:
    amount = line.whole("amount")
    if amount is None:
        line.wrong("amount", "missing")
    period = line.part("period")
    price = _unit_price(line, currency, amount or 0)
    return {
        "description": line.text("description", 2000) or _product(line, background) or "Item",
        "quantity": str(line.whole("quantity") or 1) if price is not None else "1",
        "unit_price": price,
        "amount": line.scaled("amount", amount or 0, currency),
        "tax_rate": rate_of(line, background),
        "period_from": period.day("start"),
        "period_to": period.day("end"),
    }


def _product(line: Given, background: Background) -> str | None:
    return background.product_of(line.part("price") or line.part("plan"))


def _unit_price(line: Given, currency: str, amount: int) -> str | None:
    """Give the unit price only where quantity times price is the amount."""
    for part, field in (
        (line.part("pricing"), "unit_amount_decimal"),
        (line.part("price"), "unit_amount_decimal"),
        (line.part("price"), "unit_amount"),
        (line.part("plan"), "amount"),
    ):
        value = part.raw.get(field)
        exact = value if isinstance(value, str | int) and not isinstance(value, bool) else None
        if exact is None:
            continue
        price = part.scaled(field, exact, currency)
        if price is not None and Decimal(str(exact)) * (line.whole("quantity") or 1) == amount:
            return price
    return None


def _disputed(given: Given, background: Background) -> Fields:
    charges = [one.id("id") or "" for one in background.charges_of(given.id("id") or "")]
    told = [background.disputed[name] for name in charges if name in background.disputed]
    return {"disputed": any(told)} if told else {}


def _payments(given: Given, currency: str, background: Background) -> Iterator[Fields]:
    invoice = given.id("id") or ""
    charged = 0
    for charge in background.charges_of(invoice):
        charge.problems.clear()
        yield from _of_charge(charge, invoice, currency, background)
        charged += (charge.whole("amount") or 0) if charge.raw.get("status") == "succeeded" else 0
    paid = given.whole("amount_paid") or 0
    if paid > charged and given.raw.get("status") != "draft":
        moments = given.part("status_transitions")
        yield {
            "kind": "payment",
            "external_id": (given.id("charge") if not charged else None) or invoice,
            "invoice": invoice,
            "currency": currency,
            "amount": given.scaled("amount_paid", paid - charged, currency),
            "status": "succeeded",
            "paid_on": moments.day("paid_at") or given.day("created"),
        }


def _of_charge(
    charge: Given, invoice: str, currency: str, background: Background
) -> Iterator[Fields]:
    name = charge.needed("id")
    common = {"invoice": invoice, "currency": currency}
    payment = {
        "kind": "payment",
        "external_id": name,
        "amount": charge.amount("amount", currency),
        "status": charge.choice("status", _CHARGED),
        "paid_on": charge.day("created"),
        "method": charge.part("payment_method_details").text("type", 100),
    }
    charge.settled()
    yield {**common, **payment}
    for refund in background.refunds.get(name, {}).values():
        if refund.text("status") in {"failed", "canceled"}:
            continue
        yield {
            **common,
            "kind": "refund",
            "external_id": refund.needed("id"),
            "payment": name,
            "amount": refund.amount("amount", currency),
            "refunded_on": refund.day("created"),
            "reopened": refund.id("id") in background.credited_refunds,
        }
