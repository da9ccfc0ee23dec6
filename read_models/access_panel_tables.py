"""The tables of the Customer Portal panel, and how events change them. `access_panel` asks."""

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    false,
)

from domain.actor import Actor
from domain.customer_session import Entered, SignedIn
from domain.event import Event
from domain.portal_access import (
    AddressGranted,
    DomainGranted,
    GrantRevoked,
    LinkRotated,
    TurnedOff,
    TurnedOn,
)
from domain.preview import PreviewOpened
from domain.sign_in import SignInRefused
from read_models.columns import Encoded, micros
from read_models.projection import Change, Put, ReadModel, Recorded, Write

GrantKind: TypeAlias = Literal["domain", "address"]
Happening: TypeAlias = Literal[
    "turned_on",
    "turned_off",
    "link_rotated",
    "domain_granted",
    "address_granted",
    "domain_revoked",
    "address_revoked",
    "signed_in",
    "entered",
    "refused",
    "previewed",
]

metadata = MetaData()

ACCESS = Table(
    "access_panel",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("is_on", Boolean, nullable=False, server_default=false()),
    Column("switched_at", BigInteger),
    Column("switched_by", Encoded(Actor)),
    Column("link", Text),
    Column("link_made_at", BigInteger),
)
GRANTS = Table(
    "access_panel_grants",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("granted_by", Encoded(Actor), nullable=False),
    Column("reason", Text),
    Column("override", Boolean, nullable=False),
    Column("revoked_at", BigInteger),
    Index("access_panel_grants_of_group", "bill_group_id"),
)
"""`value` is the domain or the address; revoked grants stay, so that sign-ins can name them."""

PEOPLE = Table(
    "access_panel_people",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False, index=True),
    Column("signed_in_at", BigInteger, nullable=False),
)
"""Who signed in or entered by each grant, and when last."""

HISTORY = Table(
    "access_panel_history",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("bill_group_id", Uuid, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Encoded(Actor), nullable=False),
    Column("what", Text, nullable=False),
    Column("value", Text),
    Column("grant_id", Uuid),
    Column("detail", Text),
    Index("access_panel_history_of_group", "bill_group_id", "position"),
)
"""`value` is a domain or an address; `detail` a reason, a browser, or what stood in the way."""


def switched(event: TurnedOn | TurnedOff) -> Iterator[Write]:
    """Note on or off, since when and by whom."""
    row = {
        "bill_group_id": event.bill_group_id,
        "is_on": isinstance(event, TurnedOn),
        "switched_at": micros(event.at),
        "switched_by": event.actor,
    }
    yield Put(ACCESS, row)


def link_rotated(event: LinkRotated) -> Iterator[Write]:
    """Take the link."""
    made = {"link": event.link, "link_made_at": micros(event.at)}
    yield Put(ACCESS, {"bill_group_id": event.bill_group_id, **made})


def granted(event: DomainGranted | AddressGranted) -> Iterator[Write]:
    """Take a grant with who gave it, when and why."""
    by_domain = isinstance(event, DomainGranted)
    row = {
        "grant_id": event.grant_id,
        "bill_group_id": event.bill_group_id,
        "kind": "domain" if by_domain else "address",
        "value": event.domain if isinstance(event, DomainGranted) else event.address,
        "domain": event.domain,
        "granted_at": micros(event.at),
        "granted_by": event.actor,
        "reason": event.reason,
        "override": isinstance(event, DomainGranted) and event.override,
        "revoked_at": None,
    }
    yield Put(GRANTS, row)


def revoked(event: GrantRevoked) -> Iterator[Write]:
    """Take the grant off the list."""
    yield Change(GRANTS, {"grant_id": event.grant_id}, {"revoked_at": micros(event.at)})


def came_in(event: SignedIn | Entered) -> Iterator[Write]:
    """Note who came in by which grant, and when last."""
    row = {
        "grant_id": event.grant_id,
        "address": event.address,
        "bill_group_id": event.bill_group_id,
        "signed_in_at": micros(event.at),
    }
    yield Put(PEOPLE, row)


def happened(recorded: Recorded) -> Iterator[Write]:
    """Put a line into the history."""
    event: Any = recorded.event
    what, value, detail = _told(event)
    row = {
        "position": recorded.position,
        "bill_group_id": event.bill_group_id,
        "at": micros(event.at),
        "by": event.actor,
        "what": what,
        "value": value,
        "grant_id": getattr(event, "grant_id", None),
        "detail": detail,
    }
    yield Put(HISTORY, row)


def _told(event: Event) -> tuple[Happening, str | None, str | None]:  # noqa: PLR0911 - one a fact
    match event:
        case DomainGranted():
            return "domain_granted", event.domain, event.reason
        case AddressGranted():
            return "address_granted", event.address, event.reason
        case GrantRevoked(address=None):
            return "domain_revoked", event.domain, event.reason
        case GrantRevoked():
            return "address_revoked", event.address, event.reason
        case SignedIn():
            return "signed_in", event.address, event.browser
        case Entered():
            return "entered", event.address, None
        case SignInRefused():
            return "refused", event.address, event.why
        case _:
            return _SWITCHES[type(event)], None, getattr(event, "reason", None)


_SWITCHES: dict[type[Event], Happening] = {
    TurnedOn: "turned_on",
    TurnedOff: "turned_off",
    LinkRotated: "link_rotated",
    PreviewOpened: "previewed",
}


MODEL = ReadModel(
    name="access_panel",
    version=1,
    tables=(ACCESS, GRANTS, PEOPLE, HISTORY),
    handlers={
        TurnedOn: switched,
        TurnedOff: switched,
        LinkRotated: link_rotated,
        DomainGranted: granted,
        AddressGranted: granted,
        GrantRevoked: revoked,
        SignedIn: came_in,
        Entered: came_in,
    },
    placed=dict.fromkeys(
        (
            TurnedOn,
            TurnedOff,
            LinkRotated,
            DomainGranted,
            AddressGranted,
            GrantRevoked,
            SignedIn,
            Entered,
            SignInRefused,
            PreviewOpened,
        ),
        happened,
    ),
)
