"""Auto-pay as customers see and switch it: how it stands, and what it collects when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Response

from application.auto_pay import SwitchAutoPay, switch_auto_pay
from domain.aggregate import Refusal
from domain.auto_pay import AutoPay
from domain.bill_group import Collection
from domain.payment_rules import PaymentRules
from domain.upcoming import next_billing_on
from entrypoints.http.answers import go, show
from entrypoints.http.forms import Sent
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, Entered, Wired
from entrypoints.web.proving import prove
from read_models import collecting, overview, payments
from read_models.collecting import Collected
from read_models.overview import Overview


class AutoPayShown(msgspec.Struct, frozen=True):
    """How auto-pay stands, and every open invoice that it is for, what is tried first at the top.

    `switchable` says that customers may switch it here.
    """

    standing: AutoPay
    plans: Sequence[Collected]
    rules: PaymentRules

    @property
    def switchable(self) -> bool:
        """Whether customers may switch it here."""
        return self.rules.auto_pay_by_customers and self.rules.collector is not None

    @property
    def troubles(self) -> Sequence[Collected]:
        """Give what could not be collected."""
        over = {"exhausted", "taken_back"}
        return [plan for plan in self.plans if plan.failed or plan.stage in over]


class Begins(msgspec.Struct, frozen=True):
    """What auto-pay collects once it is switched on: `now` within a minute, `then` on a day."""

    now: Sequence[Collected]
    then: Sequence[Collected]

    @property
    def said(self) -> set[str]:
        """What is collected now as the page says it: each invoice with its minor units."""
        return {f"{plan.invoice_id}:{plan.minor}" for plan in self.now}


class SwitchForm(msgspec.Struct, frozen=True):
    """What the button sends; `seen` is what was said to be collected at once."""

    collection: Collection
    seen: list[str] = []


def auto_pay_of(connection: Any, entry: Entry, shown: Overview) -> AutoPayShown:
    """Give how auto-pay stands, and what it will collect."""
    plans = collecting.of_bill_group(connection, entry.scope)
    rules = payments.rules(connection, entry.scope)
    days = [plan.next_on for plan in plans if plan.next_on]
    next_on = min(days) if days else _following(shown, entry.scope.today)
    return AutoPayShown(shown.auto_pay(rules, next_on, entry.scope.today), plans, rules)


def _following(shown: Overview, today: date) -> date | None:
    """Give the day the next invoice is collected: when it will be due."""
    billed_on = next_billing_on(shown.facts, shown.subscriptions, today)
    return billed_on and billed_on + timedelta(days=shown.facts.payment_terms_days or 0)


def begins(connection: Any, entry: Entry) -> Begins:
    """Give what is collected first once auto-pay is on; what is being paid already is not."""
    being_paid = payments.being_paid(connection, entry.scope)
    plans = [
        plan
        for plan in collecting.once_on(connection, entry.scope)
        if plan.minor > 0 and plan.invoice_id not in being_paid
    ]
    later = [plan for plan in plans if plan.stage == "planned"]
    first = [plan for plan in later if plan.next_on == later[0].next_on]
    return Begins([plan for plan in plans if plan.stage == "due"], first)


@page("/auto-pay/on")
def ask_to_switch_on(entry: Entered, portal: Wired) -> Response[Any]:
    """Say what is collected at once, and ask; without any of it there is nothing to ask."""
    with portal.reading() as connection:
        shown = overview.of_bill_group(connection, entry.scope)
        collected = begins(connection, entry)
    if not collected.now or shown.facts.collection == "automatic":
        return go(f"{entry.root}/payment-methods")
    return show(
        "web/auto_pay/switch_on.html",
        entry.page("payment_methods"),
        now=collected.now,
        sums=collecting.sums(collected.now),
        then=collecting.sums(collected.then),
        then_on=collected.then[0].next_on if collected.then else None,
        seen=sorted(collected.said),
        method=shown.default_method,
    )


@sends("/auto-pay")
def switch(request: Asking, entry: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Switch auto-pay; whoever signed in more than an hour ago proves their mailbox again.

    What it collects at once was seen before, or is shown first.
    """
    proof = prove(request, portal, entry, form)
    if isinstance(proof, Response):
        return proof
    sent = proof.form.bind(SwitchForm)
    with portal.reading() as connection:
        now = begins(connection, entry).said if sent.collection == "automatic" else set()
        rules = payments.rules(connection, entry.scope)
    if rules.auto_pay_by_customers and not now <= set(sent.seen):
        return proof.hand_over(go(f"{entry.root}/auto-pay/on"))
    command = SwitchAutoPay(entry.scope.bill_group_id, sent.collection)
    said = "auto_pay_on" if sent.collection == "automatic" else "auto_pay_off"
    said = "auto_pay_on_now" if now else said
    try:
        portal.bus().execute(switch_auto_pay, command, proof.entry.actor)
    except Refusal as refusal:
        said = refusal.code
    return proof.hand_over(go(f"{entry.root}/payment-methods?said={said}"))


ROUTES = (ask_to_switch_on, switch)
