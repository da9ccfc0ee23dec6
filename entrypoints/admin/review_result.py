"""The signed result of a completed review, as a file and on paper; taking it is recorded."""

from typing import Literal
from uuid import UUID

from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from entrypoints import auditing
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.review import HERE, opened
from entrypoints.container import Portal
from entrypoints.http.routes import page
from entrypoints.reviewing import Result, result_of
from entrypoints.wording.review_sheet import review_sheet

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


ROUTES = (result_file, result_paper)
