"""The demo's company shows everything that the portal can show, each day anew."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from adapters.event_store.log import recorded_between
from domain.account import Account, ContractRecorded, is_available
from domain.auto_pay import NeedsAttention, auto_pay
from domain.event import Event
from domain.identity import imported_id, portal_access_id
from domain.portal_access import PortalAccess
from domain.subscription import SubscriptionRecorded
from domain.upcoming import estimate, next_billing_on
from entrypoints.container import Portal, demo_portal
from entrypoints.demo.company.customers import COURIER, FIRST, customers
from entrypoints.demo.company.loading import load_company
from entrypoints.demo.company.plans import CURRENCIES, FREQUENCIES, GroupPlan
from entrypoints.demo.company.telling import loads
from entrypoints.installing import install
from entrypoints.settings import Settings
from read_models import invoice_list, overview
from read_models.entry import portal_of_bill_group
from read_models.overview import Overview
from read_models.scope import Scope

NOW = datetime.now(UTC)
TODAY = NOW.date()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("company")
    settings = Settings(data=folder, secret="a secret of the tests, long enough to be accepted")
    install(settings.database, settings.keys)
    wired = demo_portal(settings, folder / "mails.db")
    load_company(wired, TODAY)
    yield wired
    wired.engine().dispose()
    wired.keys_engine().dispose()


@pytest.fixture(scope="module")
def events(portal: Portal) -> list[Event]:
    with portal.reading() as connection:
        rows = recorded_between(portal.log().mapper, connection, 0, 10**9, 10**9)
    return [event for _, _, event in rows]


@pytest.fixture(scope="module")
def overviews(portal: Portal) -> dict[str, Overview]:
    with portal.reading() as connection:
        return {plan.key: overview.of_bill_group(connection, scope_of(plan)) for plan in plans()}


def plans() -> list[GroupPlan]:
    return [plan for customer in customers() for plan in customer.groups]


def scope_of(plan: GroupPlan) -> Scope:
    names = imported_id("billing", "bill_group", plan.key), imported_id("x", "entity", plan.entity)
    return Scope(*names, TODAY)


def auto_pay_of(shown: Overview) -> str:
    next_on = next_billing_on(shown.facts, shown.subscriptions, TODAY)
    stands = auto_pay(shown.facts, shown.default_method, next_on, TODAY)
    return stands.reason if isinstance(stands, NeedsAttention) else type(stands).__name__


def test_there_are_some_thirty_accounts_at_two_entities(events: list[Event]) -> None:
    streams = {(type(event).__name__, event.stream_id) for event in events}
    kinds = Counter(name for name, _ in streams)
    assert 30 <= kinds["AccountRecorded"] <= 35
    assert kinds["EntityRecorded"] == kinds["BrandChanged"] == 2


def test_every_two_of_frequency_currency_auto_pay_and_status_meet(
    overviews: dict[str, Overview],
) -> None:
    shown = [
        (
            (one.facts.frequency.every, one.facts.frequency.unit, one.facts.frequency.timing),
            one.facts.currency,
            {"On": "On", "Off": "Off"}.get(auto_pay_of(one), "NeedsAttention"),
            one.facts.closed,
        )
        for one in overviews.values()
    ]
    frequencies = [(one.every, one.unit, one.timing) for one in FREQUENCIES]
    pays = ["On", "Off", "NeedsAttention"]
    met = [{(row[a], row[b]) for row in shown} for a, b in ((0, 1), (0, 2), (1, 2), (3, 0), (3, 1))]
    assert met[0] >= set(product(frequencies, CURRENCIES))
    assert met[1] >= set(product(frequencies, pays))
    assert met[2] >= set(product(CURRENCIES, pays))
    assert met[3] >= set(product([True, False], frequencies))
    assert met[4] >= set(product([True, False], CURRENCIES))


def test_auto_pay_is_on_off_and_in_need_of_attention_for_every_reason(
    overviews: dict[str, Overview],
) -> None:
    found = {auto_pay_of(one) for one in overviews.values()}
    reasons = {"no_method", "failed", "expired", "expires_before_collection"}
    assert found == {"On", "Off"} | reasons


def test_auto_pay_stands_as_planned_whatever_the_day() -> None:
    for day in (date(2027, 1, 1), date(2027, 2, 28), date(2028, 2, 29), date(2027, 12, 31)):
        assert loads(day)


def test_subscriptions_and_contracts_come_in_every_status(events: list[Event]) -> None:
    subscriptions = {
        event.facts.status for event in events if isinstance(event, SubscriptionRecorded)
    }
    contracts = {event.status for event in events if isinstance(event, ContractRecorded)}
    assert subscriptions == {"scheduled", "trial", "active", "paused", "cancelled", "ended"}
    assert contracts == {"pending", "active", "finished", "cancelled"}


def test_invoices_show_every_pill_today(portal: Portal) -> None:
    pills: Counter[str] = Counter()
    with portal.reading() as connection:
        for plan in plans():
            pills.update(invoice_list.counts(connection, scope_of(plan), invoice_list.Search()))
    assert set(pills) == {
        "void",
        "uncollectible",
        "paid",
        "disputed",
        "processing",
        "overdue",
        "partly_paid",
        "due",
        "open",
    }


def test_the_record_holds_everything_that_can_become_of_an_invoice(events: list[Event]) -> None:
    topics = {event.topic for event in events}
    facts = {
        "payment_recorded",
        "refund_recorded",
        "credit_applied",
        "written_off",
        "voided",
        "marked_uncollectible",
        "disputed",
        "dispute_closed",
    }
    assert {f"invoice.{fact}.v1" for fact in facts} <= topics
    settlements = [event.settlement for event in events if hasattr(event, "settlement")]
    assert any(one.document == "draft" for one in settlements)
    assert any(one.surplus for one in settlements)
    assert any(one.adjustment for one in settlements)


def test_one_customer_has_five_hundred_invoices(portal: Portal) -> None:
    with portal.reading() as connection:
        scope = scope_of(COURIER.groups[0])
        counts = invoice_list.counts(connection, scope, invoice_list.Search())
    assert sum(counts.values()) == 500


def test_the_estimate_and_the_last_invoice_come_of_the_same_arithmetic(
    portal: Portal, overviews: dict[str, Overview]
) -> None:
    plan = next(plan for plan in plans() if plan.key == "copperline-freight-2")
    shown = overviews[plan.key]
    upcoming = estimate(shown.facts, shown.subscriptions, TODAY)
    with portal.reading() as connection:
        newest = invoice_list.latest(connection, scope_of(plan), 1)[0]
    assert upcoming is not None
    assert newest.total == upcoming.total.minor


def test_an_account_without_an_active_contract_has_no_portal(portal: Portal) -> None:
    available = {
        customer.contract: is_available(
            portal.log()
            .get(Account, imported_id("billing", "account", customer.key))
            .contracts.values(),
            unpaid=customer.contract == "owing",
            today=TODAY,
        )
        for customer in customers()
    }
    closed = {contract for contract, open_ in available.items() if not open_}
    assert closed == {"over", "finished", "cancelled", "pending"}


def test_the_first_customer_can_enter_bill_groups_of_two_entities(portal: Portal) -> None:
    groups = next(customer for customer in customers() if customer.key == FIRST).groups
    with portal.reading() as connection:
        shown = [
            portal_of_bill_group(connection, imported_id("billing", "bill_group", plan.key))
            for plan in groups
        ]
    assert all(one is not None and one.is_open(NOW) and one.logo_sha256 for one in shown)
    assert len({one.entity_id for one in shown if one}) == 2


def test_access_has_a_history_that_auditors_can_replay(events: list[Event]) -> None:
    topics = {event.topic for event in events}
    assert {
        "portal_access.turned_on.v1",
        "portal_access.turned_off.v1",
        "portal_access.link_rotated.v1",
        "portal_access.domain_granted.v1",
        "portal_access.address_granted.v1",
        "portal_access.grant_revoked.v2",
        "customer_session.signed_in.v1",
        "customer_session.entered.v1",
        "customer_session.ended.v2",
        "sign_in.refused.v1",
        "preview.opened.v1",
        "preview.ended.v1",
        "staff.member_added.v1",
        "staff.member_deactivated.v1",
        "staff_session.signed_in.v1",
        "audit.read.v1",
    } <= topics
    moments = [event.at for event in events]
    assert moments == sorted(moments)
    assert moments[0] < NOW - timedelta(days=390) < NOW - timedelta(days=20) < moments[-1] < NOW


def test_some_portals_are_on_some_off_and_some_never_set_up(portal: Portal) -> None:
    found: Counter[str] = Counter()
    for plan in plans():
        bill_group_id = imported_id("billing", "bill_group", plan.key)
        access = portal.log().get(PortalAccess, portal_access_id(bill_group_id))
        found["new" if access.is_new else "on" if access.is_on else "off"] += 1
    assert found["on"] > 20
    assert found["off"] >= 3
    assert found["new"] >= 5


def test_the_company_of_a_day_is_always_the_same() -> None:
    assert loads(TODAY) == loads(TODAY)


def test_the_whole_history_of_a_day_is_always_the_same(
    events: list[Event], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("again")
    settings = Settings(data=folder, secret="another secret of the tests, which is long enough")
    install(settings.database, settings.keys)
    again = demo_portal(settings, folder / "mails.db")
    load_company(again, TODAY)
    with again.reading() as connection:
        rows = recorded_between(again.log().mapper, connection, 0, 10**9, 10**9)
    assert [event for _, _, event in rows] == events
    again.engine().dispose()
    again.keys_engine().dispose()


def test_only_made_up_domains_are_used(events: list[Event]) -> None:
    addresses = [getattr(event, "address", None) for event in events]
    assert all(str(one).endswith(".example") for one in addresses if one)


def test_faker_is_known_to_one_module_of_the_demo_alone() -> None:
    rooms = ("domain", "application", "adapters", "read_models", "entrypoints")
    top = Path(__file__).parents[2]
    known = {
        path.relative_to(top).as_posix()
        for room in rooms
        for path in (top / room).rglob("*.py")
        if re.search(r"^\s*(from|import) faker", path.read_text("utf-8"), re.MULTILINE)
    }
    assert known == {"entrypoints/demo/company/people.py"}
