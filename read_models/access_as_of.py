"""Who could enter at a moment: the live read models' own handlers, run again up to that moment.

There is no second account of history: the events of the bill groups asked about go through the
handlers of `entry` and `access_panel` into an empty database, and their own queries answer. What
was granted at a moment counts from that moment on; what was revoked at it does not.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from domain.actor import Actor
from domain.bill_group import BillGroupRecorded
from domain.event import topics_of
from domain.identity import portal_access_id
from read_models import access_panel, entry, entry_tables
from read_models.access_panel import GrantKind
from read_models.audit_history import GrantEnd
from read_models.projection import ReadModel, Recorded, apply

MODELS: tuple[ReadModel, ...] = (
    entry.MODEL,
    msgspec.structs.replace(access_panel.MODEL, placed={}),  # the panel's history is not asked
)

ReadStreams: TypeAlias = Callable[
    [Connection, Sequence[UUID], Collection[str], int], Sequence[Recorded]
]
"""Reads the log: connection, these streams, these topics, up to this position."""

TOPICS = frozenset(
    topic
    for model in MODELS
    for kind in (*model.handlers, *model.placed)
    for topic in topics_of(kind)
)


class Past(msgspec.Struct, frozen=True):
    """Where history is read from, up to which position, and for which moment."""

    connection: Connection
    read: ReadStreams
    up_to: int
    at: datetime


class Rule(msgspec.Struct, frozen=True):
    """A grant that stood: what it let in, who gave it, when, why, and how it ended later."""

    grant_id: UUID
    kind: GrantKind
    value: str
    granted_at: int
    granted_by: Actor
    reason: str | None
    override: bool
    ended: GrantEnd | None = None


class AccessAsOf(msgspec.Struct, frozen=True):
    """The portal of one bill group at a moment, and the rules that stood then.

    `position` is the last event that counted, 0 for none. `is_open` says that the portal was on and
    available, so that those whom the rules let in could enter.
    """

    bill_group_id: UUID
    position: int
    is_known: bool
    is_on: bool
    switched_at: int | None
    switched_by: Actor | None
    has_contract: bool
    rules: tuple[Rule, ...]

    @property
    def is_open(self) -> bool:
        """Whether those whom the rules let in could enter."""
        return self.is_known and self.is_on and self.has_contract


def of_bill_groups(
    past: Past, into: Connection, bill_group_ids: Sequence[UUID]
) -> list[AccessAsOf]:
    """Tell who could enter these bill groups; `into` is an empty database of one's own."""
    for model in MODELS:
        for table in model.tables:
            table.create(into)
    recorded, accounts = _recorded(past, bill_group_ids)
    apply(into, MODELS, recorded)
    recorded += _invoices(past, into, accounts)
    position = max((each.position for each in recorded), default=0)
    return [_of_bill_group(into, past, position, each) for each in bill_group_ids]


def _of_bill_group(into: Connection, past: Past, position: int, bill_group_id: UUID) -> AccessAsOf:
    portal = entry.portal_of_bill_group(into, bill_group_id)
    panel = access_panel.of_bill_group(into, bill_group_id)
    return AccessAsOf(
        bill_group_id=bill_group_id,
        position=position,
        is_known=portal is not None,
        is_on=panel.is_on,
        switched_at=panel.switched_at,
        switched_by=panel.switched_by,
        has_contract=portal is not None and portal.has_contract(past.at),
        rules=tuple(_rule(row) for row in access_panel.grants(into, bill_group_id)),
    )


def _rule(row: access_panel.GrantRow) -> Rule:
    names = [name for name in Rule.__struct_fields__ if name != "ended"]
    return Rule(**{name: getattr(row, name) for name in names})


def _recorded(
    past: Past, bill_group_ids: Sequence[UUID]
) -> tuple[list[Recorded], dict[UUID, UUID]]:
    """Read what decided about the bill groups until the moment, and whose account each was."""
    own = [*bill_group_ids, *map(portal_access_id, bill_group_ids)]
    first = _until(past, own)
    homes = {  # an account or entity that a bill group had before does not matter
        recorded.event.stream_id: recorded.event
        for recorded in first
        if isinstance(recorded.event, BillGroupRecorded)
    }
    around = {home.account_id for home in homes.values()}
    around |= {home.entity_id for home in homes.values()}
    recorded = sorted([*first, *_until(past, list(around))], key=lambda each: each.position)
    return recorded, {group_id: home.account_id for group_id, home in homes.items()}


def _until(past: Past, streams: Sequence[UUID]) -> list[Recorded]:
    recorded = past.read(past.connection, streams, TOPICS, past.up_to)
    return [each for each in recorded if each.event.at <= past.at]


def _invoices(past: Past, into: Connection, accounts: dict[UUID, UUID]) -> list[Recorded]:
    """Apply the invoices of accounts whose contract had run out: an unpaid one keeps it active.

    The others are left alone: an account may have very many.
    """
    portals = {
        account_id: entry.portal_of_bill_group(into, bill_group_id)
        for bill_group_id, account_id in accounts.items()
    }
    lapsed = [
        account_id
        for account_id, portal in portals.items()
        if portal and portal.runs_until and not portal.has_contract(past.at)
    ]
    table = entry_tables.INVOICES
    query = select(table.c.invoice_id).where(table.c.account_id.in_(lapsed))
    recorded = _until(past, list(past.connection.execute(query).scalars())) if lapsed else []
    apply(into, MODELS, recorded)
    return recorded
