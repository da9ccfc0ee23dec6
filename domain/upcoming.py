"""The next invoice of a bill group: its date, its period, and an estimate of its lines.

Each interval of an item that begins within the billing period is charged once and in full. Taxes,
usage and prorated changes are not part of it: it is an estimate, and labelled as one. The demo's
invoices are made with the same arithmetic.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from domain import schedule
from domain.bill_group import BillGroupFacts, UpcomingInvoice
from domain.document_lines import InvoiceLine
from domain.money import Money
from domain.subscription import SubscriptionFacts, SubscriptionItem

FURTHEST = 24
"""Billing dates ahead that are looked at for one that has something to bill."""


class Period(msgspec.Struct, frozen=True):
    """Days from `starts_on` up to, but without, `stops_on`."""

    starts_on: date
    stops_on: date


class Upcoming(msgspec.Struct, frozen=True):
    """An estimate of the next invoice; `total` is the sum of its lines, before taxes."""

    billing_on: date
    period: Period
    lines: tuple[InvoiceLine, ...]
    total: Money


def next_billing_on(
    facts: BillGroupFacts, subscriptions: Iterable[SubscriptionFacts], today: date
) -> date | None:
    """Give the next billing date, or `None` for "No upcoming billing".

    The billing system's own date wins while it is not past; else the schedule tells, from the first
    period that an active subscription is part of. Nothing is billed by a closed bill group, or
    where no subscription is active.
    """
    active = [each for each in subscriptions if each.status == "active"]
    if facts.closed or not active:
        return None
    if facts.next_billing_on and facts.next_billing_on >= today:
        return facts.next_billing_on
    if facts.anchor_on is None:
        return None
    billing_on = schedule.on_or_after(facts.anchor_on, facts.frequency, today)
    for _ in range(FURTHEST):
        period = period_billed_on(facts, billing_on)
        if any(_is_part_of(each, period) for each in active):
            return billing_on
        billing_on = schedule.after(facts.anchor_on, facts.frequency, billing_on)
    return None


def _is_part_of(subscription: SubscriptionFacts, period: Period) -> bool:
    ends = (subscription.ends_on, subscription.cancels_on)
    stops_on = min((day for day in ends if day), default=date.max)
    return subscription.starts_on < period.stops_on and stops_on > period.starts_on


def period_billed_on(facts: BillGroupFacts, billing_on: date) -> Period:
    """Give the period that a billing date is for: ahead of it, or behind it in arrears.

    A date of the billing system's own that is not on the schedule counts as its own anchor.
    """
    anchor, frequency = facts.anchor_on or billing_on, facts.frequency
    if schedule.on_or_after(anchor, frequency, billing_on) != billing_on:
        anchor = billing_on
    if frequency.timing == "advance":
        return Period(billing_on, schedule.after(anchor, frequency, billing_on))
    last = schedule.before(anchor, frequency, billing_on)
    return Period(last or schedule.occurrence(billing_on, frequency, -1), billing_on)


def estimate(
    facts: BillGroupFacts, subscriptions: Iterable[SubscriptionFacts], today: date
) -> Upcoming | None:
    """Estimate the next invoice over all active subscriptions, or `None` when there is none.

    Only what is priced in the bill group's currency can be on its invoice.
    """
    known = tuple(subscriptions)
    billing_on = next_billing_on(facts, known, today)
    if billing_on is None:
        return None
    period = period_billed_on(facts, billing_on)
    lines = charges(known, period, facts.currency)
    total = sum((Money(line.amount, facts.currency) for line in lines), Money.zero(facts.currency))
    return Upcoming(billing_on, period, lines, total)


def preview_on(
    facts: BillGroupFacts, preview: UpcomingInvoice | None, today: date
) -> UpcomingInvoice | None:
    """Give the billing system's preview while it is one: up to its day, and of nothing closed."""
    if preview is None or facts.closed or preview.billing_on < today:
        return None
    return preview


def charges(
    subscriptions: Iterable[SubscriptionFacts], period: Period, currency: str
) -> tuple[InvoiceLine, ...]:
    """Charge what active subscriptions begin within a period, in the order they are given."""
    return tuple(
        _line(item, interval, currency)
        for subscription in subscriptions
        if subscription.status == "active" and subscription.currency == currency
        for item in subscription.items
        for interval in _intervals(subscription, item, period)
    )


def _intervals(
    subscription: SubscriptionFacts, item: SubscriptionItem, period: Period
) -> Iterator[Period]:
    """Give the intervals of an item that begin within the period and are charged."""
    anchor = max(subscription.starts_on, subscription.trial_ends_on or subscription.starts_on)
    ends = (period.stops_on, subscription.ends_on, subscription.cancels_on)
    stops_on = min(day for day in ends if day)
    begins = schedule.on_or_after(anchor, item.interval, period.starts_on)
    while begins < stops_on:
        follows = schedule.after(anchor, item.interval, begins)
        yield Period(begins, follows)
        begins = follows


def _line(item: SubscriptionItem, interval: Period, currency: str) -> InvoiceLine:
    amount = Money.priced(item.quantity, item.unit_price, currency)
    return InvoiceLine(
        description=item.product,
        quantity=item.quantity,
        unit_price=item.unit_price,
        amount=amount.minor,
        period_from=interval.starts_on,
        period_to=interval.stops_on - timedelta(days=1),
    )
