"""Asks Stripe through its official client, and says in our words what went wrong.

Source: https://docs.stripe.com/api/errors and https://docs.stripe.com/api/idempotent_requests.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from application.ports.payments import (
    PaymentKeyRefused,
    PaymentRefused,
    PaymentUnavailable,
)

if TYPE_CHECKING:
    import stripe

S = TypeVar("S")

ASKED_NOW = 409
"""Stripe is just answering the same request: nothing is known yet."""


class Declined(Exception):  # noqa: N818 - named after the fact
    """A charge was declined; `intent` is how it stands, as Stripe gave it."""

    def __init__(self, intent: dict[str, Any]) -> None:
        super().__init__()
        self.intent = intent


class AskedDifferently(PaymentRefused):
    """Something else was asked before under the same idempotency key."""


def client(key: str, url: str, seconds: float) -> "stripe.StripeClient":
    """Make the official client, which takes half a second to import."""
    import stripe  # noqa: PLC0415 - see above

    return stripe.StripeClient(
        key,
        base_addresses={"api": url} if url else None,
        http_client=stripe.RequestsClient(timeout=seconds),
        max_network_retries=0,
    )


def answered(ask: Callable[[], Any]) -> dict[str, Any]:
    """Ask. Raises Declined, PaymentRefused, PaymentKeyRefused, PaymentUnavailable."""
    import stripe  # noqa: PLC0415 - loaded with the client

    try:
        given: dict[str, Any] = ask().to_dict()
    except stripe.CardError as declined:
        intent = declined.error.payment_intent if declined.error else None
        if intent is None:
            raise PaymentRefused(declined.user_message or "The card was declined.") from declined
        raise Declined(intent.to_dict()) from declined
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as refused:
        if refused.http_status == ASKED_NOW:
            raise PaymentUnavailable("Stripe is answering the same request just now.") from refused
        if isinstance(refused, stripe.IdempotencyError):
            raise AskedDifferently("Stripe was asked for something else before.") from refused
        raise PaymentRefused(f"Stripe refused: {refused.user_message or refused}") from refused
    except (stripe.AuthenticationError, stripe.PermissionError) as barred:
        kind = type(barred).__name__
        raise PaymentKeyRefused(f"Stripe does not accept the account's key ({kind}).") from barred
    except stripe.StripeError as trouble:
        raise PaymentUnavailable(f"Stripe did not answer ({type(trouble).__name__}).") from trouble
    return given


def read(kind: type[S], given: Any) -> S:
    """Take what we need of an object. Raises PaymentUnavailable."""
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise PaymentUnavailable(f"Stripe's answer could not be read ({error}).") from error
