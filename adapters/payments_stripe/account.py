"""One Stripe account: keeps the promises of `application.ports.payments`.

Stripe keeps an idempotency key for a day at least, and a Checkout page lives for a day: an attempt
is looked up before it is asked for again later. Listing by customer is consistent, search is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from adapters.payments_stripe import asking, events, reading
from adapters.payments_stripe.calls import AskedDifferently, Declined, answered, client, read
from adapters.payments_stripe.shapes import Intent, Known, Method, Session
from adapters.payments_stripe.signatures import checked
from application.ports.payment_outcomes import MethodAtProvider, Notice, Outcome
from application.ports.payments import (
    Charge,
    HostedPage,
    PageAsked,
    PaymentPageAsked,
    PaymentRefused,
    Sought,
)

if TYPE_CHECKING:
    import stripe

T = TypeVar("T", Session, Intent)

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far Stripe's clock and ours may be apart when an attempt is looked for by its moment."""

CLOSABLE = {"open", "needs_action"}


class StripePayments:
    """Speaks to one account with its secret key; `secrets` are those of its webhook endpoints."""

    def __init__(
        self, key: str, secrets: Sequence[str] = (), url: str = "", seconds: float = 30.0
    ) -> None:
        self._key = key
        self._secrets = secrets
        self._url = url
        self._seconds = seconds

    @cached_property
    def api(self) -> "stripe.StripeClient":
        """The official client, made when first used."""
        return client(self._key, self._url, self._seconds)

    def customer(self, bill_group_id: UUID, name: str, email: str, language: str) -> str:
        """Know a bill group: found by our id, else made once, and told the newest facts."""
        customers = self.api.v1.customers
        wanted = f"metadata['{reading.BILL_GROUP}']:'{bill_group_id}'"
        found = answered(lambda: customers.search({"query": wanted, "limit": 1}))["data"]
        if not found:
            made: Any = {"metadata": {reading.BILL_GROUP: str(bill_group_id)}}
            once: Any = {"idempotency_key": f"customer-{bill_group_id}"}
            found = [answered(lambda: customers.create(made, once))]
        reference = read(Known, found[0]).id
        facts: Any = {"name": name, "email": email, "preferred_locales": [language]}
        answered(lambda: customers.update(reference, facts))
        return reference

    def page_to_add_method(self, asked: PageAsked) -> HostedPage:
        """Open Checkout in setup mode."""
        return self._page(asked, asking.set_up(asked))

    def page_to_pay(self, asked: PaymentPageAsked) -> HostedPage:
        """Open Checkout in payment mode."""
        return self._page(asked, asking.payment(asked))

    def charge(self, charge: Charge) -> Outcome:
        """Charge a saved method by a PaymentIntent that is confirmed at once."""
        methods, intents = self.api.v1.payment_methods, self.api.v1.payment_intents
        saved = read(Method, answered(lambda: methods.retrieve(charge.method)))
        if saved.customer != charge.customer:
            raise PaymentRefused("This customer has no such payment method.")
        once: Any = {"idempotency_key": str(charge.attempt_id)}
        wanted: Any = asking.charge(charge, saved.type)
        try:
            given = answered(lambda: intents.create(wanted, once))
        except Declined as declined:
            given = declined.intent
        return self._outcome_of(read(Intent, given))

    def look_up(self, sought: Sought) -> Outcome | None:
        """Tell how an attempt stands."""
        session = self._session(sought)
        if session is not None:
            return reading.of_session(session)
        intent = None if sought.purpose == "set_up" else self._intent(sought)
        return None if intent is None else reading.of_intent(intent)

    def cancel(self, sought: Sought) -> Outcome | None:
        """Expire an open page, or cancel an intent that waits; what was decided stays."""
        stands = self.look_up(sought)
        if stands is None or stands.status not in CLOSABLE:
            return stands
        try:
            if stands.reference.startswith("cs_"):
                sessions = self.api.v1.checkout.sessions
                answered(lambda: sessions.expire(stands.reference))
            else:
                answered(lambda: self.api.v1.payment_intents.cancel(stands.reference))
        except PaymentRefused:
            return self.look_up(sought)
        return self.look_up(sought)

    def methods(self, customer: str) -> Sequence[MethodAtProvider]:
        """List what a customer has saved."""
        listed: Any = {"customer": customer, "limit": 100}
        given = answered(lambda: self.api.v1.payment_methods.list(listed))["data"]
        saved = sorted((read(Method, one) for one in given), key=lambda one: -one.created)
        return [reading.method(one) for one in saved]

    def remove_method(self, customer: str, reference: str) -> None:
        """Detach a saved method."""
        methods = self.api.v1.payment_methods
        saved = read(Method, answered(lambda: methods.retrieve(reference)))
        if saved.customer == customer:
            answered(lambda: methods.detach(reference))

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Check a webhook's signature."""
        return checked(self._secrets, headers, body, now)

    def notices(self, body: bytes) -> Sequence[Notice]:
        """Ask how things stand that a webhook tells of."""
        return list(events.notices(self.api, events.event_of(body)))

    def changes_since(self, moment: datetime) -> Iterator[Notice]:
        """Read the events of the account since a moment; Stripe keeps them for 30 days."""
        for event in events.since(self.api, moment):
            yield from events.notices(self.api, event)

    def _page(self, page: PageAsked, wanted: Any) -> HostedPage:
        once: Any = {"idempotency_key": str(page.attempt_id)}
        sessions = self.api.v1.checkout.sessions
        try:
            session = read(Session, answered(lambda: sessions.create(wanted, once)))
        except AskedDifferently as differently:
            session = self._page_before(page, differently)
        if session.url is None:
            raise PaymentRefused("Stripe gave no page for this attempt.")
        return HostedPage(session.id, session.url)

    def _page_before(self, page: PageAsked, differently: AskedDifferently) -> Session:
        """Find the page that was asked for before, in another language say, for the same amount."""
        listed: Any = {"customer": page.customer, "limit": 100, "expand": asking.WHOLE_SESSIONS}
        given = answered(lambda: self.api.v1.checkout.sessions.list(listed))["data"]
        session = _ours([read(Session, one) for one in given], page.attempt_id)
        amount = page.amount if isinstance(page, PaymentPageAsked) else None
        if session is None or reading.of_session(session).amount != amount:
            raise differently
        return session

    def _outcome_of(self, intent: Intent) -> Outcome:
        """Read an intent, asked for whole where an answer held references only."""
        if isinstance(intent.payment_method, str) or isinstance(intent.latest_charge, str):
            whole: Any = {"expand": asking.WHOLE_INTENT}
            again = answered(lambda: self.api.v1.payment_intents.retrieve(intent.id, whole))
            intent = read(Intent, again)
        return reading.of_intent(intent)

    def _session(self, sought: Sought) -> Session | None:
        listed: Any = {**_listed(sought), "expand": asking.WHOLE_SESSIONS}
        given = answered(lambda: self.api.v1.checkout.sessions.list(listed))["data"]
        return _ours([read(Session, one) for one in given], sought.attempt_id)

    def _intent(self, sought: Sought) -> Intent | None:
        listed: Any = {**_listed(sought), "expand": asking.WHOLE_INTENTS}
        given = answered(lambda: self.api.v1.payment_intents.list(listed))["data"]
        return _ours([read(Intent, one) for one in given], sought.attempt_id)


def _listed(sought: Sought) -> dict[str, Any]:
    since = int((sought.begun_at - CLOCKS_DIFFER).timestamp())
    return {"customer": sought.customer, "created": {"gte": since}, "limit": 100}


def _ours(found: Sequence[T], attempt_id: UUID) -> T | None:
    ours = str(attempt_id)
    return next((one for one in found if one.metadata.get(reading.ATTEMPT) == ours), None)
