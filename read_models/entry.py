"""Who may enter which portal now, computed at each request.

A session with its grant is one question (`session_scope`). Sessions are operational and belong to
an adapter; their table is only named here. Moments are µs UTC, `now` is aware.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    LargeBinary,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    table,
)

from domain.sign_in import SignInObstacle
from read_models.columns import micros
from read_models.entry_tables import (
    ACCESS,
    ACCOUNTS,
    BILL_GROUPS,
    CONTRACTS,
    ENTITIES,
    GRANTS,
    INVOICES,
    MODEL,
)
from read_models.scope import Scope

__all__ = [
    "MODEL",
    "BillGroupPortal",
    "SessionScope",
    "bill_groups_of",
    "covering",
    "obstacle",
    "portal_of_bill_group",
    "portal_of_link",
    "session_scope",
    "uncovered_sessions",
]

IDLE = timedelta(hours=4)
"""A session ends after so long without use."""

MENU = 50
"""So many bill groups are listed beside the current one; the switcher's page lists all."""

_NO_END = date(9999, 12, 31)

SESSIONS = table(
    "sessions",
    column("session_id", Uuid),
    column("session_hash", LargeBinary),
    column("address", Text),
    column("domain", Text),
    column("signed_in_at", BigInteger),
    column("last_used_at", BigInteger),
    column("ends_at", BigInteger),
    column("ended_at", BigInteger),
)
ENTERED = table("session_entries", column("session_id", Uuid), column("bill_group_id", Uuid))


class BillGroupPortal(msgspec.Struct, frozen=True):
    """The portal of one bill group: its names, its entity's look, and what it takes to be open.

    `provider` is the account that payments go through, nothing where none is taken. `runs_until` is
    the last day of the longest active contract, nothing without one. `unpaid` says whether any
    invoice of the account is open. `grant_id` covers the address that was asked for; `entered` says
    whether the session has opened the bill group before.
    """

    bill_group_id: UUID
    bill_group_name: str
    bill_group_language: str | None
    account_name: str
    entity_id: UUID
    entity_name: str
    time_zone: str
    language: str
    support_email: str
    support_phone: str | None
    accent: str | None
    logo_sha256: str | None
    logo_kind: str | None
    terms_url: str | None
    privacy_url: str | None
    provider: str | None
    link: str | None
    is_on: bool
    switched_at: int
    runs_until: date | None
    unpaid: bool
    grant_id: UUID | None = None
    entered: bool = False

    def scope(self, now: datetime) -> Scope:
        """Say whose rows, and which day it is where the entity is."""
        today = now.astimezone(ZoneInfo(self.time_zone)).date()
        return Scope(self.bill_group_id, self.entity_id, today)

    @property
    def was_on(self) -> bool:
        """Whether the portal was ever switched on."""
        return self.switched_at > 0

    def has_contract(self, now: datetime) -> bool:
        """Whether the account has an active contract (the rule of `domain.account`)."""
        if self.runs_until is None:
            return False
        return self.unpaid or self.runs_until >= self.scope(now).today

    def is_open(self, now: datetime) -> bool:
        """Whether the portal is available: on, and the account has an active contract."""
        return self.is_on and self.has_contract(now)


class SessionScope(msgspec.Struct, frozen=True):
    """A live session, and every bill group that a grant covers for its address now.

    `portals` starts with the bill group that was asked for, when a grant covers it.
    """

    session_id: UUID
    address: str
    signed_in_at: int
    last_used_at: int
    portals: list[BillGroupPortal]

    def portal(self, bill_group_id: UUID) -> BillGroupPortal | None:
        """Give the covered portal of one bill group, or nothing: foreign and unknown alike."""
        here = (portal for portal in self.portals if portal.bill_group_id == bill_group_id)
        return next(here, None)

    def first(self, now: datetime) -> BillGroupPortal:
        """Give the one to begin with: the first that is open, else the first."""
        return next((one for one in self.portals if one.is_open(now)), self.portals[0])


