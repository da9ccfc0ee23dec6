"""One visit to a payment provider's page to add a payment method, and what came of it."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.bill_group import PaymentMethodFacts
from domain.event import Act, Event

SetUpState: TypeAlias = Literal["begun", "succeeded", "failed", "given_up"]
SetUpEnd: TypeAlias = Literal["cancelled", "expired"]


class SetUpBegun(Event, frozen=True):
    """Somebody set out to add a payment method; the provider is asked only after this is stored.

    The stream's id is the idempotency key at the provider account, where `customer` is known.

    For: customers (payment methods), the worker that asks the provider.
    """

    topic: ClassVar[str] = "method_set_up.begun.v1"

    bill_group_id: UUID
    provider: str
    customer: str


class SetUpSucceeded(Event, frozen=True):
    """The provider keeps the method.

    For: customers (payment methods), whoever mails that a method was added.
    """

    topic: ClassVar[str] = "method_set_up.succeeded.v1"

    bill_group_id: UUID
    method_id: UUID
    method: PaymentMethodFacts


class SetUpFailed(Event, frozen=True):
    """The provider did not take the method (`code` says why).

    For: customers (payment methods).
    """

    topic: ClassVar[str] = "method_set_up.failed.v1"

    bill_group_id: UUID
    code: str


class SetUpGivenUp(Event, frozen=True):
    """The provider's page was closed before a method was entered.

    For: customers (payment methods).
    """

    topic: ClassVar[str] = "method_set_up.given_up.v1"

    bill_group_id: UUID
    cause: SetUpEnd


class SetUpUnknown(Refusal):
    """There is no such attempt to add a method at this bill group."""

    code = "set_up_unknown"


class MethodSetUp(Aggregate):
    """One visit. That a method was added is final; what else arrives later changes nothing."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.bill_group_id: UUID | None = None
        self.provider = ""
        self.customer = ""
        self.state: SetUpState = "begun"
        self.begun_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider's page may still be used."""
        return not self.is_new and self.state == "begun"

    def begin(self, bill_group_id: UUID, provider: str, customer: str, *, by: Act) -> None:
        """Set out; sent again, it is the same visit. Raises SetUpUnknown for another's."""
        if self.is_new:
            facts = {"bill_group_id": bill_group_id, "provider": provider, "customer": customer}
            self.record(SetUpBegun, by, **facts)
        elif self.bill_group_id != bill_group_id:
            raise SetUpUnknown(set_up_id=self.id)

    def succeed(self, method_id: UUID, method: PaymentMethodFacts, *, by: Act) -> None:
        """Note that the method is kept, also when the visit had ended here."""
        if self.state != "succeeded":
            told = {"bill_group_id": self.bill_group_id, "method_id": method_id, "method": method}
            self.record(SetUpSucceeded, by, **told)

    def fail(self, code: str, *, by: Act) -> None:
        """Note that the method was not taken."""
        if self.is_open:
            self.record(SetUpFailed, by, bill_group_id=self.bill_group_id, code=code)

    def give_up(self, cause: SetUpEnd, *, by: Act) -> None:
        """Close the visit."""
        if self.is_open:
            self.record(SetUpGivenUp, by, bill_group_id=self.bill_group_id, cause=cause)

    def _change(self, event: Event) -> None:
        match event:
            case SetUpBegun():
                self.bill_group_id, self.begun_at = event.bill_group_id, event.at
                self.provider, self.customer = event.provider, event.customer
            case SetUpSucceeded():
                self.state = "succeeded"
            case SetUpFailed():
                self.state = "failed"
            case SetUpGivenUp():
                self.state = "given_up"
