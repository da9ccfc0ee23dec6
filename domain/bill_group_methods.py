"""The payment methods of a bill group, where each can be charged, and whether it pays by itself."""

from calendar import monthrange
from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.identity import saved_method_id

Collection: TypeAlias = Literal["automatic", "manual"]
PaymentMethodKind: TypeAlias = Literal[
    "card", "sepa_debit", "ach_debit", "bacs_debit", "bank_transfer", "other"
]
PaymentMethodStatus: TypeAlias = Literal["usable", "expired", "failing"]

DEBIT_CURRENCIES: dict[PaymentMethodKind, str] = {
    "sepa_debit": "EUR",
    "ach_debit": "USD",
    "bacs_debit": "GBP",
}
"""What each scheme of direct debits moves, as its rulebook says; cards move every currency."""


def moves(kind: PaymentMethodKind, currency: str) -> bool:
    """Whether a kind of payment method can move a currency (ISO 4217)."""
    return DEBIT_CURRENCIES.get(kind, currency) == currency


class PaymentMethodFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """A way to pay, as far as it may be shown; `expires` is `YYYY-MM`, good through that month."""

    kind: PaymentMethodKind
    status: PaymentMethodStatus = "usable"
    brand: str | None = None
    last4: str | None = None
    expires: str | None = None
    bank_name: str | None = None

    @property
    def last_day(self) -> date | None:
        """Give the last day it can be used: a card is good through the month printed on it."""
        if self.expires is None:
            return None
        year, month = (int(part) for part in self.expires.split("-"))
        return date(year, month, monthrange(year, month)[1])

    def is_usable(self, today: date) -> bool:
        """Whether a charge has a chance today."""
        return self.status == "usable" and (self.last_day is None or self.last_day >= today)


