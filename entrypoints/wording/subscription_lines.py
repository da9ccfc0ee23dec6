"""A subscription as it stands in a list: its items with what each costs per interval."""

from datetime import date
from typing import Self

import msgspec

from domain.money import Money
from domain.subscription import SubscriptionFacts, SubscriptionItem
from read_models.subscription_list import is_ending, stops_on


class Shown(msgspec.Struct, frozen=True):
    """A subscription with its items and what each costs per interval, in minor units."""

    facts: SubscriptionFacts
    items: tuple[tuple[SubscriptionItem, int], ...]
    stops_on: date | None
    is_ending: bool

    @classmethod
    def of(cls, facts: SubscriptionFacts) -> Self:
        """Compute what is shown, rounded as on invoices."""
        items = tuple((item, _amount(item, facts.currency)) for item in facts.items)
        return cls(facts, items, stops_on(facts), is_ending(facts))


def _amount(item: SubscriptionItem, currency: str) -> int:
    return Money.priced(item.quantity, item.unit_price, currency).minor
