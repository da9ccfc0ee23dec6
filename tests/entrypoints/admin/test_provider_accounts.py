"""Billing staff see whether each provider account answers and accepts its key."""

import pytest
from dependency_injector import providers
from msgspec.structs import replace

from adapters.memory.clock import SetClock
from adapters.memory.payments import MemoryPayments, MemoryProviders
from tests import sandbox_provider
from tests.entrypoints.admin.desk import Desk, staff_member

HERE = "/payments/accounts"


@pytest.fixture
def port(desk: Desk) -> MemoryPayments:
    """One account that the settings name, without webhook secrets, and somebody of billing."""
    port, portal = MemoryPayments(SetClock()), desk.portal
    account = sandbox_provider.account_at("http://localhost:1", secrets=())
    portal.settings.override(
        providers.Object(replace(portal.settings(), payments={"main": account}))
    )
    portal.payment_providers.override(providers.Object(MemoryProviders(main=port)))
    desk.come_in(staff_member(portal, "ann@seller.example", "billing", name="Ann Berg"))
    return port


def test_a_key_that_is_not_accepted_is_shown_with_its_setting(
    desk: Desk, port: MemoryPayments
) -> None:
    port.bar()
    desk.open("/payments")
    assert "Provider accounts" in desk.words
    desk.open(HERE)
    for words in ("Key not accepted", "PORTAL_PAYMENTS_MAIN_KEY", "No webhooks"):
        assert words in desk.words


def test_an_account_that_is_away_is_told_from_one_that_answers(
    desk: Desk, port: MemoryPayments
) -> None:
    desk.open(HERE)
    assert "It accepts the key of the settings." in desk.words
    port.time_out()
    desk.open(HERE)
    assert "Does not answer" in desk.words


def test_without_accounts_the_page_says_how_customers_pay(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "ann@seller.example", "billing", name="Ann Berg"))
    desk.open(HERE)
    assert "The settings name none" in desk.words