class HeldMethod(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a method can be charged: its references at a provider account.

    `mandate` is the reference of a direct debit's mandate.
    """

    provider: str
    customer: str
    reference: str
    mandate: str | None = None


class PaymentMethodRecorded(Event, frozen=True):
    """The billing system told of a payment method, or something new of it.

    For: customers (payment methods, auto-pay), staff.
    """

    topic: ClassVar[str] = "bill_group.payment_method_recorded.v1"

    method_id: UUID
    external_id: str
    facts: PaymentMethodFacts


class PaymentMethodSaved(Event, frozen=True):
    """A payment provider keeps a payment method, where it can be charged, or renewed it.

    `earlier` is how it read before, where the provider kept it already: a bank replaced the card.

    For: customers (payment methods, auto-pay), staff, auto-pay.
    """

    topic: ClassVar[str] = "bill_group.payment_method_saved.v1"

    method_id: UUID
    held: HeldMethod
    facts: PaymentMethodFacts
    earlier: PaymentMethodFacts | None = None


class PaymentMethodMarked(Event, frozen=True):
    """A charge failed for a reason that lies with the method (`code`), or it worked again.

    For: customers (payment methods, auto-pay), staff.
    """

    topic: ClassVar[str] = "bill_group.payment_method_marked.v1"

    method_id: UUID
    status: PaymentMethodStatus
    code: str | None = None


class PaymentMethodRemoved(Event, frozen=True):
    """A payment method is no longer there.

    `by_customer`: what the billing system says of it again does not bring it back, unless it
    differs from what it said last.

    For: customers (payment methods, auto-pay), staff.
    """

    topic: ClassVar[str] = "bill_group.payment_method_removed.v1"

    method_id: UUID
    by_customer: bool = False


class AutoPaySwitched(Event, frozen=True):
    """A customer switched auto-pay; without a value, what the billing system says counts again.

    For: customers (auto-pay), staff, the billing system, the worker that collects.
    """

    topic: ClassVar[str] = "bill_group.auto_pay_switched.v1"

    collection: Collection | None = None


class PaymentMethodUnknown(Refusal):
    """The bill group has no such payment method."""

    code = "payment_method_unknown"


class PaymentMethodNeeded(Refusal):
    """Auto-pay collects with this method, and there is no other to collect with."""

    code = "payment_method_needed"


class DefaultMethodNeeded(Refusal):
    """Auto-pay collects with the default payment method, so there has to be one."""

    code = "default_method_needed"


class CollectingGroup(Aggregate):
    """The part of a bill group that money is collected with."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.payment_methods: dict[UUID, PaymentMethodFacts] = {}
        self.held: dict[UUID, HeldMethod] = {}
        self.collection_chosen: Collection | None = None
        self._received_methods: dict[UUID, PaymentMethodFacts] = {}
        self._method_names: dict[str, UUID] = {}
        self._saved: dict[UUID, tuple[HeldMethod, PaymentMethodFacts]] = {}
        self._gone: frozenset[tuple[str, str]] = frozenset()

    def record_payment_method(
        self, method_id: UUID, external_id: str, facts: PaymentMethodFacts, *, by: Act
    ) -> None:
        """Take what the billing system says of a method when it differs from what it said last."""
        if facts != self._received_methods.get(method_id):
            self.record(
                PaymentMethodRecorded, by, method_id=method_id, external_id=external_id, facts=facts
            )

    def save_payment_method(self, held: HeldMethod, facts: PaymentMethodFacts, *, by: Act) -> UUID:
        """Take that a provider keeps a method; gives its id here.

        One that was removed here does not come back: its removal reaches the provider later. What
        the billing system names by the provider's reference is the same method.
        """
        known = self.saved_as(held.provider, held.reference)
        method_id = known or self._method_names.get(held.reference)
        method_id = method_id or saved_method_id(held.provider, held.reference)
        gone = (held.provider, held.reference) in self._gone
        if not gone and self._saved.get(method_id) != (held, facts):
            here, is_kept = self.payment_methods.get(method_id), method_id in self.held
            shown = facts if is_kept or not here else replace(facts, status=here.status)
            self.record(
                PaymentMethodSaved,
                by,
                method_id=method_id,
                held=held,
                facts=shown,
                earlier=here if is_kept else None,
            )
        return method_id

    def saved_as(self, provider: str, reference: str) -> UUID | None:
        """Give the id here of a method that a provider account keeps."""
        for method_id, held in self.held.items():
            if (held.provider, held.reference) == (provider, reference):
                return method_id
        return None

    def mark_payment_method(
        self, method_id: UUID, status: PaymentMethodStatus, code: str | None, *, by: Act
    ) -> None:
        """Note that charging a method failed or worked; one that is gone is left alone."""
        facts = self.payment_methods.get(method_id)
        if facts is not None and facts.status != status:
            self.record(PaymentMethodMarked, by, method_id=method_id, status=status, code=code)

    def remove_payment_method(self, method_id: UUID, *, by_customer: bool = False, by: Act) -> None:
        """Take a payment method away. Raises PaymentMethodUnknown."""
        if method_id not in self.payment_methods:
            raise PaymentMethodUnknown(method_id=method_id)
        self.record(PaymentMethodRemoved, by, method_id=method_id, by_customer=by_customer)

    def collects_with(self, today: date, provider: str | None) -> list[UUID]:
        """Name the methods that auto-pay could collect with, the oldest first.

        With a `provider` it is the portal that collects, and only from what is kept there.
        """
        return [
            method_id
            for method_id, facts in self.payment_methods.items()
            if facts.is_usable(today) and (provider is None or self.is_held(method_id, provider))
        ]

    def is_held(self, method_id: UUID, provider: str) -> bool:
        """Whether a method can be charged at a provider account."""
        held = self.held.get(method_id)
        return held is not None and held.provider == provider

    def _change(self, event: Event) -> None:
        match event:
            case PaymentMethodRecorded():
                self.payment_methods[event.method_id] = event.facts
                self._received_methods[event.method_id] = event.facts
                self._method_names[event.external_id] = event.method_id
            case PaymentMethodSaved():
                self.payment_methods[event.method_id] = event.facts
                self.held[event.method_id] = event.held
                usable = replace(event.facts, status="usable")
                self._saved[event.method_id] = (event.held, usable)
            case PaymentMethodMarked():
                facts = self.payment_methods[event.method_id]
                marked = replace(facts, status=event.status)
                self.payment_methods[event.method_id] = marked
            case PaymentMethodRemoved():
                del self.payment_methods[event.method_id]
                held = self.held.pop(event.method_id, None)
                if held is not None:
                    self._gone |= {(held.provider, held.reference)}
                if not event.by_customer:
                    self._received_methods.pop(event.method_id, None)
            case AutoPaySwitched():
                self.collection_chosen = event.collection
            case _:
                super()._change(event)
