"""The objects of Stripe's API as far as the portal reads them; what else they hold is ignored.

Source: https://docs.stripe.com/api, objects of the same names.
"""

from typing import Any

import msgspec


class Card(msgspec.Struct, frozen=True):
    """What may be shown of a card, or of a bank account."""

    last4: str | None = None
    brand: str | None = None
    bank_name: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    mandate: str | None = None


class Method(msgspec.Struct, frozen=True):
    """A payment method; the part that is named like its `type` describes it."""

    id: str
    type: str
    customer: str | None = None
    created: int = 0
    card: Card | None = None
    sepa_debit: Card | None = None
    us_bank_account: Card | None = None
    bacs_debit: Card | None = None

    @property
    def details(self) -> Card:
        """What describes it."""
        found: Card | None = getattr(self, self.type, None)
        return found or Card()


class Charged(msgspec.Struct, frozen=True):
    """A charge, as far as it names the mandate that it was made under."""

    payment_method_details: dict[str, Any] | None = None

    @property
    def mandate(self) -> str | None:
        """The mandate's reference, for debits."""
        details = self.payment_method_details or {}
        part = details.get(str(details.get("type")))
        found = part.get("mandate") if isinstance(part, dict) else None
        return found if isinstance(found, str) else None


class Trouble(msgspec.Struct, frozen=True):
    """Why an intent did not succeed."""

    code: str | None = None
    decline_code: str | None = None
    message: str | None = None
    payment_method: Method | None = None


class Redirecting(msgspec.Struct, frozen=True):
    """Where a payer goes to authenticate."""

    url: str | None = None


class NextAction(msgspec.Struct, frozen=True):
    """What a payer has to do."""

    redirect_to_url: Redirecting | None = None


class Intent(msgspec.Struct, frozen=True):
    """A PaymentIntent or a SetupIntent."""

    id: str
    status: str
    created: int
    metadata: dict[str, str] = {}
    customer: str | None = None
    amount: int | None = None
    currency: str | None = None
    payment_method: Method | str | None = None
    setup_future_usage: str | None = None
    latest_charge: Charged | str | None = None
    mandate: str | None = None
    last_payment_error: Trouble | None = None
    last_setup_error: Trouble | None = None
    next_action: NextAction | None = None


class Session(msgspec.Struct, frozen=True):
    """A Checkout Session; its intent stands here whole where that was asked."""

    id: str
    status: str
    mode: str
    created: int
    metadata: dict[str, str] = {}
    customer: str | None = None
    url: str | None = None
    amount_total: int | None = None
    currency: str | None = None
    payment_intent: Intent | str | None = None
    setup_intent: Intent | str | None = None


class Refunded(msgspec.Struct, frozen=True):
    """A refund, with the intent it belongs to."""

    id: str
    amount: int
    currency: str
    status: str | None
    created: int
    payment_intent: Intent | str | None = None


class Disputed(msgspec.Struct, frozen=True):
    """A dispute, with the intent it belongs to."""

    id: str
    amount: int
    currency: str
    status: str
    created: int
    payment_intent: Intent | str | None = None


class Known(msgspec.Struct, frozen=True):
    """A customer, with our id in its metadata."""

    id: str
    metadata: dict[str, str] = {}


class Occurred(msgspec.Struct, frozen=True):
    """What an event is about, and what it was before."""

    object: dict[str, Any]
    previous_attributes: dict[str, Any] = {}


class StripeEvent(msgspec.Struct, frozen=True):
    """An event."""

    id: str
    type: str
    created: int
    data: Occurred
