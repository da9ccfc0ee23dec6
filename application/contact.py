"""Changing contacts; a new billing email takes effect after its mailbox has confirmed it.

Whoever holds a session changes everything else at once. The new address gets a link and a code,
good for a day; the old one is told when it is asked for, and both when it has happened.
"""

import hmac
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec.structs import replace

from application.ports.billing_emails import (
    BillingEmailChange,
    BillingEmailChangeOver,
    BillingEmails,
    EmailProof,
)
from application.ports.clock import Clock
from application.ports.event_log import Beside, EventLog, Job
from application.ports.ids import Ids
from application.ports.outbox import Outbox
from application.ports.rate_limits import Budget, Limit, RateLimits
from application.sign_in import SECRET_BITS, CodeWrong, TriesUsedUp, hashed, typed_code
from domain.actor import Customer
from domain.aggregate import Refusal
from domain.bill_group import BillGroup, Contact, ContactRole
from domain.event import Act
from domain.personal import is_erased

PER_BILL_GROUP = (Limit(2, timedelta(minutes=1)), Limit(10, timedelta(hours=1)))
"""How many mails to new billing emails a bill group can cause."""


class TooManyBillingEmailMails(Refusal):
    """So many new addresses were mailed already that this one has to wait."""

    code = "too_many_billing_email_mails"


class ChangeContact(msgspec.Struct, frozen=True):
    """Make a contact this one, or nobody; mails about it are written in `language`."""

    bill_group_id: UUID
    role: ContactRole
    contact: Contact | None
    language: str


class ConfirmBillingEmail(msgspec.Struct, frozen=True):
    """Confirm a new billing email `by` its mail's link (the secret) or its code."""

    change_id: UUID
    by: Literal["link", "code"]
    proof: str


class CancelBillingEmail(msgspec.Struct, frozen=True):
    """Let the new billing email of a bill group be."""

    bill_group_id: UUID


class SendBillingEmailAgain(msgspec.Struct, frozen=True):
    """Mail the new billing email of a bill group once more."""

    bill_group_id: UUID


class SendBillingEmailConfirmation(msgspec.Struct, frozen=True):
    """The worker's job: mail the new address what confirms it."""

    change_id: UUID


class SendBillingEmailNotice(msgspec.Struct, frozen=True):
    """The worker's job: tell the earlier address what was asked for, or both what has changed."""

    change_id: UUID
    told: Literal["asked", "changed"]
    to: Literal["earlier", "new"]


class ContactDesk(msgspec.Struct, frozen=True):
    """What changing contacts needs; `asker_is_in` refuses in a transaction whoever lost access."""

    emails: BillingEmails
    limits: RateLimits
    outbox: Outbox
    clock: Clock
    ids: Ids
    code_key: bytes
    asker_is_in: Callable[[BillingEmailChange], Beside]


Changing: TypeAlias = Callable[[ChangeContact, Act, EventLog], bool]
Confirming: TypeAlias = Callable[[ConfirmBillingEmail, Act, EventLog], UUID]
Cancelling: TypeAlias = Callable[[CancelBillingEmail, Act, EventLog], None]
Repeating: TypeAlias = Callable[[SendBillingEmailAgain, Act, EventLog], None]


def changing_contact(desk: ContactDesk) -> Changing:
    """Give the handler of ChangeContact; it says whether a new billing email waits now.

    Raises BillingContactStays, TooManyBillingEmailMails.
    """

    def change(command: ChangeContact, act: Act, log: EventLog) -> bool:
        group = log.get(BillGroup, command.bill_group_id)
        present, wanted = group.contacts.get(command.role), command.contact
        if command.role != "billing" or wanted is None or _same_email(present, wanted):
            group.change_contact(command.role, wanted, by=act)
            log.save(group)
            return False
        beside = _asking(command, wanted, present, act, desk)
        if present is not None:
            group.change_contact("billing", replace(wanted, email=present.email), by=act)
        log.save(group, beside=beside)
        return True

    return change


def confirming_billing_email(desk: ContactDesk) -> Confirming:
    """Give the handler of ConfirmBillingEmail; it gives the bill group.

    The change is made by whoever asked for it, as long as they have access. Raises
    BillingEmailChangeOver, CodeWrong, TriesUsedUp.
    """

    def confirm(command: ConfirmBillingEmail, act: Act, log: EventLog) -> UUID:
        change = _waiting(command.change_id, act, desk)
        _check(command, desk)
        asked = Customer(change.asked_by, change.bill_group_id, change.session_id)
        group = log.get(BillGroup, change.bill_group_id)
        known = change.first or group.contacts.get("billing")
        if known is None:
            raise BillingEmailChangeOver
        by = Act(act.at, asked, act.command_id)
        group.confirm_billing_email(replace(known, email=change.address), by=by)
        beside = [
            desk.asker_is_in(change),
            desk.emails.ending(change.change_id, "confirmed", act.at),
            *(_told(change, "changed", to, act, desk) for to in _both(change)),
        ]
        log.save(group, beside=beside)
        return change.bill_group_id

    return confirm


