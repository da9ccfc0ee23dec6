"""The page of subscriptions: those that run, and behind a filter those that are over."""

from datetime import date
from typing import Self, get_args

import msgspec
from litestar import Response

from domain.money import Money
from domain.subscription import SubscriptionFacts, SubscriptionItem
from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.guard import Asking, Entered, Wired
from read_models import subscription_list
from read_models.subscription_list import Show, is_ending, stops_on


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


@page("/subscriptions")
def list_subscriptions(request: Asking, entry: Entered, portal: Wired) -> Response[str]:
    """Show the subscriptions of the bill group."""
    chosen = request.query_params.get("show")
    wanted: Show = next((each for each in get_args(Show) if each == chosen), "running")
    with portal.reading() as connection:
        rows = subscription_list.of_bill_group(connection, entry.scope, wanted)
        over = subscription_list.count_over(connection, entry.scope)
    return show(
        "web/subscriptions/list.html",
        entry.page("subscriptions"),
        rows=[Shown.of(row.facts) for row in rows],
        over=over,
        wanted=wanted,
    )


def _amount(item: SubscriptionItem, currency: str) -> int:
    return Money.priced(item.quantity, item.unit_price, currency).minor


ROUTES = (list_subscriptions,)
