"""The list of access reviews: found by name or by whose access they are about, and by their state.

Days are UTC.
"""

from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, exists, func, or_, select

from read_models.access_review import REVIEW, ReviewRow, with_counts
from read_models.access_review_tables import ACCOUNTS, BILL_GROUPS, GRANTS, REVIEWS
from read_models.searching import holding

ReviewState: TypeAlias = Literal["under_way", "overdue", "completed"]


class SoughtReviews(msgspec.Struct, frozen=True, kw_only=True):
    """Which reviews are asked for, as of `today`.

    `words` stand in the title, or in the name of an account or a bill group whose grants are under
    review; `entity_ids` are entities that fit the words.
    """

    today: date
    state: ReviewState | None = None
    words: str = ""
    entity_ids: tuple[UUID, ...] = ()


def found(connection: Connection, sought: SoughtReviews, first: int, size: int) -> list[ReviewRow]:
    """List reviews, the newest first."""
    query = _sought(REVIEW, sought).order_by(REVIEWS.c.opened_at.desc(), REVIEWS.c.review_id)
    rows = [ReviewRow(*row) for row in connection.execute(query.offset(first).limit(size))]
    return with_counts(connection, rows)


def count(connection: Connection, sought: SoughtReviews) -> int:
    """Count reviews."""
    total: int = connection.execute(
        _sought(select(func.count()).select_from(REVIEWS), sought)
    ).scalar_one()
    return total


def state_of(review: ReviewRow, today: date) -> ReviewState:
    """Say where a review stands on a day, by the same rule as the filter."""
    if review.completed_at is not None:
        return "completed"
    return "overdue" if review.due_on < today else "under_way"


def _sought(query: Select[Any], sought: SoughtReviews) -> Select[Any]:
    match sought.state:
        case "completed":
            query = query.where(REVIEWS.c.completed_at.is_not(None))
        case "overdue":
            query = query.where(REVIEWS.c.completed_at.is_(None), REVIEWS.c.due_on < sought.today)
        case "under_way":
            query = query.where(REVIEWS.c.completed_at.is_(None), REVIEWS.c.due_on >= sought.today)
    if not sought.words.strip():
        return query
    of_entity = REVIEWS.c.entity_id.in_(sought.entity_ids)
    named = holding(sought.words, REVIEWS.c.title_key)
    return query.where(or_(named, of_entity, _has_grants_of(sought.words)))


def _has_grants_of(words: str) -> Any:
    places = (ACCOUNTS.c.name_key, BILL_GROUPS.c.name_key)
    return exists().where(
        GRANTS.c.review_id == REVIEWS.c.review_id,
        GRANTS.c.bill_group_id == BILL_GROUPS.c.bill_group_id,
        ACCOUNTS.c.account_id == BILL_GROUPS.c.account_id,
        holding(words, *places),
    )
