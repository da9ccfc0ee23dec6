"""Staff say how an entity's customers may pay."""

import pytest
from dependency_injector import providers
from httpx import Response

from adapters.memory.payments import MemoryPayments, MemoryProviders
from domain.entity import Entity
from domain.payment_rules import PaymentRules
from tests.entrypoints.admin.books import SELLER, seller
from tests.entrypoints.admin.desk import Desk, staff_member

HERE = f"/entities/{SELLER}/payments"
TICKED = {
    "collects": "yes",
    "part_payments": "yes",
    "auto_pay_by_customers": "yes",
    "bank_transfer": "yes",
}


@pytest.fixture
def till(desk: Desk) -> Desk:
    """A billing member of the staff at the page, with one provider account in the settings."""
    seller(desk.portal)
    accounts = MemoryProviders(main=MemoryPayments(desk.portal.clock()))
    desk.portal.payment_providers.override(providers.Object(accounts))
    desk.come_in(staff_member(desk.portal, "mara@seller.example", "billing"))
    desk.open(HERE)
    return desk


def saved(desk: Desk, **typed: str) -> Response:
    desk.page = desk.client.post(
        HERE,
        data={"token": desk.token, **typed},
        headers={"Origin": desk.portal.settings().admin_url},
        follow_redirects=True,
    )
    return desk.page


def rules(desk: Desk) -> PaymentRules:
    return desk.portal.log().get(Entity, SELLER).payment_rules


def test_the_rules_are_changed_as_a_whole(till: Desk) -> None:
    assert rules(till) == PaymentRules()
    saved(till, provider="main", retry_after_days="2, 5 9", **TICKED)
    assert "These rules count from now on" in till.words
    assert rules(till) == PaymentRules(
        provider="main",
        part_payments=True,
        auto_pay_by_customers=True,
        bank_transfer=True,
        retry_after_days=(2, 5, 9),
    )
    saved(till)
    assert rules(till) == PaymentRules(bank_transfer=False, retry_after_days=(), collects=False)


@pytest.mark.parametrize(
    "days", ["3, 3", "9 2", "soon", "0", "61", "1 2 3 4 5 6 7 8 9", "\u0661", "-3"]
)
def test_a_schedule_that_is_none_is_explained_and_kept(till: Desk, days: str) -> None:
    assert saved(till, provider="main", retry_after_days=days).status_code == 422
    assert "Write at most 8 days in rising order" in till.words
    assert f'value="{days}"' in till.page.text if till.page else False
    assert rules(till) == PaymentRules()


def test_an_account_that_the_settings_do_not_name_is_refused(till: Desk) -> None:
    assert saved(till, provider="other").status_code == 422
    assert "The settings name no such provider account" in till.words


def test_an_account_that_went_away_is_said_and_stays_chosen(till: Desk) -> None:
    saved(till, provider="main", retry_after_days="3")
    till.portal.payment_providers.override(providers.Object(MemoryProviders()))
    till.open(HERE)
    assert "The settings name no provider account main any more" in till.words
    saved(till, provider="main", retry_after_days="5")
    assert rules(till).retry_after_days == (5,)


def test_viewers_see_the_rules_and_change_nothing(till: Desk) -> None:
    till.come_in(staff_member(till.portal, "vera@seller.example", "viewer"))
    till.open(HERE)
    assert "Part payments" in till.words
    assert "<select" not in (till.page.text if till.page else "<select")
    assert saved(till, provider="main").status_code == 403


def test_an_unknown_entity_has_no_payments(till: Desk) -> None:
    assert till.open("/entities/00000000-0000-0000-0000-000000000001/payments").status_code == 404