def cancelling_billing_email(desk: ContactDesk) -> Cancelling:
    """Give the handler of CancelBillingEmail; nothing happens where nothing waits."""

    def cancel(command: CancelBillingEmail, act: Act, log: EventLog) -> None:
        change = desk.emails.newest(command.bill_group_id)
        if change is not None:
            log.save(beside=[desk.emails.ending(change.change_id, "cancelled", act.at)])

    return cancel


def repeating_billing_email(desk: ContactDesk) -> Repeating:
    """Give the handler of SendBillingEmailAgain.

    Raises BillingEmailChangeOver, TooManyBillingEmailMails.
    """

    def repeat(command: SendBillingEmailAgain, act: Act, log: EventLog) -> None:
        change = desk.emails.newest(command.bill_group_id)
        if change is None or change.state(act.at) != "waiting":
            raise BillingEmailChangeOver
        _spend(command.bill_group_id, act, desk)
        log.save(beside=[_confirmation(change, act, desk)])

    return repeat


def make_email_proof(change_id: UUID, desk: ContactDesk) -> tuple[str, str]:
    """Make the secret and the code of one mail and keep their hashes.

    Raises BillingEmailChangeOver.
    """
    secret, code = desk.ids.secret(SECRET_BITS), desk.ids.code()
    proof = EmailProof(hashed(secret), _code_hash(code, desk))
    if not desk.emails.add_proof(change_id, proof, desk.clock.now()):
        raise BillingEmailChangeOver
    return secret, code


def _same_email(present: Contact | None, wanted: Contact) -> bool:
    return present is not None and present.email == wanted.email


def _asking(
    command: ChangeContact, wanted: Contact, present: Contact | None, act: Act, desk: ContactDesk
) -> list[Beside]:
    """Give what is kept and mailed when a new billing email is asked for."""
    if not isinstance(act.actor, Customer):
        raise TypeError("only customers ask for a new billing email")
    _spend(command.bill_group_id, act, desk)
    earlier = present.email if present and not is_erased(present.email) else None
    change = BillingEmailChange(
        change_id=desk.ids.uuid7(),
        bill_group_id=command.bill_group_id,
        address=wanted.email,
        earlier=earlier,
        asked_by=act.actor.address,
        session_id=act.actor.session_id,
        language=command.language,
        asked_at=act.at,
        first=None if present else wanted,
    )
    told = [_told(change, "asked", "earlier", act, desk)] if earlier else []
    return [desk.emails.asking(change), _confirmation(change, act, desk), *told]


def _spend(bill_group_id: UUID, act: Act, desk: ContactDesk) -> None:
    budget = Budget(f"billing-email:{bill_group_id}", PER_BILL_GROUP)
    if not desk.limits.spend([budget], act.at):
        raise TooManyBillingEmailMails


def _confirmation(change: BillingEmailChange, act: Act, desk: ContactDesk) -> Beside:
    payload = SendBillingEmailConfirmation(change.change_id)
    job = Job("send_billing_email_confirmation", payload, change.bill_group_id)
    return desk.outbox.adding(job, act.at)


def _told(
    change: BillingEmailChange,
    told: Literal["asked", "changed"],
    to: Literal["earlier", "new"],
    act: Act,
    desk: ContactDesk,
) -> Beside:
    payload = SendBillingEmailNotice(change.change_id, told, to)
    return desk.outbox.adding(
        Job("send_billing_email_notice", payload, change.bill_group_id), act.at
    )


def _both(change: BillingEmailChange) -> tuple[Literal["earlier", "new"], ...]:
    return ("earlier", "new") if change.earlier else ("new",)


def _waiting(change_id: UUID, act: Act, desk: ContactDesk) -> BillingEmailChange:
    change = desk.emails.get(change_id)
    if change is None or change.state(act.at) != "waiting":
        raise BillingEmailChangeOver
    return change


def _check(command: ConfirmBillingEmail, desk: ContactDesk) -> None:
    if command.by == "link":
        if not desk.emails.has_link(command.change_id, hashed(command.proof)):
            raise BillingEmailChangeOver
        return
    code = typed_code(command.proof)
    if not code:
        raise CodeWrong  # no guess at all: it costs no try
    if not desk.emails.count_try(command.change_id):
        raise TriesUsedUp
    if not desk.emails.has_code(command.change_id, _code_hash(code, desk)):
        raise CodeWrong


def _code_hash(code: str, desk: ContactDesk) -> bytes:
    return hmac.digest(desk.code_key, code.encode(), sha256)
