"""A review to take along: its grants as a list, its signed result; taking it is recorded."""

from typing import Any, Literal
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from application.audit import Asked
from entrypoints import auditing
from entrypoints.admin.audit import handed_over
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.review import HERE, opened
from entrypoints.container import Portal
from entrypoints.http.routes import page
from entrypoints.reviewing import Result, result_of
from entrypoints.wording.audit_files import of_review
from entrypoints.wording.review_sheet import review_sheet
from read_models import access_review, audit_history
from read_models.live import lowest_position

MEDIA = {"json": "application/json", "pdf": "application/pdf"}


@page(f"{HERE}/result.json", guards=[allow("auditor")])
def result_file(staff: Entered, portal: Wired, review_id: FromPath[UUID]) -> Response[bytes]:
    """Give the signed result as a file."""
    result = _result(portal, review_id)
    return _taken(staff, portal, result, result.content, "json")


@page(f"{HERE}/result.pdf", guards=[allow("auditor")])
def result_paper(staff: Entered, portal: Wired, review_id: FromPath[UUID]) -> Response[bytes]:
    """Give the signed result on paper, with the file inside."""
    result = _result(portal, review_id)
    pdf = portal.review_pdf().render(review_sheet(result, staff.language))
    return _taken(staff, portal, result, pdf, "pdf")


@page(f"{HERE}/grants.csv", guards=[allow("auditor")])
def grants_file(staff: Entered, portal: Wired, review_id: FromPath[UUID]) -> Response[Any]:
    """Give the grants of a review, as they stand, to a spreadsheet."""
    row = opened(portal, review_id)
    with portal.reading() as connection:
        position = lowest_position(connection)
        names = audit_history.staff_names(connection)
        grants = access_review.every_grant(connection, review_id)
        file = of_review(position, grants, names, "csv")
    reading = Asked("access_review", position, review_id=row.review_id)
    return handed_over(staff, portal, "access-review", reading, file)


def _result(portal: Portal, review_id: UUID) -> Result:
    """Give the result; a review that goes on has none."""
    row = opened(portal, review_id)
    if row.completed_at is None:
        raise NotFoundException
    return result_of(portal, row)


def _taken(
    staff: StaffEntry,
    portal: Portal,
    result: Result,
    content: bytes,
    form: Literal["json", "pdf"],
) -> Response[bytes]:
    auditing.record(portal, staff.actor, result.asked, result.taken(content, form))
    saved = f"access-review-{result.review.review_id}.{form}"
    return Response(
        content,
        media_type=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{saved}"'},
    )


ROUTES = (result_file, result_paper, grants_file)