def session_scope(
    connection: Connection, session_hash: bytes, bill_group_id: UUID | None, now: datetime
) -> SessionScope | None:
    """Ask for a live session with what it covers; nothing when it is over or covers nothing.

    Without a bill group, those come first that the session has opened.
    """
    given = {
        "session_hash": session_hash,
        "bill_group_id": bill_group_id,
        "now": micros(now),
        "idle_since": micros(now - IDLE),
    }
    query = _ENTERED_FIRST if bill_group_id is None else _ASKED_FIRST
    rows = connection.execute(query, given).all()
    if not rows:
        return None
    session_id, address, signed_in_at, last_used_at = rows[0][: len(_SESSION)]
    portals = [BillGroupPortal(*row[len(_SESSION) :]) for row in rows]
    return SessionScope(session_id, address, signed_in_at, last_used_at, portals)


def portal_of_link(connection: Connection, link: str) -> BillGroupPortal | None:
    """Ask whose portal link this is; rotated and unknown ones are nobody's."""
    query = select(*_PORTAL).select_from(_JOINED).where(ACCESS.c.link == link)
    return _first(connection, query)


def portal_of_bill_group(connection: Connection, bill_group_id: UUID) -> BillGroupPortal | None:
    """Ask for the portal of one bill group, whoever asks: for the worker and the preview."""
    query = select(*_PORTAL).select_from(_JOINED)
    return _first(connection, query.where(BILL_GROUPS.c.bill_group_id == bill_group_id))


def covering(connection: Connection, bill_group_id: UUID, address: str) -> BillGroupPortal | None:
    """Ask for the portal with the grant that lets a canonical address in, or nothing."""
    query = (
        select(*_PORTAL, GRANTS.c.grant_id)
        .select_from(_JOINED.join(GRANTS, _OF_GRANT))
        .where(BILL_GROUPS.c.bill_group_id == bill_group_id, _lets_in(address))
    )
    return _first(connection, query)


def obstacle(  # noqa: PLR0913 - a sign-in under way is these facts
    connection: Connection,
    bill_group_id: UUID,
    address: str,
    *,
    link: str,
    asked_at: datetime,
    grant_id: UUID,
    now: datetime,
) -> SignInObstacle | None:
    """Say why a sign-in that is under way cannot go on, if so.

    It was asked through `link` and mailed by a grant: it dies with either, and with the portal's
    being switched off, even when that is undone.
    """
    portal = covering(connection, bill_group_id, address)
    if portal is None:
        return "revoked"
    if not portal.is_on or portal.switched_at > micros(asked_at):
        return "portal_off"
    if portal.link != link:
        return "rotated"
    if not portal.has_contract(now):
        return "no_contract"
    return None if portal.grant_id == grant_id else "revoked"


def bill_groups_of(connection: Connection, address: str, now: datetime) -> list[BillGroupPortal]:
    """List the open portals that a grant covers for an address, by account and name."""
    query: Select[Any] = (
        select(*_PORTAL, GRANTS.c.grant_id)
        .select_from(_JOINED.join(GRANTS, _OF_GRANT))
        .where(_lets_in(address), ACCESS.c.is_on)
        .order_by(ACCOUNTS.c.name, BILL_GROUPS.c.name, BILL_GROUPS.c.bill_group_id)
    )
    rows = connection.execute(query)
    portals = [BillGroupPortal(*row) for row in rows]
    return [portal for portal in portals if portal.is_open(now)]


def uncovered_sessions(connection: Connection, now: datetime, limit: int) -> list[UUID]:
    """List live sessions whose address no grant covers any more, wherever."""
    covered = exists().where(GRANTS.c.value.in_([SESSIONS.c.address, SESSIONS.c.domain]))
    query = select(SESSIONS.c.session_id).where(is_live(now), not_(covered)).limit(limit)
    return list(connection.execute(query).scalars())


