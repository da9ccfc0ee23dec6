from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from domain.bill_group import BillGroupFacts, Frequency, UpcomingInvoice
from domain.money import Money
from domain.schedule import Interval
from domain.subscription import SubscriptionFacts, SubscriptionItem
from domain.upcoming import (
    Period,
    charges,
    estimate,
    next_billing_on,
    period_billed_on,
    preview_on,
)

TODAY = date(2026, 3, 10)
MONTHLY = Interval(1, "month")
GROUP = BillGroupFacts(
    "Acme Cloud", "EUR", Frequency(1, "month", "advance"), anchor_on=date(2026, 1, 1)
)
APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))


def subscription(*items: SubscriptionItem, starts_on: date = date(2026, 1, 1)) -> SubscriptionFacts:
    return SubscriptionFacts("active", starts_on, "EUR", items)


def item(
    price: str = "10", quantity: str = "1", interval: Interval = MONTHLY, product: str = "Cloud"
) -> SubscriptionItem:
    return SubscriptionItem(product, quantity, price, interval)


def test_the_billing_systems_own_date_wins_over_the_schedule() -> None:
    own = msgspec.structs.replace(GROUP, next_billing_on=date(2026, 3, 15))

    assert next_billing_on(own, [subscription()], TODAY) == date(2026, 3, 15)
    assert next_billing_on(GROUP, [subscription()], TODAY) == date(2026, 4, 1)


def test_a_date_of_the_billing_system_that_is_past_gives_way_to_the_schedule() -> None:
    past = msgspec.structs.replace(GROUP, next_billing_on=date(2026, 3, 9))

    assert next_billing_on(past, [subscription()], TODAY) == date(2026, 4, 1)
    assert next_billing_on(past, [subscription()], date(2026, 3, 9)) == date(2026, 3, 9)


def test_nothing_active_a_closed_group_or_no_anchor_means_no_upcoming_billing() -> None:
    paused = msgspec.structs.replace(subscription(), status="paused")
    closed = msgspec.structs.replace(GROUP, closed=True)
    no_anchor = msgspec.structs.replace(GROUP, anchor_on=None)

    assert next_billing_on(GROUP, [], TODAY) is None
    assert next_billing_on(GROUP, [paused], TODAY) is None
    assert next_billing_on(closed, [subscription()], TODAY) is None
    assert next_billing_on(no_anchor, [subscription()], TODAY) is None
    assert estimate(GROUP, [paused], TODAY) is None


def test_a_date_with_nothing_left_or_nothing_yet_to_bill_is_passed_over() -> None:
    leaving = msgspec.structs.replace(subscription(), cancels_on=date(2026, 4, 1))
    staying = msgspec.structs.replace(subscription(), cancels_on=date(2026, 4, 2))
    later = subscription(starts_on=date(2026, 6, 15))
    arrears = msgspec.structs.replace(GROUP, frequency=Frequency(1, "month", "arrears"))

    assert next_billing_on(GROUP, [leaving], TODAY) is None
    assert next_billing_on(GROUP, [staying], TODAY) == date(2026, 4, 1)
    assert next_billing_on(arrears, [leaving], TODAY) == date(2026, 4, 1)
    assert next_billing_on(GROUP, [later], TODAY) == date(2026, 6, 1)
    assert next_billing_on(GROUP, [leaving, later], TODAY) == date(2026, 6, 1)


def test_in_advance_the_period_lies_ahead_and_in_arrears_behind() -> None:
    arrears = msgspec.structs.replace(GROUP, frequency=Frequency(3, "month", "arrears"))

    assert period_billed_on(GROUP, date(2026, 4, 1)) == APRIL
    assert period_billed_on(arrears, date(2026, 4, 1)) == Period(date(2026, 1, 1), date(2026, 4, 1))
    assert period_billed_on(arrears, date(2026, 1, 1)) == Period(
        date(2025, 10, 1), date(2026, 1, 1)
    )


def test_the_period_keeps_the_anchor_over_a_short_month() -> None:
    month_end = msgspec.structs.replace(GROUP, anchor_on=date(2026, 1, 31))

    assert period_billed_on(month_end, date(2026, 2, 28)) == Period(
        date(2026, 2, 28), date(2026, 3, 31)
    )


