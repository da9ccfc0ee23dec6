"""Details that customers keep right themselves, and staff undoing a change.

Numbers are checked against the country that is billed: that of the billing contact's address.
"""

from typing import Literal
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog, Job
from application.registration_numbers import registration_number
from application.vat_numbers import vat_number
from domain.bill_group import BillGroup, Contact, Detail
from domain.event import Act


class ChangeDetail(msgspec.Struct, frozen=True):
    """Make a detail what was typed, or nothing; a payment method is named by its id."""

    bill_group_id: UUID
    detail: Detail
    typed: str


class UndoChange(msgspec.Struct, frozen=True):
    """Go back to what stood before a change; `version` is its place in the bill group's stream."""

    bill_group_id: UUID
    version: int


def change_detail(command: ChangeDetail, act: Act, log: EventLog) -> None:
    """Check a detail and take it. Raises what its format refuses, PaymentMethodUnknown."""
    group = log.get(BillGroup, command.bill_group_id)
    value = _kept(command.detail, command.typed, billing_country(group.contacts.get("billing")))
    group.change_detail(command.detail, value, by=act)
    log.save(group)


def undo_change(command: UndoChange, act: Act, log: EventLog) -> None:
    """Undo one change; both addresses learn that a billing email is the earlier one again.

    Raises ChangeUnknown, ChangedSince, EarlierValueErased, and more.
    """
    group = log.get(BillGroup, command.bill_group_id)
    before = _billing_email(group)
    group.undo(command.version, by=act)
    told: list[SendBillingEmailUndone] = []
    if before and _billing_email(group) not in {None, before}:
        told = [SendBillingEmailUndone(group.id, group.version, to) for to in ("earlier", "new")]
    log.save(group, jobs=[Job("send_billing_email_undone", each, group.id) for each in told])


class SendBillingEmailUndone(msgspec.Struct, frozen=True):
    """The worker's job: tell an address that staff undid a change of the billing email."""

    bill_group_id: UUID
    version: int
    to: Literal["earlier", "new"]


def _billing_email(group: BillGroup) -> str | None:
    contact = group.contacts.get("billing")
    return contact.email if contact else None


def billing_country(billing: Contact | None) -> str | None:
    """Say which country's rules hold (ISO 3166-1 alpha-2), where the address is known."""
    return billing.address.country if billing and billing.address else None


def _kept(detail: Detail, typed: str, country: str | None) -> str | None:
    text = " ".join(typed.split())
    if not text:
        return None
    match detail:
        case "vat_number":
            return vat_number(text, country)
        case "registration_number":
            return registration_number(text, country)
        case _:
            return text