def is_live(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a session is not over: not ended, not idle too long, not too old."""
    return _is_live(micros(now), micros(now - IDLE))


def _is_live(now: Any, idle_since: Any) -> ColumnElement[bool]:
    return and_(
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.ends_at > now,
        SESSIONS.c.last_used_at > idle_since,
    )


def _lets_in(address: str) -> ColumnElement[bool]:
    return GRANTS.c.value.in_([address, address.rpartition("@")[2]])


def _first(connection: Connection, query: Select[Any]) -> BillGroupPortal | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else BillGroupPortal(*row)


def _session_scope(first: ColumnElement[bool]) -> Select[Any]:
    """Ask for a session with its portals, those first for which `first` holds."""
    names = (ACCOUNTS.c.name, BILL_GROUPS.c.name, BILL_GROUPS.c.bill_group_id)
    live = _is_live(bindparam("now", type_=BigInteger), bindparam("idle_since", type_=BigInteger))
    return (
        select(*_SESSION, *_PORTAL, GRANTS.c.grant_id, _ENTERED.label("entered"))
        .select_from(_JOINED.join(GRANTS, _OF_GRANT).join(SESSIONS, _COVERS))
        .where(SESSIONS.c.session_hash == bindparam("session_hash", type_=LargeBinary), live)
        .order_by(first.desc(), *names)
        .limit(MENU)
    )


_JOINED = (
    BILL_GROUPS.join(ACCOUNTS, ACCOUNTS.c.account_id == BILL_GROUPS.c.account_id)
    .join(ENTITIES, ENTITIES.c.entity_id == BILL_GROUPS.c.entity_id)
    .join(ACCESS, ACCESS.c.bill_group_id == BILL_GROUPS.c.bill_group_id, isouter=True)
)
_OF_GRANT = GRANTS.c.bill_group_id == BILL_GROUPS.c.bill_group_id
_COVERS = or_(GRANTS.c.value == SESSIONS.c.address, GRANTS.c.value == SESSIONS.c.domain)
_RUNS_UNTIL = (
    select(func.max(func.coalesce(CONTRACTS.c.ends_on, literal(_NO_END, Date)), type_=Date))
    .where(CONTRACTS.c.account_id == BILL_GROUPS.c.account_id, CONTRACTS.c.status == "active")
    .scalar_subquery()
)
_UNPAID = exists().where(INVOICES.c.account_id == BILL_GROUPS.c.account_id, INVOICES.c.is_unpaid)
_ENTERED = exists().where(
    ENTERED.c.session_id == SESSIONS.c.session_id,
    ENTERED.c.bill_group_id == BILL_GROUPS.c.bill_group_id,
)
_PORTAL: tuple[ColumnElement[Any], ...] = (
    BILL_GROUPS.c.bill_group_id,
    BILL_GROUPS.c.name.label("bill_group_name"),
    BILL_GROUPS.c.language.label("bill_group_language"),
    ACCOUNTS.c.name.label("account_name"),
    ENTITIES.c.entity_id,
    ENTITIES.c.name.label("entity_name"),
    ENTITIES.c.time_zone,
    ENTITIES.c.language,
    ENTITIES.c.support_email,
    ENTITIES.c.support_phone,
    ENTITIES.c.accent,
    ENTITIES.c.logo_sha256,
    ENTITIES.c.logo_kind,
    ENTITIES.c.terms_url,
    ENTITIES.c.privacy_url,
    ENTITIES.c.provider,
    ACCESS.c.link,
    func.coalesce(ACCESS.c.is_on, false()).label("is_on"),
    func.coalesce(ACCESS.c.switched_at, 0).label("switched_at"),
    _RUNS_UNTIL.label("runs_until"),
    _UNPAID.label("unpaid"),
)
"""The fields of BillGroupPortal in their order; `grant_id` and `entered` follow where known."""
_SESSION = tuple(
    SESSIONS.c[name] for name in ("session_id", "address", "signed_in_at", "last_used_at")
)
_ENTERED_FIRST = _session_scope(_ENTERED)
_ASKED_FIRST = _session_scope(
    BILL_GROUPS.c.bill_group_id == bindparam("bill_group_id", type_=Uuid())
)
