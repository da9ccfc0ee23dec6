"""Stripe's sample objects: every field is there, most are null, and values are placeholders."""

import json
from datetime import UTC
from typing import Any

from application.importing.batches import Entry
from application.importing.rows import AccountRow, BillGroupRow, InvoiceRow, SubscriptionRow
from application.importing.runs import RawRow, Refused
from application.stripe_objects.passes import entries
from entrypoints.wording.import_problems import SENTENCES

LONG_AGO = 1_234_567_890
NOWHERE = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
PRICE = {
    "object": "price",
    "id": "price_1",
    "billing_scheme": "per_unit",
    "currency": "usd",
    "custom_unit_amount": {"maximum": None, "minimum": None, "preset": None},
    "nickname": None,
    "product": "prod_1",
    "recurring": {"interval": "month", "interval_count": 1, "trial_period_days": None},
    "tiers_mode": None,
    "transform_quantity": {"divide_by": 1_592_560_163, "round": "down"},
    "unit_amount": 2000,
    "unit_amount_decimal": "2000",
}
LINE = {
    "object": "line_item",
    "id": "il_1",
    "amount": 1000,
    "currency": "usd",
    "description": "My First Invoice Item (created for API docs)",
    "discount_amounts": [],
    "period": {"start": LONG_AGO, "end": LONG_AGO},
    "quantity": 1,
    "subscription": None,
    "pretax_credit_amounts": None,
    "taxes": None,
    "parent": {"invoice_item_details": {"invoice_item": "ii_1"}, "type": "invoice_item_details"},
    "pricing": {"price_details": {"price": "price_1"}, "unit_amount_decimal": None},
}


def one(kind: str, name: str, *nulls: str, **values: Any) -> dict[str, Any]:
    """Make an object of a list call; `nulls` are the fields that are there without a value."""
    plain = {"object": kind, "id": name, "livemode": False, "created": LONG_AGO, "metadata": {}}
    return plain | dict.fromkeys(nulls) | values


def listed(*objects: dict[str, Any]) -> dict[str, Any]:
    """Make a list inside an object."""
    return {"object": "list", "data": list(objects), "has_more": False, "url": "/v1/things"}


CUSTOMER = one(
    "customer", "cus_1", "email", "name", "phone", "description", "default_source",
    address=NOWHERE, currency="usd", balance=0, shipping={}, preferred_locales=[],
    invoice_settings=dict.fromkeys(("default_payment_method", "custom_fields", "footer")),
    discount={"object": "discount", "id": "di_1", "end": None, "source": {"coupon": None}},
)  # fmt: skip
SUBSCRIPTION = one(
    "subscription", "sub_1", "default_payment_method", "days_until_due", "description",
    customer="cus_1", currency="usd", status="active", billing_cycle_anchor=LONG_AGO,
    cancel_at=LONG_AGO, canceled_at=LONG_AGO, ended_at=LONG_AGO, start_date=LONG_AGO,
    trial_end=LONG_AGO, billing_cycle_anchor_config={"day_of_month": 1_361_669_285, "hour": None},
    items=listed({"object": "subscription_item", "id": "si_1", "price": PRICE, "quantity": 1}),
)  # fmt: skip
INVOICE = one(
    "invoice", "in_1", "number", "description", "effective_at", "default_source", "total_taxes",
    "customer_email", "customer_name", "ending_balance", "total_discount_amounts",
    customer="cus_1", currency="usd", status="draft", customer_address=NOWHERE,
    amount_due=1000, amount_paid=0, amount_remaining=1000, subtotal=1000, total=1000,
    due_date=LONG_AGO, lines=listed(LINE), from_invoice={"action": "action", "invoice": "invoice"},
    status_transitions=dict.fromkeys(("finalized_at", "paid_at", "voided_at")),
)  # fmt: skip
METHOD = one("payment_method", "pm_1", "customer", type="type", card={"exp_month": 8})
CREDIT_NOTE = one(
    "credit_note", "cn_1", "customer_balance_transaction", "memo", "reason", "taxes",
    amount=1690, total=1690, subtotal=1690, currency="usd", customer="cus_1", invoice="in_unseen",
    number="ABCD-1234-CN-01", status="issued", lines=listed({"id": "cnli_1", "amount": 1190}),
    pretax_credit_amounts=[{"amount": 1_413_853_096, "type": "credit_balance_transaction"}],
)  # fmt: skip


def read(*objects: dict[str, Any]) -> list[Entry | Refused]:
    lines = [
        RawRow("samples.json", line, json.dumps(each).encode())
        for line, each in enumerate(objects, 1)
    ]
    return [entry for entry, _ in entries(lambda: lines, UTC, "northwind-de")]


def test_a_customer_without_a_name_is_called_by_stripes_id() -> None:
    account, _contract, group = (entry.row for entry in read(CUSTOMER) if isinstance(entry, Entry))
    assert isinstance(account, AccountRow)
    assert isinstance(group, BillGroupRow)
    assert account.name == group.name == "cus_1"


def test_a_subscription_and_an_invoice_of_placeholders_are_read() -> None:
    rows = [
        entry.row for entry in read(CUSTOMER, SUBSCRIPTION, INVOICE) if isinstance(entry, Entry)
    ]
    assert [row.status for row in rows if isinstance(row, SubscriptionRow)] == ["active"]
    invoice = next(row for row in rows if isinstance(row, InvoiceRow))
    assert (invoice.number, invoice.status, invoice.total) == ("in_1", "draft", "10.00")


def test_a_method_of_nobody_is_refused_with_words() -> None:
    (refused,) = read(METHOD)
    assert isinstance(refused, Refused)
    assert [(one.field, one.code) for one in refused.problems] == [("customer", "missing")]


def test_every_sample_is_read_or_refused_with_words() -> None:
    for entry in read(CUSTOMER, SUBSCRIPTION, INVOICE, METHOD, CREDIT_NOTE):
        codes = {one.code for one in entry.problems} if isinstance(entry, Refused) else set()
        assert codes <= SENTENCES.keys()


def test_why_no_tax_is_charged_is_kept_for_e_invoices() -> None:
    free = {
        "amount": 0,
        "tax_behavior": "exclusive",
        "tax_rate_details": {"tax_rate": "txr_1"},
        "taxability_reason": "reverse_charge",
        "taxable_amount": 1000,
    }
    rows = [
        entry.row for entry in read({**INVOICE, "total_taxes": [free]}) if isinstance(entry, Entry)
    ]
    (tax,) = next(row for row in rows if isinstance(row, InvoiceRow)).taxes
    assert (tax.category, tax.rate, tax.base) == ("reverse_charge", "0.00", "10.00")
