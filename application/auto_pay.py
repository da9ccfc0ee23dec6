"""Auto-pay: customers switch it, and the worker collects invoices on their due date.

Each try has an id of its own, made of the invoice and its number: whoever comes second finds it.
"""

from itertools import count
from uuid import UUID

import msgspec

from application.paying import BeginOffSession, begin_off_session
from application.payment_methods import today_at
from application.ports.event_log import EventLog
from domain.aggregate import Refusal
from domain.bill_group import BillGroup, BillGroupUnknown, Collection, HeldMethod
from domain.collecting import Try, TryState, next_try_on
from domain.entity import Entity
from domain.event import Act
from domain.identity import collection_id
from domain.invoice import Invoice, InvoiceUnknown
from domain.payment import Payment


class AutoPayNotOffered(Refusal):
    """The seller does not let customers switch auto-pay, or collects nothing through the portal."""

    code = "auto_pay_not_offered"


class AutoPayNeedsMethod(Refusal):
    """There is no default payment method that could be charged."""

    code = "auto_pay_needs_method"


class CollectionNotDue(Refusal):
    """Auto-pay has nothing to collect of this invoice now."""

    code = "collection_not_due"


class SwitchAutoPay(msgspec.Struct, frozen=True):
    """Let invoices be collected by themselves, or not."""

    bill_group_id: UUID
    collection: Collection


def switch_auto_pay(command: SwitchAutoPay, act: Act, log: EventLog) -> None:
    """Switch. Raises AutoPayNotOffered, AutoPayNeedsMethod."""
    group, entity = _group_at(log, command.bill_group_id)
    rules = entity.payment_rules
    if not rules.auto_pay_by_customers or rules.collector is None:
        raise AutoPayNotOffered
    if command.collection == "automatic" and _default_at(group, rules.collector) is None:
        raise AutoPayNeedsMethod
    group.switch_auto_pay(command.collection, by=act)
    log.save(group)


class CollectInvoice(msgspec.Struct, frozen=True):
    """Collect what is open of an invoice with the default method, if a try is due."""

    invoice_id: UUID


def collect_invoice(command: CollectInvoice, act: Act, log: EventLog) -> UUID:
    """Store the next try, which the worker's next job carries out; gives its id.

    Raises CollectionNotDue, and why an invoice cannot be paid now (`Invoice.payable`).
    """
    invoice = log.get(Invoice, command.invoice_id)
    if invoice.bill_group_id is None or invoice.document is None:
        raise InvoiceUnknown(invoice_id=invoice.id)
    group, entity = _group_at(log, invoice.bill_group_id)
    rules, today = entity.payment_rules, today_at(entity, act.at)
    held = _collected_with(group, entity, act)
    tries = tries_of(invoice.id, entity, log)
    due_on = invoice.document.due_on
    next_on = next_try_on(due_on, tries, rules.retry_after_days) if due_on else None
    if held is None or invoice.taken_back or next_on is None or next_on > today:
        raise CollectionNotDue(invoice_id=invoice.id)
    begin = BeginOffSession(
        payment_id=collection_id(invoice.id, len(tries)),
        bill_group_id=group.id,
        invoice_ids=(invoice.id,),
        provider=held.provider,
        customer=held.customer,
        method=held.reference,
    )
    return begin_off_session(begin, act, log)


def tries_of(invoice_id: UUID, entity: Entity, log: EventLog) -> list[Try]:
    """Give auto-pay's tries at an invoice, the first one first."""
    tries: list[Try] = []
    for number in count():
        payment = log.get(Payment, collection_id(invoice_id, number))
        if payment.begun_at is None:
            return tries
        ended_on = today_at(entity, payment.ended_at) if payment.ended_at else None
        tries.append(Try(today_at(entity, payment.begun_at), _state(payment), ended_on))
    return tries


def _state(payment: Payment) -> TryState:
    match payment.state:
        case "failed" | "given_up" | "succeeded":
            return payment.state
        case _:
            return "open"


def _group_at(log: EventLog, bill_group_id: UUID) -> tuple[BillGroup, Entity]:
    group = log.get(BillGroup, bill_group_id)
    if group.entity_id is None:
        raise BillGroupUnknown(bill_group_id=group.id)
    return group, log.get(Entity, group.entity_id)


def _collected_with(group: BillGroup, entity: Entity, act: Act) -> HeldMethod | None:
    """Give what is charged today, if auto-pay is on; what failed before is tried again."""
    collector = entity.payment_rules.collector
    closed = group.facts is None or group.facts.closed
    if collector is None or closed or group.collection != "automatic":
        return None
    held = _default_at(group, collector)
    facts = group.payment_methods[UUID(group.details["default_payment_method"])] if held else None
    last_day = facts.last_day if facts else None
    over = facts is None or facts.status == "expired"
    return None if over or (last_day and last_day < today_at(entity, act.at)) else held


def _default_at(group: BillGroup, provider: str) -> HeldMethod | None:
    """Give where the default method can be charged, if it can be at this provider account."""
    chosen = group.details.get("default_payment_method")
    method_id = UUID(chosen) if chosen else None
    if method_id is None or not group.is_held(method_id, provider):
        return None
    return group.held[method_id]
