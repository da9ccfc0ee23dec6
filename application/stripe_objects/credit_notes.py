"""Credit notes: what lowered an open invoice, what went back, and what stands as credit.

Stripe tells three uses of a credit note on a paid invoice: refunded (the refund is recorded as one
that reopened the invoice, which the credit then settles), paid back elsewhere (the same), and
credited to the customer's balance (it stays available).
"""

from collections.abc import Iterator
from typing import Any

from application.stripe_objects.background import Background
from application.stripe_objects.given import Given
from application.stripe_objects.taxes import taxes_of

_STATUS = {"issued": "issued", "void": "void"}


def rows_of_credit_note(given: Given, background: Background) -> Iterator[dict[str, Any]]:
    """Give a credit note, applied to its invoice as far as it counts there."""
    currency = given.currency()
    total = given.whole("amount")
    if total is None:
        given.wrong("amount", "missing")
    invoice = given.needed_id("invoice")
    applied, elsewhere = _applied(given, total or 0), given.whole("out_of_band_amount") or 0
    fields = {
        "kind": "credit_note",
        "external_id": given.needed("id"),
        "bill_group": given.needed_id("customer"),
        "number": given.text("number", 100) or given.text("id", 100),
        "currency": currency,
        "issued_on": given.day("effective_at") or given.day("created"),
        "total": given.scaled("amount", total or 0, currency),
        "taxes": [tax.fields for tax in taxes_of(given, currency, background)],
        "lines": [_line(line, currency) for line in given.parts("lines")],
        "reason": given.text("memo", 2000),
        "invoice": invoice,
        "status": given.choice("status", _STATUS),
        "applied": [{"invoice": invoice, "amount": given.scaled("amount", applied, currency)}]
        if applied
        else [],
    }
    given.settled()
    yield fields
    if elsewhere and given.raw.get("status") == "issued":
        yield {
            "kind": "refund",
            "external_id": f"{given.id('id')}/out_of_band",
            "invoice": invoice,
            "currency": currency,
            "amount": given.scaled("out_of_band_amount", elsewhere, currency),
            "refunded_on": given.day("created"),
            "reopened": True,
        }


def _applied(given: Given, total: int) -> int:
    """Give how much counts towards the invoice: all but what went to the customer's balance."""
    refunded = sum(one.whole("amount_refunded") or 0 for one in given.parts("refunds"))
    if given.id("refund") and not refunded:
        refunded = given.whole("refund_amount") or total
    before = given.whole("pre_payment_amount")
    if before is None:
        before = total if given.raw.get("type") == "pre_payment" else 0
    return min(total, before + refunded + (given.whole("out_of_band_amount") or 0))


def _line(line: Given, currency: str) -> dict[str, Any]:
    amount = line.whole("amount")
    if amount is None:
        line.wrong("amount", "missing")
    return {
        "description": line.text("description", 2000) or "Credit",
        "quantity": "1",
        "amount": line.scaled("amount", amount or 0, currency),
    }