def test_a_billing_date_off_the_schedule_counts_as_its_own_anchor() -> None:
    assert period_billed_on(GROUP, date(2026, 4, 3)) == Period(date(2026, 4, 3), date(2026, 5, 3))
    arrears = msgspec.structs.replace(GROUP, frequency=Frequency(1, "month", "arrears"))
    assert period_billed_on(arrears, date(2026, 4, 3)) == Period(date(2026, 3, 3), date(2026, 4, 3))


def test_the_estimate_covers_all_active_subscriptions() -> None:
    upcoming = estimate(
        GROUP,
        [
            subscription(item("10.005", "3"), item("0.5", product="Backup")),
            subscription(item("100", product="Support")),
            msgspec.structs.replace(subscription(item("999")), status="cancelled"),
        ],
        TODAY,
    )

    assert upcoming
    assert (upcoming.billing_on, upcoming.period) == (date(2026, 4, 1), APRIL)
    assert [(line.description, line.amount) for line in upcoming.lines] == [
        ("Cloud", 3_002),
        ("Backup", 50),
        ("Support", 10_000),
    ]
    assert upcoming.total == Money(13_052, "EUR")
    assert upcoming.lines[0].period_to == date(2026, 4, 30)


def test_a_yearly_item_is_charged_in_the_month_of_its_anniversary_only() -> None:
    yearly = subscription(item("120", interval=Interval(1, "year")), starts_on=date(2024, 4, 15))

    (line,) = charges([yearly], APRIL, "EUR")
    assert (line.period_from, line.period_to) == (date(2026, 4, 15), date(2027, 4, 14))
    assert charges([yearly], Period(date(2026, 5, 1), date(2026, 6, 1)), "EUR") == ()


def test_a_monthly_item_is_charged_three_times_in_a_quarter() -> None:
    quarter = Period(date(2026, 4, 1), date(2026, 7, 1))

    lines = charges([subscription(item())], quarter, "EUR")
    assert [line.period_from for line in lines] == [
        date(2026, 4, 1),
        date(2026, 5, 1),
        date(2026, 6, 1),
    ]


def test_nothing_is_charged_from_the_end_of_a_subscription_on() -> None:
    for ending in ("ends_on", "cancels_on"):
        cancelled = msgspec.structs.replace(subscription(item()), **{ending: APRIL.starts_on})
        assert charges([cancelled], APRIL, "EUR") == ()
        later = msgspec.structs.replace(subscription(item()), **{ending: date(2026, 4, 2)})
        assert len(charges([later], APRIL, "EUR")) == 1


def test_a_trial_is_charged_from_its_end_on() -> None:
    trial = msgspec.structs.replace(subscription(item()), trial_ends_on=date(2026, 4, 20))

    (line,) = charges([trial], APRIL, "EUR")
    assert line.period_from == date(2026, 4, 20)


def test_another_currency_is_on_another_invoice() -> None:
    dollars = msgspec.structs.replace(subscription(item()), currency="USD")

    assert charges([dollars], APRIL, "EUR") == ()
    assert len(charges([dollars], APRIL, "USD")) == 1


@given(some.integers(1, 12), some.dates(date(2025, 1, 1), date(2026, 12, 31)))
def test_period_after_period_every_interval_is_charged_exactly_once(
    every: int, anchor: date
) -> None:
    group = msgspec.structs.replace(GROUP, anchor_on=anchor)
    bought = subscription(item(interval=Interval(every, "month")), starts_on=anchor)
    period = period_billed_on(group, anchor)
    charged: list[date | None] = []
    for _month in range(24):
        charged += [line.period_from for line in charges([bought], period, "EUR")]
        period = period_billed_on(group, period.stops_on)

    assert len(charged) == len(set(charged)) == -(-24 // every)


def test_a_preview_counts_up_to_its_day_and_not_after_nor_where_nothing_is_billed() -> None:
    preview = UpcomingInvoice(TODAY, "EUR", (), 0)
    past = msgspec.structs.replace(preview, billing_on=date(2026, 3, 9))

    assert preview_on(GROUP, preview, TODAY) == preview
    assert preview_on(GROUP, past, TODAY) is None
    assert preview_on(GROUP, None, TODAY) is None
    assert preview_on(msgspec.structs.replace(GROUP, closed=True), preview, TODAY) is None
