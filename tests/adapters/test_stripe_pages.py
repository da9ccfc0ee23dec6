"""Stripe's hosted pages: what is asked for them, and what an account that lacks methods offers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.memory.clock import SetClock
from application.ports.payments import PaymentRefused
from tests.contracts.test_payments import NOON, a_page, a_page_to_add
from tests.contracts.tills import Till, at_stripe
from tests.stripe_stand_in import StripeStandIn


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    with at_stripe(tmp_path, SetClock(NOON)) as till:
        yield till


def account_of(till: Till) -> StripeStandIn:
    assert isinstance(till.hands, StripeStandIn)
    return till.hands


def test_a_method_that_the_account_has_not_activated_is_left_out(till: Till) -> None:
    account_of(till).activated = {"card"}
    with pytest.raises(PaymentRefused):
        till.hands.pay(till.port.page_to_pay(a_page(till)), "sepa-settles")
    till.hands.pay(till.port.page_to_pay(a_page(till)), "card-succeeds")


def test_an_account_without_any_method_refuses_the_page(till: Till) -> None:
    account_of(till).activated = set()
    with pytest.raises(PaymentRefused, match="No valid payment method types"):
        till.port.page_to_pay(a_page(till))
    with pytest.raises(PaymentRefused, match="No valid payment method types"):
        till.port.page_to_add_method(a_page_to_add(till))
