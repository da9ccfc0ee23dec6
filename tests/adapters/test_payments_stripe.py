"""The Stripe adapter against `localstripe` in its own process, through the official client."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
import stripe
from uuid_utils.compat import uuid7

from adapters.payments_stripe.account import StripePayments
from application.ports.payments import Charge, PaymentRefused
from domain.money import Money
from tests import stripe_server

GROUP = UUID("019a0000-0000-7000-8000-000000000001")
UNKNOWN_THERE = ("description", "allowed_payment_method_types")
"""Parameters of Stripe's published API that `localstripe` refuses or does not know."""


class Narrowed(stripe.RequestsClient):
    """Leaves out what the stand-in does not know; everything else travels as it is."""

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        """Ask with less."""
        if isinstance(post_data, str):
            pairs = parse_qsl(post_data, keep_blank_values=True)
            post_data = urlencode([p for p in pairs if not p[0].startswith(UNKNOWN_THERE)])
        return super().request(method, url, headers, post_data)


@pytest.fixture(scope="module")
def account() -> Iterator[StripePayments]:
    with stripe_server.running() as running:
        address = running._requestor._options.base_addresses["api"]
        made = StripePayments("sk_test_12345", url=address)
        made.api = stripe.StripeClient(
            "sk_test_12345",
            base_addresses={"api": address},
            http_client=Narrowed(),
            max_network_retries=0,
        )
        yield made


def a_saved_card(account: StripePayments, number: str) -> tuple[str, str]:
    api = account.api.v1
    customer = api.customers.create({"name": "Acme Ltd"}).id
    card: Any = {"number": number, "exp_month": 4, "exp_year": 2031, "cvc": "123"}
    method = api.payment_methods.create({"type": "card", "card": card}).id
    api.payment_methods.attach(method, {"customer": customer})
    return customer, method


def charged(account: StripePayments, number: str, amount: Money) -> Any:
    customer, method = a_saved_card(account, number)
    return account.charge(
        Charge(
            attempt_id=uuid7(),
            bill_group_id=GROUP,
            customer=customer,
            method=method,
            amount=amount,
            description="Invoice R-1001",
        )
    )


@pytest.mark.parametrize(
    "amount", [Money(11_900, "EUR"), Money(5_000, "JPY"), Money(12_340, "KWD")]
)
def test_a_saved_card_is_charged_the_exact_amount(account: StripePayments, amount: Money) -> None:
    outcome = charged(account, "4242424242424242", amount)
    assert (outcome.status, outcome.amount) == ("succeeded", amount)
    assert outcome.bill_group_id == GROUP
    assert outcome.method is not None
    assert (outcome.method.kind, outcome.method.last4) == ("card", "4242")
    assert outcome.method.expires == "2031-04"
    assert outcome.began_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - outcome.began_at).total_seconds()) < 600


def test_a_decline_that_names_no_intent_is_refused_and_charges_nothing(
    account: StripePayments,
) -> None:
    with pytest.raises(PaymentRefused):
        charged(account, "4000000000000341", Money(11_900, "EUR"))


def test_a_method_of_somebody_else_is_refused(account: StripePayments) -> None:
    _, method = a_saved_card(account, "4242424242424242")
    stranger, _ = a_saved_card(account, "4242424242424242")
    with pytest.raises(PaymentRefused):
        account.charge(
            Charge(
                attempt_id=uuid7(),
                bill_group_id=GROUP,
                customer=stranger,
                method=method,
                amount=Money(100, "EUR"),
                description="Invoice",
            )
        )


def test_a_removed_method_is_detached(account: StripePayments) -> None:
    customer, method = a_saved_card(account, "4242424242424242")
    account.remove_method(customer, method)
    account.remove_method(customer, method)
    assert account.api.v1.payment_methods.retrieve(method).customer is None
