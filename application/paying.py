"""Setting out to pay invoices: the attempt is stored here, before any provider is asked.

Whoever carries it out (`application.payment_attempts`) names it to the provider by its id.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog, Job
from domain.aggregate import Refusal
from domain.allocation import Payable, must_be_as_seen, oldest_first
from domain.bill_group import BillGroup
from domain.entity import Entity
from domain.event import Act
from domain.invoice import Invoice, InvoiceUnknown
from domain.money import CurrenciesMixed
from domain.payment import Payment, PaymentAlreadyBegun, PaymentUnknown, PaymentWay


class PayingNotOffered(Refusal):
    """The seller takes no payments through the portal, or not through this provider account."""

    code = "paying_not_offered"


class NothingChosen(Refusal):
    """No invoice was chosen."""

    code = "nothing_chosen"


class FollowPayment(msgspec.Struct, frozen=True):
    """The worker's job: see an attempt through until it has ended."""

    payment_id: UUID


class PayInvoices(msgspec.Struct, frozen=True, kw_only=True):
    """Pay `minor` of these invoices: all that a person saw as payable, or a part of it.

    `seen` is what stood there for each invoice, in minor units of `currency`. `customer` and
    `method` are references at the provider account `provider`; without a saved method the payer
    goes to the provider's page, and `save_method` keeps what is entered there.
    """

    payment_id: UUID
    bill_group_id: UUID
    provider: str
    customer: str
    seen: dict[UUID, int]
    currency: str
    minor: int
    method: str | None = None
    save_method: bool = False


def pay_invoices(command: PayInvoices, act: Act, log: EventLog) -> UUID:
    """Store the attempt; sent again, it is the same one. Gives its id.

    Raises PaymentAlreadyBegun when that was for something else, AmountChanged, why an invoice
    cannot be paid (`Invoice.payable`), what `oldest_first` refuses, PayingNotOffered,
    NothingChosen, PaymentUnknown.
    """
    payment = log.get(Payment, command.payment_id)
    if not payment.is_new:
        _must_be_for_the_same(payment, command)
        return payment.id
    invoices = _invoices(log, command.bill_group_id, list(command.seen))
    payables, currency = _payables(invoices)
    must_be_as_seen(payables, currency, command.seen, command.currency)
    way: PaymentWay = "saved_method" if command.method else "provider_page"
    return _begin(log, payment, invoices, payables, command.minor, command, way, act)


class BeginOffSession(msgspec.Struct, frozen=True, kw_only=True):
    """Charge all that is payable of these invoices, with nobody there, to a saved method.

    Naming `payment_id` by what it is for (a due date and a try) makes a second charge impossible.
    """

    payment_id: UUID
    bill_group_id: UUID
    invoice_ids: tuple[UUID, ...]
    provider: str
    customer: str
    method: str


def begin_off_session(command: BeginOffSession, act: Act, log: EventLog) -> UUID:
    """Store the attempt; the worker's next job asks the provider. Sent again, it is the same one.

    Raises why an invoice cannot be paid (`Invoice.payable`), PayingNotOffered, NothingChosen.
    """
    payment = log.get(Payment, command.payment_id)
    if not payment.is_new:
        return _the_same(payment, command.bill_group_id)
    invoices = _invoices(log, command.bill_group_id, command.invoice_ids)
    payables, _ = _payables(invoices)
    minor = sum(payable.minor for payable in payables)
    return _begin(log, payment, invoices, payables, minor, command, "auto_pay", act)


def _must_be_for_the_same(payment: Payment, command: PayInvoices) -> None:
    """Refuse to take another choice for the one that was sent before."""
    _the_same(payment, command.bill_group_id)
    paid = {part.invoice_id for part in payment.allocations}
    whole = sum(command.seen.values()) == command.minor
    others = paid != command.seen.keys() if whole else not paid <= command.seen.keys()
    asked = command.minor, command.currency, command.method
    if others or (payment.amount.minor, payment.currency, payment.method) != asked:
        raise PaymentAlreadyBegun(payment_id=payment.id)


def _the_same(payment: Payment, bill_group_id: UUID) -> UUID:
    if payment.bill_group_id != bill_group_id:
        raise PaymentUnknown(payment_id=payment.id)
    return payment.id


def _invoices(
    log: EventLog, bill_group_id: UUID, invoice_ids: Sequence[UUID]
) -> dict[UUID, Invoice]:
    if not invoice_ids:
        raise NothingChosen
    invoices = log.get_many(Invoice, invoice_ids)
    for invoice in invoices.values():
        if invoice.bill_group_id != bill_group_id:
            raise InvoiceUnknown(invoice_id=invoice.id)
    return invoices


def _payables(invoices: dict[UUID, Invoice]) -> tuple[list[Payable], str]:
    """Say what can be paid of each, and in which currency. Raises CurrenciesMixed."""
    payables, currencies = [], set()
    for invoice in invoices.values():
        minor, document = invoice.payable, invoice.document
        if document is None:
            raise InvoiceUnknown(invoice_id=invoice.id)
        currencies.add(document.currency)
        dates = document.due_on, document.issued_on
        payables.append(Payable(invoice.id, minor, *dates, document.number))
    first, *others = sorted(currencies)
    if others:
        raise CurrenciesMixed(first=first, second=others[0])
    return payables, first


def _begin(  # noqa: PLR0913, PLR0917 - both commands end here
    log: EventLog,
    payment: Payment,
    invoices: dict[UUID, Invoice],
    payables: list[Payable],
    minor: int,
    command: PayInvoices | BeginOffSession,
    way: PaymentWay,
    act: Act,
) -> UUID:
    entity_id = log.get(BillGroup, command.bill_group_id).entity_id
    if entity_id is None:
        raise PayingNotOffered
    rules = log.get(Entity, entity_id).payment_rules
    if rules.provider is None or rules.provider != command.provider:
        raise PayingNotOffered
    currency = next(one.document.currency for one in invoices.values() if one.document)
    parts = oldest_first(payables, minor, currency, parts=rules.part_payments)
    payment.begin(
        command.bill_group_id,
        entity_id,
        command.provider,
        command.customer,
        currency,
        parts,
        way,
        command.method,
        save_method=isinstance(command, PayInvoices) and command.save_method,
        by=act,
    )
    paid = [invoices[part.invoice_id] for part in parts]
    for invoice, part in zip(paid, parts, strict=True):
        invoice.begin_attempt(payment.id, part.amount, by=act)
    follow = FollowPayment(payment.id)
    job = Job("follow_payment", follow, command.bill_group_id, lane=command.provider)
    log.save(payment, *paid, jobs=[job])
    return payment.id
