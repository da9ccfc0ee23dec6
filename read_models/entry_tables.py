"""The tables that decide who may enter which portal, and how events change them.

Link, on or off, grants, contracts, unpaid invoices, names and brand. `read_models.entry` asks.
"""

from collections.abc import Iterator

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    false,
)

from domain.account import AccountRecorded, ContractRecorded
from domain.bill_group import BillGroupRecorded
from domain.entity import BrandChanged, EntityRecorded, PaymentRulesChanged
from domain.event import Event
from domain.invoice import (
    InvoiceRecorded,
)
from domain.portal_access import (
    AddressGranted,
    DomainGranted,
    GrantRevoked,
    LinkRotated,
    TurnedOff,
    TurnedOn,
)
from read_models.columns import micros
from read_models.projection import Change, Drop, Put, ReadModel, Write
from read_models.standing import SETTLING

metadata = MetaData()

ENTITIES = Table(
    "entry_entities",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("name", Text),
    Column("time_zone", Text),
    Column("language", Text),
    Column("support_email", Text),
    Column("support_phone", Text),
    Column("accent", Text),
    Column("logo_sha256", Text),
    Column("logo_kind", Text),
    Column("terms_url", Text),
    Column("privacy_url", Text),
    Column("provider", Text),
)
ACCOUNTS = Table(
    "entry_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
)
CONTRACTS = Table(
    "entry_contracts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("contract_id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("ends_on", Date),
)
INVOICES = Table(
    "entry_invoices",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("is_unpaid", Boolean, nullable=False),
    Index("entry_unpaid", "account_id", "is_unpaid"),
)
BILL_GROUPS = Table(
    "entry_bill_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text),
)
ACCESS = Table(
    "entry_access",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("link", Text, index=True),
    Column("is_on", Boolean, nullable=False, server_default=false()),
    Column("switched_at", BigInteger, nullable=False, server_default="0"),
)
"""`switched_at` is when the portal was switched last (µs UTC): it ends sign-ins asked before."""

GRANTS = Table(
    "entry_grants",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Index("entry_grants_value", "value", "bill_group_id"),
)
"""`value` is a domain or, with an `@`, an address: so one comparison covers both kinds."""


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take name, zone, language and support contact."""
    facts = event.facts
    row = {
        "entity_id": event.stream_id,
        "name": facts.name,
        "time_zone": facts.time_zone,
        "language": facts.language,
        "support_email": facts.support.email,
        "support_phone": facts.support.phone,
    }
    yield Put(ENTITIES, row)


def brand_changed(event: BrandChanged) -> Iterator[Write]:
    """Take the whole brand."""
    names = ("accent", "logo_sha256", "logo_kind", "terms_url", "privacy_url")
    brand = {name: getattr(event, name) for name in names}
    yield Put(ENTITIES, {"entity_id": event.stream_id, **brand})


def payment_rules_changed(event: PaymentRulesChanged) -> Iterator[Write]:
    """Take through which provider account customers pay, if they can."""
    yield Put(ENTITIES, {"entity_id": event.stream_id, "provider": event.rules.provider})


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take the account's name."""
    yield Put(ACCOUNTS, {"account_id": event.stream_id, "name": event.name})


def contract_recorded(event: ContractRecorded) -> Iterator[Write]:
    """Take what decides whether portals of the account are available."""
    row = {
        "account_id": event.stream_id,
        "contract_id": event.contract_id,
        "status": event.status,
        "ends_on": event.ends_on,
    }
    yield Put(CONTRACTS, row)


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take whose the bill group is and what it is called."""
    row = {
        "bill_group_id": event.stream_id,
        "account_id": event.account_id,
        "entity_id": event.entity_id,
        "name": event.facts.name,
        "language": event.facts.language,
    }
    yield Put(BILL_GROUPS, row)


def invoice_recorded(event: InvoiceRecorded) -> Iterator[Write]:
    """Note whether something of the invoice is open."""
    row = {
        "invoice_id": event.stream_id,
        "account_id": event.account_id,
        "is_unpaid": event.settlement.open > 0,
    }
    yield Put(INVOICES, row)


def invoice_settled(event: Event) -> Iterator[Write]:
    """Note whether something of the invoice is still open."""
    unpaid = event.settlement.open > 0  # type: ignore[attr-defined]
    yield Change(INVOICES, {"invoice_id": event.stream_id}, {"is_unpaid": unpaid})


def switched(event: TurnedOn | TurnedOff) -> Iterator[Write]:
    """Note that the portal is on or off, and since when."""
    row = {
        "bill_group_id": event.bill_group_id,
        "is_on": isinstance(event, TurnedOn),
        "switched_at": micros(event.at),
    }
    yield Put(ACCESS, row)


def link_rotated(event: LinkRotated) -> Iterator[Write]:
    """Take the link; the one before is unknown from now on."""
    yield Put(ACCESS, {"bill_group_id": event.bill_group_id, "link": event.link})


def domain_granted(event: DomainGranted) -> Iterator[Write]:
    """Let every address of exactly this domain in."""
    yield _granted(event, "domain", event.domain)


def address_granted(event: AddressGranted) -> Iterator[Write]:
    """Let one address in."""
    yield _granted(event, "address", event.address)


def _granted(event: DomainGranted | AddressGranted, kind: str, value: str) -> Write:
    row = {
        "grant_id": event.grant_id,
        "bill_group_id": event.bill_group_id,
        "kind": kind,
        "value": value,
    }
    return Put(GRANTS, row)


def grant_revoked(event: GrantRevoked) -> Iterator[Write]:
    """Let nobody in by this grant any more."""
    yield Drop(GRANTS, {"grant_id": event.grant_id})


MODEL = ReadModel(
    name="entry",
    version=2,
    tables=(ENTITIES, ACCOUNTS, CONTRACTS, INVOICES, BILL_GROUPS, ACCESS, GRANTS),
    handlers={
        EntityRecorded: entity_recorded,
        BrandChanged: brand_changed,
        PaymentRulesChanged: payment_rules_changed,
        AccountRecorded: account_recorded,
        ContractRecorded: contract_recorded,
        BillGroupRecorded: bill_group_recorded,
        InvoiceRecorded: invoice_recorded,
        **dict.fromkeys(SETTLING, invoice_settled),
        TurnedOn: switched,
        TurnedOff: switched,
        LinkRotated: link_rotated,
        DomainGranted: domain_granted,
        AddressGranted: address_granted,
        GrantRevoked: grant_revoked,
    },
)
