"""What Stripe's events tell of what is ours: each is read as it stands at Stripe now.

Source: https://docs.stripe.com/api/events/types. Objects without our ids in their metadata are of
somebody else's making, and tell nothing here.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from adapters.payments_stripe import asking, reading
from adapters.payments_stripe.calls import answered, read
from adapters.payments_stripe.shapes import (
    Disputed,
    Intent,
    Known,
    Method,
    Refunded,
    Session,
    StripeEvent,
)
from application.ports.payment_outcomes import MethodChanged, MethodGone, Notice, Told
from application.ports.payments import NoticeRefused

if TYPE_CHECKING:
    import stripe

TYPES = (
    "checkout.session.completed",
    "checkout.session.expired",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "payment_intent.requires_action",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "payment_method.automatically_updated",
    "payment_method.updated",
    "payment_method.detached",
)
"""What a webhook endpoint at Stripe is to be told."""


def event_of(body: bytes) -> StripeEvent:
    """Read an event. Raises NoticeRefused."""
    try:
        return msgspec.json.decode(body, type=StripeEvent, strict=False)
    except msgspec.DecodeError as error:
        raise NoticeRefused("The webhook cannot be read.") from error


def since(api: "stripe.StripeClient", moment: datetime) -> Iterator[StripeEvent]:
    """List the account's events since a moment, the oldest first."""
    found: list[Any] = []
    more: Any = {"created": {"gte": int(moment.timestamp())}, "types": list(TYPES), "limit": 100}
    while True:
        page = answered(lambda wanted=more: api.v1.events.list(wanted))  # type: ignore[misc]
        found += page["data"]
        if not page.get("has_more") or not page["data"]:
            return iter([read(StripeEvent, one) for one in reversed(found)])
        more = {**more, "starting_after": page["data"][-1]["id"]}


def notices(api: "stripe.StripeClient", event: StripeEvent) -> Iterator[Notice]:
    """Tell what an event is about, as it stands now."""
    tell = next((tell for start, tell in _TELLING.items() if event.type.startswith(start)), None)
    if event.type not in TYPES or tell is None:
        return
    told = tell(api, event)
    if told is not None:
        yield Notice(event.id, reading.moment(event.created), told)


def _of_session(api: "stripe.StripeClient", event: StripeEvent) -> Told | None:
    if reading.ATTEMPT not in (event.data.object.get("metadata") or {}):
        return None
    whole: Any = {"expand": asking.WHOLE_SESSION}
    reference = str(event.data.object["id"])
    found = answered(lambda: api.v1.checkout.sessions.retrieve(reference, whole))
    return reading.of_session(read(Session, found))


def _of_intent(api: "stripe.StripeClient", event: StripeEvent) -> Told | None:
    intent = _intent(api, event.data.object.get("id"))
    if intent is None:
        return None
    if reading.ON_PAGE not in intent.metadata:
        return reading.of_intent(intent)
    listed: Any = {"payment_intent": intent.id, "expand": asking.WHOLE_SESSIONS}
    sessions = answered(lambda: api.v1.checkout.sessions.list(listed))["data"]
    return reading.of_session(read(Session, sessions[0])) if sessions else None


def _of_refund(api: "stripe.StripeClient", event: StripeEvent) -> Told | None:
    reference = str(event.data.object["id"])
    given = read(Refunded, answered(lambda: api.v1.refunds.retrieve(reference)))
    intent = _intent(api, given.payment_intent)
    return None if intent is None else reading.refund(given, intent)


def _of_dispute(api: "stripe.StripeClient", event: StripeEvent) -> Told | None:
    reference = str(event.data.object["id"])
    given = read(Disputed, answered(lambda: api.v1.disputes.retrieve(reference)))
    intent = _intent(api, given.payment_intent)
    return None if intent is None else reading.dispute(given, intent)


def _of_method(api: "stripe.StripeClient", event: StripeEvent) -> Told | None:
    before = event.data.previous_attributes.get("customer")
    reference = str(event.data.object["id"])
    given = read(Method, answered(lambda: api.v1.payment_methods.retrieve(reference)))
    owner = given.customer or before
    if not isinstance(owner, str):
        return None
    known = read(Known, answered(lambda: api.v1.customers.retrieve(owner)))
    bill_group = known.metadata.get(reading.BILL_GROUP)
    if bill_group is None:
        return None
    bill_group_id = UUID(bill_group)
    if given.customer is None:
        return MethodGone(owner, bill_group_id, given.id)
    return MethodChanged(owner, bill_group_id, reading.method(given))


_TELLING: dict[str, Callable[["stripe.StripeClient", StripeEvent], Told | None]] = {
    "checkout.session.": _of_session,
    "payment_intent.": _of_intent,
    "refund.": _of_refund,
    "charge.dispute.": _of_dispute,
    "payment_method.": _of_method,
}


def _intent(api: "stripe.StripeClient", reference: Any) -> Intent | None:
    """Find an intent of ours."""
    if not isinstance(reference, str):
        return None
    whole: Any = {"expand": asking.WHOLE_INTENT}
    found = read(Intent, answered(lambda: api.v1.payment_intents.retrieve(reference, whole)))
    return found if reading.ATTEMPT in found.metadata else None
