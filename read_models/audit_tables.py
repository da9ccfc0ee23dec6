"""The tables of the auditors' history, and how events change them. `audit_history` asks.

One row for each thing that concerns access; a session that ends has one for each bill group that it
had opened. Addresses stand in clear here, so that people can be found; erasing purges them.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text, Uuid

from domain.access_review import (
    AccessReviewCompleted,
    AccessReviewOpened,
    AccessReviewReminded,
    AccessReviewRepetitionChanged,
    GrantReviewed,
    GrantsListed,
)
from domain.account import AccountRecorded
from domain.actor import Actor, Staff
from domain.audit_reading import AuditExported, AuditRead
from domain.bill_group import BillGroupRecorded
from domain.customer_session import Entered, SessionEnded, SignedIn
from domain.entity import BrandChanged, EntityRecorded, PaymentRulesChanged
from domain.event import Event
from domain.mail_sending import MailSentAgain
from domain.person import Erased, ErasedAgain, HoldPlaced, HoldReleased
from domain.portal_access import (
    AddressGranted,
    DomainGranted,
    GrantRevoked,
    LinkRotated,
    TurnedOff,
    TurnedOn,
)
from domain.preview import PreviewEnded, PreviewOpened
from domain.sign_in import SignInRefused
from domain.staff import (
    MemberAdded,
    MemberDeactivated,
    MemberReactivated,
    RolesChanged,
    SecondFactorEnrolled,
    SecondFactorReset,
)
from domain.staff_session import StaffSessionEnded, StaffSignedIn
from read_models.columns import Encoded, Key, micros
from read_models.projection import Change, Put, ReadModel, Recorded, Write

metadata = MetaData()

HISTORY = Table(
    "audit_history",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("topic", Text, nullable=False),
    Column("bill_group_id", Uuid),
    Column("domain", Text),
    Column("address", Text),
    Column("staff_id", Uuid),
    Column("by_staff_id", Uuid),
    Column("actor", Encoded(Actor), nullable=False),
    Column("door", Text, nullable=False),
    Column("grant_id", Uuid),
    Column("reason", Text),
    Column("details", Encoded(dict[str, Any]), nullable=False),
    Index("audit_history_of_group", "bill_group_id", "position"),
    Index("audit_history_of_address", "address", "position"),
    Index("audit_history_of_domain", "domain", "position"),
    Index("audit_history_of_staff", "staff_id", "position"),
    Index("audit_history_by_staff", "by_staff_id", "position"),
)
"""`staff_id` is whom it happened to, `by_staff_id` who did it; `details` holds what is left."""

GRANTS = Table(
    "audit_grants",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("value", Text, nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Encoded(Actor)),
    Column("revoked_because", Text),
    Index("audit_grants_of_group", "bill_group_id"),
    Index("audit_grants_value", "value", "bill_group_id"),
)
"""Every grant there ever was: `value` is a domain or, with an `@`, an address."""

BILL_GROUPS = Table(
    "audit_bill_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False, index=True),
    Column("external_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
ACCOUNTS = Table(
    "audit_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
STAFF = Table(
    "audit_staff",
    metadata,
    Column("staff_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
)
ZONES = Table(
    "audit_zones",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("time_zone", Text, nullable=False),
)
"""The time zones of the entities, to choose among when naming a moment."""

_COLUMNS = frozenset({"bill_group_id", "domain", "address", "staff_id", "grant_id", "reason"})
_BASE = frozenset(Event.__struct_fields__)
_UNSAID = frozenset({"entered", "link", "listed"})
"""Fields that stand in rows of their own, or (a link) say nothing to an auditor."""


def happened(recorded: Recorded) -> Iterator[Write]:
    """Put one row, or one for each bill group of a session that ended."""
    event: Any = recorded.event
    places = event.entered if isinstance(event, SessionEnded) else (event,)
    for part, place in enumerate(places):
        yield Put(HISTORY, _row(recorded, part, place))


def _row(recorded: Recorded, part: int, place: Any) -> dict[str, Any]:
    """Give a row; the bill group and the grant are those of its `place` in the event."""
    event: Any = recorded.event
    by = event.actor
    address = getattr(event, "address", None)
    return {
        "position": recorded.position,
        "part": part,
        "recorded_at": recorded.recorded_at,
        "at": micros(event.at),
        "topic": event.topic,
        "bill_group_id": getattr(place, "bill_group_id", None),
        "domain": getattr(event, "domain", None) or _domain(address),
        "address": address,
        "staff_id": getattr(event, "staff_id", None),
        "by_staff_id": by.staff_id if isinstance(by, Staff) else None,
        "actor": by,
        "door": by.door,
        "grant_id": getattr(place, "grant_id", None),
        "reason": getattr(event, "reason", None),
        "details": _details(event),
    }


def _domain(address: str | None) -> str | None:
    """Give the domain of an address; an erased one has none."""
    return address.rpartition("@")[2] if address and "@" in address else None


def _details(event: Event) -> dict[str, Any]:
    names = [
        name
        for name in event.__struct_fields__
        if name not in _BASE and name not in _COLUMNS and name not in _UNSAID
    ]
    given = {name: getattr(event, name) for name in names}
    kept = {name: value for name, value in given.items() if value is not None}
    if isinstance(event, BrandChanged | PaymentRulesChanged):
        kept["entity_id"] = event.stream_id
    builtins: dict[str, Any] = msgspec.to_builtins(kept)
    return builtins


def granted(event: DomainGranted | AddressGranted) -> Iterator[Write]:
    """Note what a grant lets in."""
    row = {
        "grant_id": event.grant_id,
        "bill_group_id": event.bill_group_id,
        "value": event.domain if isinstance(event, DomainGranted) else event.address,
        "granted_at": micros(event.at),
        "revoked_at": None,
        "revoked_by": None,
        "revoked_because": None,
    }
    yield Put(GRANTS, row)


def revoked(event: GrantRevoked) -> Iterator[Write]:
    """Note until when a grant stood, and why no longer."""
    end = {
        "revoked_at": micros(event.at),
        "revoked_by": event.actor,
        "revoked_because": event.reason,
    }
    yield Change(GRANTS, {"grant_id": event.grant_id}, end)


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take what a bill group is found by."""
    row = {
        "bill_group_id": event.stream_id,
        "account_id": event.account_id,
        "external_id": event.external_id,
        "name": event.facts.name,
        "name_key": event.facts.name.casefold(),
    }
    yield Put(BILL_GROUPS, row)


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take an account's name."""
    row = {"account_id": event.stream_id, "name": event.name, "name_key": event.name.casefold()}
    yield Put(ACCOUNTS, row)


