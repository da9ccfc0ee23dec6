"""One access review: its grants, deciding about them, closing it, repeating it, its result."""

from typing import Any, get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from application.access_review import (
    CompleteAccessReview,
    RepeatAccessReview,
    ReviewGrants,
    complete_access_review,
    repeat_access_review,
    review_grants,
)
from application.audit import Asked
from domain.access_review import ReviewDecision
from domain.aggregate import Refusal
from entrypoints import auditing
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.wording import audit as say
from entrypoints.wording.refusals import sentence
from entrypoints.wording.review_sheet import OUTCOMES
from read_models import access_review, audit_history, entity_list
from read_models.access_review import ReviewRow, SoughtGrants, Standing
from read_models.live import lowest_position

HERE = "/audit/reviews/{review_id:uuid}"
A_PAGE = 50
ENOUGH_PAGES = 100_000
MONTHS = (1, 3, 6, 12, 24)

DONE = {
    "started": phrase("The review has begun, with the grants that stand now."),
    "keep": phrase("Kept. The decision is recorded with your name."),
    "revoke": phrase("Taken back. Whoever was covered is out with the next click."),
    "completed": phrase("The review is completed. Its result is signed."),
    "repeat": phrase("The repetition is changed."),
}
"""What a form says after it was done, by the word in the address."""


class Deciding(msgspec.Struct):
    """The form that decides about the chosen grants."""

    decision: ReviewDecision
    grant: list[UUID] = []
    reason: str = ""
    standing: str = ""
    q: str = ""
    at: int = 1


class Repeating(msgspec.Struct):
    """The form that sets how often the review repeats; nothing for never."""

    every_months: int | None = None


@page(HERE, guards=[allow("auditor")])
def review(  # noqa: PLR0913, PLR0917 - what the filter has
    staff: Entered,
    portal: Wired,
    review_id: FromPath[UUID],
    standing: FromQuery[str | None] = None,
    q: FromQuery[str | None] = None,
    at: FromQuery[int] = 1,
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """Show a review and its grants; looking is recorded."""
    row = opened(portal, review_id)
    sought = _sought(row, standing, q)
    return _shown(staff, portal, row, sought, at, done=done)


@sends(f"{HERE}/decisions", guards=[allow("auditor")])
def decide(staff: Entered, portal: Wired, review_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """Keep the chosen grants, or take them back."""
    row = opened(portal, review_id)
    typed = form.typed
    try:
        asked = form.bind(Deciding)
        command = ReviewGrants(review_id, tuple(asked.grant), asked.decision, asked.reason)
        portal.bus().execute(review_grants, command, staff.actor)
    except (FormRefused, Refusal) as refused:
        refusal = refused if isinstance(refused, Refusal) else next(iter(refused.errors.values()))
        sought = _sought(row, typed.get("standing"), typed.get("q"))
        chosen = set(form.fields.get("grant", []))
        kept: dict[str, Any] = {"refusal": refusal, "typed": typed, "chosen": chosen}
        return _shown(staff, portal, opened(portal, review_id), sought, **kept)
    return go(f"/audit/reviews/{review_id}?done={asked.decision}")


@sends(f"{HERE}/completion", guards=[allow("auditor")])
def complete(staff: Entered, portal: Wired, review_id: FromPath[UUID]) -> Response[Any]:
    """Close the review."""
    opened(portal, review_id)
    try:
        command = CompleteAccessReview(review_id)
        portal.bus().execute(complete_access_review, command, staff.actor)
    except Refusal as refusal:
        row = opened(portal, review_id)
        return _shown(staff, portal, row, _sought(row, None, None), refusal=refusal)
    return go(f"/audit/reviews/{review_id}?done=completed")


@sends(f"{HERE}/repetition", guards=[allow("auditor")])
def repeat(staff: Entered, portal: Wired, review_id: FromPath[UUID], form: Sent) -> Response[Any]:
    """Set after how many months the next review begins."""
    row = opened(portal, review_id)
    try:
        asked = form.bind(Repeating)
        command = RepeatAccessReview(review_id, asked.every_months)
        portal.bus().execute(repeat_access_review, command, staff.actor)
    except (FormRefused, Refusal) as refused:
        refusal = refused if isinstance(refused, Refusal) else next(iter(refused.errors.values()))
        return _shown(staff, portal, row, _sought(row, None, None), refusal=refusal)
    return go(f"/audit/reviews/{review_id}?done=repeat")


def opened(portal: Portal, review_id: UUID) -> ReviewRow:
    """Give a review; an unknown one is not found."""
    with portal.reading() as connection:
        row = access_review.one(connection, review_id)
    if row is None:
        raise NotFoundException
    return row


def _sought(row: ReviewRow, standing: str | None, words: str | None) -> SoughtGrants:
    """Look at what is left first, as long as something is."""
    known = next((each for each in get_args(Standing) if each == standing), None)
    if standing is None and row.counts.open:
        known = "open"
    return SoughtGrants(known, words or "")


def _shown(  # noqa: PLR0913 - what the page may keep and say
    staff: StaffEntry,
    portal: Portal,
    row: ReviewRow,
    sought: SoughtGrants,
    at: int = 1,
    *,
    done: str | None = None,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
    chosen: set[str] | None = None,
) -> Response[str]:
    first = (min(max(at, 1), ENOUGH_PAGES) - 1) * A_PAGE
    with portal.reading() as connection:
        position = lowest_position(connection)
        grants = access_review.grants(connection, row.review_id, sought, first, A_PAGE)
        total = access_review.count_grants(connection, row.review_id, sought)
        names = audit_history.staff_names(connection)
        entities = {each.entity_id: each.facts.name for each in entity_list.found(connection)}
    auditing.record(portal, staff.actor, Asked("access_review", position, review_id=row.review_id))
    with speaking(staff.language):
        words = DONE.get(done or "")
        notice = gettext(words) if words else None
        wrong = sentence(refusal) if refusal else None
    return show(
        "admin/reviews/review.html",
        staff.page("audit", notice),
        422 if refusal else 200,
        row=row,
        grants=grants,
        total=total,
        first=first + 1,
        at=at,
        size=A_PAGE,
        sought={"standing": sought.standing or "", "q": sought.words},
        outcomes=OUTCOMES,
        names=names,
        entities=entities,
        today=staff.now.date(),
        me=staff.actor,
        wrong=wrong,
        typed=typed or {},
        chosen=chosen or set(),
        months=MONTHS,
        say=say,
    )


ROUTES = (review, decide, complete, repeat)
