"""The list of access reviews as a file: columns in English, moments and days in UTC."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.audit_reading import ExportFormat
from entrypoints.wording.audit_writing import AuditFile, Line, named, utc, written
from read_models.access_review import ReviewRow
from read_models.access_review_list import state_of

REVIEWS = (
    "position",
    "review_id",
    "title",
    "scope",
    "entity",
    "chosen_bill_groups",
    "started_at",
    "started_by",
    "kept",
    "taken_back",
    "gone",
    "to_decide",
    "due_on",
    "every_months",
    "next_on",
    "state",
    "completed_at",
    "completed_by",
)


def of_reviews(  # noqa: PLR0913, PLR0917 - what names and days are told by
    position: int,
    reviews: Iterable[ReviewRow],
    names: dict[UUID, str],
    entities: dict[UUID, str],
    today: date,
    form: ExportFormat,
) -> AuditFile:
    """Write reviews and how far each is; `position` is that of the record they are read at."""
    lines = (_line(position, review, names, entities, today) for review in reviews)
    return written(REVIEWS, lines, form)


def _line(
    position: int,
    review: ReviewRow,
    names: dict[UUID, str],
    entities: dict[UUID, str],
    today: date,
) -> Line:
    scope, counts, by = review.scope, review.counts, review.completed_by
    return {
        "position": position,
        "review_id": review.review_id,
        "title": review.title,
        "scope": scope.kind,
        "entity": entities.get(scope.entity_id) if scope.entity_id else None,
        "chosen_bill_groups": len(scope.bill_group_ids) if scope.kind == "chosen" else None,
        "started_at": utc(review.opened_at),
        "started_by": named(review.opened_by, names),
        "kept": counts.keep,
        "taken_back": counts.revoke,
        "gone": counts.gone,
        "to_decide": counts.open,
        "due_on": review.due_on,
        "every_months": review.every_months,
        "next_on": None if review.next_review else review.next_on,
        "state": state_of(review, today),
        "completed_at": utc(review.completed_at) if review.completed_at else None,
        "completed_by": named(by, names) if by else None,
    }
