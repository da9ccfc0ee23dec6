"""What staff have to look at: a payment that came back, or that record and provider tell apart."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.grantable import ReasonMissing, reason_of
from domain.personal import Personal

AttentionCause: TypeAlias = Literal[
    "unknown_here",
    "amount_differs",
    "bill_group_differs",
    "paid_after_its_end",
    "outcome_unknown",
    "key_refused",
    "not_at_provider",
    "refund_failed",
    "disputed",
    "dispute_lost",
]
"""Why `AttentionNeeded` asks staff to look."""

Attention: TypeAlias = Literal[AttentionCause, "failed_late"]
"""All that staff look at; that money on its way did not come is what `PaymentFailed` says."""


class AttentionNeeded(Event, frozen=True):
    """Record and provider do not agree about a payment, or somebody contests it.

    `stated` is what the provider says, where that differs: an amount in minor units with its
    currency, or a bill group.

    For: staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.attention_needed.v1"

    bill_group_id: UUID | None
    why: AttentionCause
    stated: str | None = None


class AttentionHandled(Event, frozen=True):
    """A staff member took care of whatever the payment needed, and says how.

    `apart` when the reason has a key of its own; what was recorded before shares that of the bill
    group's access.

    For: staff (payments that need attention).
    """

    topic: ClassVar[str] = "payment.attention_handled.v1"

    bill_group_id: UUID | None
    reason: Personal
    apart: bool = False

    @property
    def person(self) -> str:
        """Whose key seals the reason: nobody's alone, so that it can be erased by itself."""
        return (
            f"handling:{self.stream_id}:{self.version}"
            if self.apart
            else f"access:{self.bill_group_id}"
        )


class NothingToHandle(Refusal):
    """Somebody has taken care of this payment already, or it needs nothing."""

    code = "nothing_to_handle"


class AttendedPayment(Aggregate):
    """The part of a payment that staff look after."""

    bill_group_id: UUID | None = None

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.attention: tuple[Attention, ...] = ()
        self._told: frozenset[Attention] = frozenset()

    def need_attention(self, why: AttentionCause, stated: str | None = None, *, by: Act) -> None:
        """Ask staff to look; nothing happens when they were asked for this already."""
        if why not in self._told:
            self.ask_to_look(why, stated, by=by)

    def ask_to_look(self, why: AttentionCause, stated: str | None = None, *, by: Act) -> None:
        """Ask staff to look at something new, such as a further dispute, whatever they know."""
        self.record(AttentionNeeded, by, bill_group_id=self.bill_group_id, why=why, stated=stated)

    def handle(self, reason: str, *, by: Act) -> None:
        """Note that somebody took care of it. Raises NothingToHandle, ReasonMissing."""
        if not self.attention:
            raise NothingToHandle(payment_id=self.id)
        why = reason_of(reason)
        if why is None:
            raise ReasonMissing(payment_id=self.id)
        self.record(AttentionHandled, by, bill_group_id=self.bill_group_id, reason=why, apart=True)

    def _change(self, event: Event) -> None:
        match event:
            case AttentionNeeded():
                self.attention = (*self.attention, event.why)
                self._told |= {event.why}
            case AttentionHandled():
                self.attention = ()
            case _:
                super()._change(event)
