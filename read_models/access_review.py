"""Access reviews: the grants of one, how far it is, and what may be reviewed.

Moments are µs UTC, days are UTC. A grant that nobody decided about and that was revoked otherwise
is *gone*.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from domain.access_review import ListedGrant, ReviewDecision, ReviewScope
from domain.actor import Actor, Staff
from read_models.access_panel import GrantKind
from read_models.access_review_tables import (
    ACCOUNTS,
    BILL_GROUPS,
    GRANTS,
    MODEL,
    REVIEWS,
    RULES,
)
from read_models.searching import holding

__all__ = [
    "MODEL",
    "REVIEW",
    "Counts",
    "Outcome",
    "ReviewRow",
    "ReviewedGrant",
    "SoughtGrants",
    "Standing",
    "count_grants",
    "due_to_repeat",
    "every_grant",
    "granted_now",
    "grants",
    "one",
    "under_way",
    "with_counts",
]

Standing: TypeAlias = Literal["open", "keep", "revoke", "gone"]


class Counts(msgspec.Struct, frozen=True):
    """How many grants of a review are kept, taken back, gone otherwise, and left."""

    keep: int = 0
    revoke: int = 0
    gone: int = 0
    open: int = 0

    @property
    def total(self) -> int:
        """All grants of the review."""
        return self.keep + self.revoke + self.gone + self.open

    @property
    def settled(self) -> int:
        """Those that need no decision any more."""
        return self.total - self.open


class ReviewRow(msgspec.Struct, frozen=True):
    """A review, and how far it is. `next_review` has followed it already."""

    review_id: UUID
    title: str
    scope: ReviewScope
    position: int
    grants: int
    opened_at: int
    opened_on: date
    opened_by: Actor
    due_on: date
    every_months: int | None
    next_on: date | None
    next_review: UUID | None
    reminded_at: int | None
    completed_at: int | None
    completed_by: Actor | None
    counts: Counts = Counts()


class Outcome(msgspec.Struct, frozen=True):
    """What came of a grant: when, by whom, why."""

    at: int
    by: Actor
    reason: str


class ReviewedGrant(msgspec.Struct, frozen=True):
    """A grant under review: what it lets in and where, and what was decided, by whom and why."""

    grant_id: UUID
    bill_group_id: UUID
    bill_group: str | None
    account: str | None
    kind: GrantKind
    value: str
    granted_at: int
    granted_by: Actor
    granted_because: str | None
    decision: ReviewDecision | None
    decided_at: int | None
    decided_by: Actor | None
    reason: str | None
    revoked_at: int | None
    revoked_by: Actor | None
    revoked_because: str | None

    @property
    def standing(self) -> Standing:
        """Whether it was kept, taken back, is gone otherwise, or is left to decide."""
        if self.decision is not None:
            return self.decision
        return "open" if self.revoked_at is None else "gone"

    @property
    def outcome(self) -> Outcome | None:
        """The decision, or how the grant was revoked otherwise; nothing while it is open."""
        if self.decision is not None:
            told = (self.decided_at, self.decided_by, self.reason)
        else:
            told = (self.revoked_at, self.revoked_by, self.revoked_because)
        at, by, reason = told
        return None if at is None or by is None else Outcome(at, by, reason or "")


class SoughtGrants(msgspec.Struct, frozen=True):
    """Which grants of a review are asked for: where they stand, words of names and rules."""

    standing: Standing | None = None
    words: str = ""


def one(connection: Connection, review_id: UUID) -> ReviewRow | None:
    """Give one review, or nothing when there is none with this id."""
    row = connection.execute(REVIEW.where(REVIEWS.c.review_id == review_id)).first()
    return None if row is None else with_counts(connection, [ReviewRow(*row)])[0]


def due_to_repeat(connection: Connection, today: date) -> list[UUID]:
    """List the reviews whose next one begins today or earlier and was not begun."""
    query = select(REVIEWS.c.review_id).where(
        REVIEWS.c.next_on <= today, REVIEWS.c.next_review.is_(None)
    )
    return list(connection.execute(query.order_by(REVIEWS.c.next_on)).scalars())


def under_way(connection: Connection, due_by: date) -> list[UUID]:
    """List the reviews that are not completed and due by a day."""
    query = select(REVIEWS.c.review_id).where(
        REVIEWS.c.completed_at.is_(None), REVIEWS.c.due_on <= due_by
    )
    return list(connection.execute(query.order_by(REVIEWS.c.due_on)).scalars())


def grants(
    connection: Connection, review_id: UUID, sought: SoughtGrants, first: int, size: int
) -> list[ReviewedGrant]:
    """List grants of a review by account, bill group and rule."""
    query = _sought(_GRANT, review_id, sought).order_by(*_BY_NAME).offset(first).limit(size)
    return [ReviewedGrant(*row) for row in connection.execute(query)]


def every_grant(connection: Connection, review_id: UUID) -> Iterator[ReviewedGrant]:
    """Give all grants of a review one after another."""
    query = _sought(_GRANT, review_id, SoughtGrants()).order_by(*_BY_NAME)
    for row in connection.execute(query, execution_options={"yield_per": 1_000}):
        yield ReviewedGrant(*row)


def count_grants(connection: Connection, review_id: UUID, sought: SoughtGrants) -> int:
    """Count grants of a review."""
    query = _sought(select(func.count()).select_from(_JOINED), review_id, sought)
    total: int = connection.execute(query).scalar_one()
    return total


def granted_now(connection: Connection, scope: ReviewScope) -> list[ListedGrant]:
    """List the grants that stand now in a scope, each with the staff member who gave it."""
    query = select(RULES.c.grant_id, RULES.c.bill_group_id, RULES.c.granted_by).where(
        RULES.c.revoked_at.is_(None)
    )
    if scope.kind == "entity":
        theirs = select(BILL_GROUPS.c.bill_group_id).where(
            BILL_GROUPS.c.entity_id == scope.entity_id
        )
        query = query.where(RULES.c.bill_group_id.in_(theirs))
    if scope.kind == "chosen":
        query = query.where(RULES.c.bill_group_id.in_(scope.bill_group_ids))
    rows = connection.execute(query.order_by(RULES.c.bill_group_id, RULES.c.grant_id))
    return [ListedGrant(row.grant_id, row.bill_group_id, _staff(row.granted_by)) for row in rows]


def _staff(actor: Actor) -> UUID | None:
    return actor.staff_id if isinstance(actor, Staff) else None


def with_counts(connection: Connection, rows: Sequence[ReviewRow]) -> list[ReviewRow]:
    """Tell of each review how far it is."""
    query = (
        select(GRANTS.c.review_id, _STANDING, func.count())
        .select_from(GRANTS.outerjoin(RULES, RULES.c.grant_id == GRANTS.c.grant_id))
        .where(GRANTS.c.review_id.in_([row.review_id for row in rows]))
        .group_by(GRANTS.c.review_id, _STANDING)
    )
    counted: dict[UUID, dict[str, int]] = {}
    for review_id, standing, many in connection.execute(query):
        counted.setdefault(review_id, {})[standing] = many
    return [
        msgspec.structs.replace(row, counts=Counts(**counted.get(row.review_id, {})))
        for row in rows
    ]


def _sought(query: Select[Any], review_id: UUID, sought: SoughtGrants) -> Select[Any]:
    query = query.where(GRANTS.c.review_id == review_id)
    if sought.standing is not None:
        query = query.where(_STANDING.in_((sought.standing,)))
    if sought.words.strip():
        query = query.where(holding(sought.words, *_GRANT_PLACES))
    return query


_GRANT_PLACES = (ACCOUNTS.c.name_key, BILL_GROUPS.c.name_key, RULES.c.value)
_STANDING: ColumnElement[str] = case(
    (GRANTS.c.decision.is_not(None), GRANTS.c.decision),
    (RULES.c.revoked_at.is_not(None), "gone"),
    else_="open",
)
_JOINED = (
    GRANTS.outerjoin(RULES, RULES.c.grant_id == GRANTS.c.grant_id)
    .outerjoin(BILL_GROUPS, BILL_GROUPS.c.bill_group_id == GRANTS.c.bill_group_id)
    .outerjoin(ACCOUNTS, ACCOUNTS.c.account_id == BILL_GROUPS.c.account_id)
)
_BY_NAME = (
    ACCOUNTS.c.name_key,
    BILL_GROUPS.c.name_key,
    RULES.c.value,
    GRANTS.c.grant_id,
)
REVIEW = select(*(REVIEWS.c[name] for name in ReviewRow.__struct_fields__ if name != "counts"))
_GRANT = select(
    GRANTS.c.grant_id,
    GRANTS.c.bill_group_id,
    BILL_GROUPS.c.name,
    ACCOUNTS.c.name,
    RULES.c.kind,
    RULES.c.value,
    RULES.c.granted_at,
    RULES.c.granted_by,
    RULES.c.granted_because,
    GRANTS.c.decision,
    GRANTS.c.decided_at,
    GRANTS.c.decided_by,
    GRANTS.c.reason,
    RULES.c.revoked_at,
    RULES.c.revoked_by,
    RULES.c.revoked_because,
).select_from(_JOINED)
