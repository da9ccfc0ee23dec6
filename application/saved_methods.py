"""What providers keep of payment methods, and how charging them went, taken into the record."""

from uuid import UUID

import msgspec

from application.ports.event_log import EventLog
from application.ports.payment_outcomes import MethodAtProvider, Outcome
from domain.bill_group import BillGroup, HeldMethod, PaymentMethodFacts, PaymentMethodStatus
from domain.event import Act
from domain.payment import Payment

FAULTS: dict[str, PaymentMethodStatus] = {
    "declined": "failing",
    "insufficient_funds": "failing",
    "authentication_needed": "failing",
    "debit_returned": "failing",
    "expired": "expired",
}
"""What a failure says of the method; other failures may lie with the payer or the provider."""


class KeepMethod(msgspec.Struct, frozen=True, kw_only=True):
    """A provider account keeps a method for a customer of ours, or it reads differently now."""

    provider: str
    bill_group_id: UUID
    customer: str
    method: MethodAtProvider


class LoseMethod(msgspec.Struct, frozen=True, kw_only=True):
    """A provider account keeps a method no longer."""

    provider: str
    bill_group_id: UUID
    reference: str


def keep_method(command: KeepMethod, act: Act, log: EventLog) -> None:
    """Record it at its bill group; nothing happens for one that is unknown here."""
    group = log.get(BillGroup, command.bill_group_id)
    if not group.is_new:
        keep(group, command.provider, command.customer, command.method, act)
        log.save(group)


def lose_method(command: LoseMethod, act: Act, log: EventLog) -> None:
    """Record that it is gone; nothing happens when it is."""
    group = log.get(BillGroup, command.bill_group_id)
    group.lose_method(command.provider, command.reference, by=act)
    log.save(group)


def keep(
    group: BillGroup, provider: str, customer: str, method: MethodAtProvider, act: Act
) -> UUID:
    """Let a bill group know a method at a provider account; gives its id here."""
    held = HeldMethod(provider, customer, method.reference, method.mandate)
    return group.save_payment_method(held, shown_of(method), by=act)


def note_use(group: BillGroup, payment: Payment, outcome: Outcome, act: Act) -> None:
    """Take what an attempt to pay says of the method: it was kept, it failed, or it worked."""
    if outcome.method is not None and outcome.method_saved:
        keep(group, payment.provider, payment.customer, outcome.method, act)
    charged = payment.method and group.saved_as(payment.provider, payment.method)
    if not charged:
        return
    code = outcome.failure.code if outcome.failure else None
    if payment.state == "failed" and code in FAULTS:
        group.mark_payment_method(charged, FAULTS[code], code, by=act)
    elif payment.state == "succeeded":
        group.mark_payment_method(charged, "usable", None, by=act)


def shown_of(method: MethodAtProvider) -> PaymentMethodFacts:
    """Give what may be shown of a method at a provider."""
    return PaymentMethodFacts(
        method.kind,
        brand=method.brand,
        last4=method.last4,
        expires=method.expires,
        bank_name=method.bank_name,
    )
