"""The seller's entities, as staff see and brand them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, Text, Uuid, func, select

from domain.bill_group import BillGroupRecorded
from domain.entity import (
    BrandChanged,
    EntityFacts,
    EntityRecorded,
    LogoKind,
    PaymentRulesChanged,
)
from domain.payment_rules import PaymentRules
from read_models.columns import Encoded, Key
from read_models.projection import Put, ReadModel, Write
from read_models.searching import holding

metadata = MetaData()

ENTITIES = Table(
    "entity_list",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("name_key", Key),
    Column("facts", Encoded(EntityFacts)),
    Column("accent", Text),
    Column("logo_sha256", Text),
    Column("logo_kind", Text),
    Column("terms_url", Text),
    Column("privacy_url", Text),
    Column("payment_rules", Encoded(PaymentRules)),
)
BILL_GROUPS = Table(
    "entity_list_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False, index=True),
)


def recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take what the billing system says."""
    facts = {"facts": event.facts, "name_key": event.facts.name.casefold()}
    yield Put(ENTITIES, {"entity_id": event.stream_id, **facts})


def brand_changed(event: BrandChanged) -> Iterator[Write]:
    """Take the whole brand."""
    names = ("accent", "logo_sha256", "logo_kind", "terms_url", "privacy_url")
    brand = {name: getattr(event, name) for name in names}
    yield Put(ENTITIES, {"entity_id": event.stream_id, **brand})


def payment_rules_changed(event: PaymentRulesChanged) -> Iterator[Write]:
    """Take all the rules."""
    yield Put(ENTITIES, {"entity_id": event.stream_id, "payment_rules": event.rules})


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Count a bill group."""
    ids = {"bill_group_id": event.stream_id, "entity_id": event.entity_id}
    yield Put(BILL_GROUPS, ids)


MODEL = ReadModel(
    name="entity_list",
    version=2,
    tables=(ENTITIES, BILL_GROUPS),
    handlers={
        EntityRecorded: recorded,
        BrandChanged: brand_changed,
        PaymentRulesChanged: payment_rules_changed,
        BillGroupRecorded: bill_group_recorded,
    },
)


class EntityRow(msgspec.Struct, frozen=True):
    """An entity with its brand and payment rules; what was never chosen is None."""

    entity_id: UUID
    facts: EntityFacts
    accent: str | None
    logo_sha256: str | None
    logo_kind: LogoKind | None
    terms_url: str | None
    privacy_url: str | None
    payment_rules: PaymentRules | None
    bill_groups: int


def found(connection: Connection, words: str = "") -> list[EntityRow]:
    """List the entities by name."""
    query = _ROWS.where(holding(words, ENTITIES.c.name_key))
    query = query.order_by(ENTITIES.c.name_key, ENTITIES.c.entity_id)
    return [EntityRow(*row) for row in connection.execute(query)]


def one(connection: Connection, entity_id: UUID) -> EntityRow | None:
    """Give one entity, or nothing when it is unknown."""
    row = connection.execute(_ROWS.where(ENTITIES.c.entity_id == entity_id)).first()
    return None if row is None else EntityRow(*row)


def _bill_groups() -> ColumnElement[int]:
    theirs = BILL_GROUPS.c.entity_id == ENTITIES.c.entity_id
    return select(func.count()).select_from(BILL_GROUPS).where(theirs).scalar_subquery()


_STORED = [name for name in EntityRow.__struct_fields__ if name != "bill_groups"]
_COLUMNS: list[ColumnElement[Any]] = [*(ENTITIES.c[name] for name in _STORED), _bill_groups()]
_ROWS = select(*_COLUMNS).where(ENTITIES.c.facts.is_not(None))
