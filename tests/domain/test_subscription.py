from datetime import date

import msgspec

from domain.schedule import Interval
from domain.subscription import (
    Subscription,
    SubscriptionFacts,
    SubscriptionItem,
    SubscriptionRecorded,
)
from tests.domain.telling import BY, LATER, given, name, told

GROUP = name("group")
FACTS = SubscriptionFacts(
    "active",
    date(2026, 1, 1),
    "EUR",
    (SubscriptionItem("Cloud", "3", "12.345678901234", Interval(1, "month")),),
)


def test_a_subscription_is_recorded_only_when_its_facts_or_its_bill_group_differ() -> None:
    subscription = given(
        Subscription,
        name("subscription"),
        lambda it: it.record_facts("erp", "S-1", GROUP, FACTS, by=BY),
    )
    subscription.record_facts("erp", "S-1", GROUP, FACTS, by=LATER)
    assert told(subscription) == []

    paused = msgspec.structs.replace(FACTS, status="paused")
    subscription.record_facts("erp", "S-1", GROUP, paused, by=LATER)
    subscription.record_facts("erp", "S-1", name("other"), paused, by=LATER)
    first, second = told(subscription)
    assert isinstance(first, SubscriptionRecorded)
    assert first.facts.status == "paused"
    assert isinstance(second, SubscriptionRecorded)
    assert second.bill_group_id == name("other")
