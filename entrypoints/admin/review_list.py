"""Access reviews: the list of them, also as a file, and starting one."""

from datetime import date, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import FromQuery

from application.access_review import OpenAccessReview, open_access_review
from application.audit import Asked, AuditedBillGroupUnclear
from domain.access_review import ReviewScope, terms_refused
from domain.aggregate import Refusal
from entrypoints.admin.audit import handed_over
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said
from entrypoints.auditing import bill_groups
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.forms import FieldMissing, Form, FormRefused, Sent
from entrypoints.http.languages import phrase
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.reviewing import listed_now
from entrypoints.wording.review_files import of_reviews
from read_models import access_review_list, audit_history, entity_list
from read_models.access_review_list import ReviewState, SoughtReviews
from read_models.live import lowest_position

A_PAGE = 25
ENOUGH_PAGES = 100_000
ALL_OF_THEM = 50_000
USUAL_LENGTH = timedelta(days=30)

STATES: dict[ReviewState, str] = {
    "under_way": phrase("Under way"),
    "overdue": phrase("Overdue"),
    "completed": phrase("Completed"),
}

FIELDS = {
    "review_title_invalid": "title",
    "review_due_in_the_past": "due_on",
    "review_interval_invalid": "every_months",
}
"""At which field a refusal stands; any other is about the scope."""


class Starting(msgspec.Struct):
    """The form for a new review; `chosen` has one bill group on each line."""

    title: str
    due_on: date
    scope: Literal["all", "entity", "chosen"] = "all"
    entity: UUID | None = None
    chosen: str = ""
    every_months: int | None = None


@page("/audit/reviews", guards=[allow("auditor")])
def reviews(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    standing: FromQuery[str | None] = None,
    at: FromQuery[int] = 1,
) -> Response[str]:
    """List the reviews, the newest first."""
    at = min(max(at, 1), ENOUGH_PAGES)
    first = (at - 1) * A_PAGE
    with portal.reading() as connection:
        sought = _sought(connection, staff, q, standing)
        rows = access_review_list.found(connection, sought, first, A_PAGE)
        total = access_review_list.count(connection, sought)
        entities = _entities(connection)
    return show(
        "admin/reviews/list.html",
        staff.page("audit"),
        rows=rows,
        first=first + 1,
        total=total,
        at=at,
        sought={"q": sought.words, "standing": sought.state or ""},
        states=STATES,
        entities=entities,
        today=staff.now.date(),
    )


@page("/audit/reviews.csv", media_type="text/csv", guards=[allow("auditor")])
def reviews_file(
    staff: Entered,
    portal: Wired,
    q: FromQuery[str | None] = None,
    standing: FromQuery[str | None] = None,
) -> Response[Any]:
    """Give the list, as filtered, to a spreadsheet; taking it is recorded."""
    with portal.reading() as connection:
        position = lowest_position(connection)
        sought = _sought(connection, staff, q, standing)
        rows = access_review_list.found(connection, sought, 0, ALL_OF_THEM)
        names = audit_history.staff_names(connection)
        entities = _entities(connection)
    file = of_reviews(position, rows, names, entities, sought.today, "csv")
    return handed_over(staff, portal, "access-reviews", Asked("access_review", position), file)


def _sought(
    connection: Any, staff: StaffEntry, words: str | None, standing: str | None
) -> SoughtReviews:
    known = next((each for each in get_args(ReviewState) if each == standing), None)
    fitting = entity_list.found(connection, words or "")
    return SoughtReviews(
        today=staff.now.date(),
        state=known,
        words=words or "",
        entity_ids=tuple(each.entity_id for each in fitting),
    )


def _entities(connection: Any) -> dict[UUID, str]:
    return {each.entity_id: each.facts.name for each in entity_list.found(connection)}


@page("/audit/reviews/start", guards=[allow("auditor")])
def starting(staff: Entered, portal: Wired) -> Response[str]:
    """Ask what is to be reviewed, and until when."""
    due_on = (staff.now.date() + USUAL_LENGTH).isoformat()
    return _starting(staff, portal, {"due_on": due_on, "scope": "all"}, {})


@sends("/audit/reviews/start", guards=[allow("auditor")])
def start(staff: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Begin a review of the grants that stand now."""
    try:
        review_id = _started(staff, portal, form)
    except FormRefused as refused:
        return _starting(staff, portal, form.typed, said(refused, staff.language), 422)
    return go(f"/audit/reviews/{review_id}?done=started")


def _started(staff: StaffEntry, portal: Portal, form: Form) -> UUID:
    asked, scope = _understood(staff, portal, form)
    position, listed = listed_now(portal, scope)
    command = OpenAccessReview(
        portal.ids().uuid7(),
        asked.title,
        scope,
        listed,
        position,
        asked.due_on,
        asked.every_months,
    )
    try:
        return portal.bus().execute(open_access_review, command, staff.actor)
    except Refusal as refusal:
        raise form.refuse(FIELDS.get(refusal.code, "scope"), refusal) from refusal


def _understood(staff: StaffEntry, portal: Portal, form: Form) -> tuple[Starting, ReviewScope]:
    """Read the form. Raises FormRefused with everything that is wrong with it."""
    errors: dict[str, Refusal] = {}
    try:
        asked = form.bind(Starting)
        today = staff.now.date()
        errors |= terms_refused(asked.title, asked.due_on, asked.every_months, today)
    except FormRefused as refused:
        errors |= refused.errors
    try:
        scope = _scope(portal, form)
    except FormRefused as refused:
        errors = refused.errors | errors
    if errors:
        raise FormRefused(errors, form.typed)
    return asked, scope


def _scope(portal: Portal, form: Form) -> ReviewScope:
    if form.one("scope") == "entity":
        try:
            return ReviewScope("entity", UUID(form.one("entity")))
        except ValueError as error:
            raise form.refuse("entity", FieldMissing(field="entity")) from error
    if form.one("scope") != "chosen":
        return ReviewScope("all")
    lines = [line.strip() for line in form.one("chosen").splitlines() if line.strip()]
    if not lines:
        raise form.refuse("chosen", FieldMissing(field="chosen"))
    ids = []
    for line in lines:
        found = bill_groups(portal, line)
        if len(found) != 1:
            raise form.refuse("chosen", AuditedBillGroupUnclear(line=line))
        ids.append(found[0].bill_group_id)
    return ReviewScope("chosen", bill_group_ids=tuple(dict.fromkeys(ids)))


def _starting(
    staff: StaffEntry,
    portal: Portal,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    with portal.reading() as connection:
        entities = entity_list.found(connection)
    return show(
        "admin/reviews/start.html",
        staff.page("audit"),
        status,
        typed=typed,
        errors=errors,
        entities=[("", "-"), *((str(each.entity_id), each.facts.name) for each in entities)],
        today=staff.now.date(),
    )


ROUTES = (reviews, reviews_file, starting, start)
