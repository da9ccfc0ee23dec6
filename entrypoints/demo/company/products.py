"""What the demo's seller sells, and the subscriptions of each bill group, in every status."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

import msgspec

from application.importing.rows import IntervalPart, ItemPart, SubscriptionRow
from domain import schedule
from domain.money import Money
from domain.schedule import Interval
from domain.subscription import SubscriptionFacts, SubscriptionItem, SubscriptionStatus
from entrypoints.demo.company.plans import FREQUENCIES, GroupPlan
from entrypoints.demo.company.terms import first_day, last_billing

SubscriptionPlan: TypeAlias = Literal[
    "scheduled", "trial", "paused", "cancelled", "ended", "ending", "none"
]

_BESIDE: tuple[SubscriptionPlan, ...] = (
    "none",
    "scheduled",
    "ended",
    "trial",
    "cancelled",
    "paused",
    "ending",
)
"""What a bill group has beside its main subscription, in turn."""

_RATES = {"EUR": "1", "USD": "1.1", "GBP": "0.85", "JPY": "160", "KWD": "0.335", "CHF": "0.95"}

_MAIN: tuple[tuple[tuple[str, str, str, str | None], ...], ...] = (
    (
        ("Platform, Business plan", "1", "490", None),
        ("Seats", "24", "18.5", "Named people with access to the platform"),
    ),
    (("API calls", "184000", "0.00125", "Answered calls of the week before"),),
    (
        ("Warehouse licence", "3", "1180", None),
        ("Premium support", "1", "640", "Answer in an hour"),
    ),
    (("Support and maintenance", "1", "3900", None), ("On-site day", "2", "1150", None)),
    (("Annual licence", "40", "312", None), ("Data residency", "1", "1800", None)),
    (("Project hours", "36.5", "118", "Data engineering"), ("Travel", "1", "240", None)),
)
"""Items by frequency: product, quantity, price in euros, description."""

_LABELS = (("Shipping labels", "1250", "0.0095", "Printed on the day before"),)
_EXTRAS = (
    ("Archive storage", "750", "0.21", "Per GB and month"),
    ("Sandbox environment", "1", "95", None),
    ("Dashboards", "12", "7.5", None),
)
_MONTHLY = Interval(1, "month")


class Sold(msgspec.Struct, frozen=True):
    """A subscription by its external id."""

    external_id: str
    facts: SubscriptionFacts


def subscriptions_of(plan: GroupPlan, today: date) -> tuple[Sold, ...]:
    """Give the subscriptions of a bill group as they are today."""
    return (_main(plan, today), *_beside(plan, today))


def subscription_row(plan: GroupPlan, sold: Sold) -> SubscriptionRow:
    """Tell of a subscription."""
    facts = sold.facts
    return SubscriptionRow(
        external_id=sold.external_id,
        bill_group=plan.key,
        status=facts.status,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        cancels_on=facts.cancels_on,
        trial_ends_on=facts.trial_ends_on,
        renews_on=facts.renews_on,
        currency=facts.currency,
        items=tuple(_part(item) for item in facts.items),
    )


def _part(item: SubscriptionItem) -> ItemPart:
    return ItemPart(
        product=item.product,
        description=item.description,
        quantity=item.quantity,
        unit_price=item.unit_price,
        interval=IntervalPart(every=item.interval.every, unit=item.interval.unit),
    )


def _main(plan: GroupPlan, today: date) -> Sold:
    kind = FREQUENCIES.index(plan.frequency) if plan.frequency in FREQUENCIES else -1
    interval = Interval(plan.frequency.every, plan.frequency.unit)
    items = _LABELS if kind < 0 else _MAIN[kind]
    ended = last_billing(plan, today) if plan.closed else None
    status: SubscriptionStatus = "scheduled" if plan.new else "ended" if plan.closed else "active"
    facts = SubscriptionFacts(
        status=status,
        starts_on=first_day(plan, today),
        currency=plan.currency,
        items=tuple(_item(item, plan, interval) for item in items),
        ends_on=ended,
        renews_on=None if ended else schedule.after(first_day(plan, today), interval, today),
    )
    return Sold(f"sub-{plan.key}", facts)


def _beside(plan: GroupPlan, today: date) -> Iterator[Sold]:
    kind = _BESIDE[plan.number % len(_BESIDE)]
    if kind == "none" or plan.closed or plan.new:
        return
    item = _item(_EXTRAS[plan.number % len(_EXTRAS)], plan, _MONTHLY)
    base = SubscriptionFacts(
        status="active",
        starts_on=last_billing(plan, today) - timedelta(days=300),
        currency=plan.currency,
        items=(item,),
    )
    yield Sold(f"sub-{plan.key}-beside", _as(kind, base, today))


def _as(kind: SubscriptionPlan, base: SubscriptionFacts, today: date) -> SubscriptionFacts:
    match kind:
        case "scheduled":
            return msgspec.structs.replace(
                base, status="scheduled", starts_on=today + timedelta(days=24)
            )
        case "trial":
            starts, ends = today - timedelta(days=9), today + timedelta(days=21)
            return msgspec.structs.replace(
                base, status="trial", starts_on=starts, trial_ends_on=ends
            )
        case "paused":
            return msgspec.structs.replace(base, status="paused")
        case "cancelled":
            on = today - timedelta(days=75)
            return msgspec.structs.replace(base, status="cancelled", cancels_on=on, ends_on=on)
        case "ended":
            return msgspec.structs.replace(
                base, status="ended", ends_on=today - timedelta(days=120)
            )
        case _:
            on = schedule.after(base.starts_on, _MONTHLY, today + timedelta(days=30))
            return msgspec.structs.replace(base, cancels_on=on)


def _item(
    given: tuple[str, str, str, str | None], plan: GroupPlan, interval: Interval
) -> SubscriptionItem:
    product, quantity, price, description = given
    return SubscriptionItem(
        product=product,
        quantity=quantity,
        unit_price=_price(price, plan),
        interval=interval,
        description=description,
    )


def _price(euros: str, plan: GroupPlan) -> str:
    """Give a price in the bill group's currency; prices of a part of a cent keep their decimals."""
    amount = Decimal(euros) * Decimal(_RATES[plan.currency])
    if Decimal(euros) < 1:
        return f"{amount.normalize():f}"
    return f"{Money.rounded(amount, plan.currency).decimal.normalize():f}"
