"""A subscription of a bill group: what is delivered, for which price, from when until when."""

from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.schedule import Interval

SubscriptionStatus: TypeAlias = Literal[
    "scheduled", "trial", "active", "paused", "cancelled", "ended"
]


class SubscriptionItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product with its quantity and price.

    `quantity` and `unit_price` are decimal text; the price is in major units for each interval
    and may have up to 12 decimals.
    """

    product: str
    quantity: str
    unit_price: str
    interval: Interval
    description: str | None = None


class SubscriptionFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the billing system says of a subscription.

    It stops on `ends_on` or `cancels_on`: nothing that begins then or later is charged.
    """

    status: SubscriptionStatus
    starts_on: date
    currency: str
    items: tuple[SubscriptionItem, ...]
    ends_on: date | None = None
    cancels_on: date | None = None
    trial_ends_on: date | None = None
    renews_on: date | None = None


class SubscriptionRecorded(Event, frozen=True):
    """The billing system told of a subscription, or something new of it.

    For: customers (subscriptions, upcoming billing), staff.
    """

    topic: ClassVar[str] = "subscription.recorded.v1"

    source: str
    external_id: str
    bill_group_id: UUID
    facts: SubscriptionFacts


class Subscription(Aggregate):
    """One subscription."""

    bill_group_id: UUID | None = None
    facts: SubscriptionFacts | None = None

    def record_facts(
        self,
        source: str,
        external_id: str,
        bill_group_id: UUID,
        facts: SubscriptionFacts,
        *,
        by: Act,
    ) -> None:
        """Take what the billing system says; nothing happens when it is known already."""
        if (bill_group_id, facts) != (self.bill_group_id, self.facts):
            self.record(
                SubscriptionRecorded,
                by,
                source=source,
                external_id=external_id,
                bill_group_id=bill_group_id,
                facts=facts,
            )

    def _change(self, event: Event) -> None:
        match event:
            case SubscriptionRecorded():
                self.bill_group_id, self.facts = event.bill_group_id, event.facts