def member_added(event: MemberAdded) -> Iterator[Write]:
    """Take a staff member's name and address."""
    yield Put(STAFF, {"staff_id": event.staff_id, "name": event.name, "email": event.email})


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take an entity's time zone."""
    yield Put(ZONES, {"entity_id": event.stream_id, "time_zone": event.facts.time_zone})


CONCERNING: tuple[type[Event], ...] = (
    TurnedOn,
    TurnedOff,
    LinkRotated,
    DomainGranted,
    AddressGranted,
    GrantRevoked,
    SignedIn,
    Entered,
    SessionEnded,
    SignInRefused,
    PreviewOpened,
    PreviewEnded,
    MemberAdded,
    RolesChanged,
    MemberDeactivated,
    MemberReactivated,
    SecondFactorEnrolled,
    SecondFactorReset,
    StaffSignedIn,
    StaffSessionEnded,
    BrandChanged,
    PaymentRulesChanged,
    MailSentAgain,
    AuditRead,
    AuditExported,
    HoldPlaced,
    HoldReleased,
    Erased,
    ErasedAgain,
    AccessReviewOpened,
    GrantsListed,
    GrantReviewed,
    AccessReviewReminded,
    AccessReviewRepetitionChanged,
    AccessReviewCompleted,
)
"""Every event that concerns access, and what staff had mailed; each has a row in the history."""

MODEL = ReadModel(
    name="audit_history",
    version=4,
    tables=(HISTORY, GRANTS, BILL_GROUPS, ACCOUNTS, STAFF, ZONES),
    handlers={
        DomainGranted: granted,
        AddressGranted: granted,
        GrantRevoked: revoked,
        BillGroupRecorded: bill_group_recorded,
        AccountRecorded: account_recorded,
        MemberAdded: member_added,
        EntityRecorded: entity_recorded,
    },
    placed=dict.fromkeys(CONCERNING, happened),
)
