"""Going on after a pause, or before a sensitive change: by a code, and nothing typed is lost."""

from typing import Any

from litestar import Response

from application.ports.second_factors import SecondFactorMissing
from application.staff_session import continue_session
from domain.aggregate import Refusal
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Asking, SecondFactorNeeded, Wired, returning, session_jar
from entrypoints.admin.said import said_of
from entrypoints.http.answers import go, is_ours, show
from entrypoints.http.csrf import FIELD
from entrypoints.http.forms import FieldMissing, Sent
from entrypoints.http.origin import SAFE
from entrypoints.http.routes import form as sends

KEPT = "kept-"
"""What stands before the name of each field that waits to be sent again."""


def needed(request: Asking, error: SecondFactorNeeded) -> Response[Any]:
    """Ask for the code in place of the page; what was sent waits in hidden fields."""
    if request.headers.get("hx-request"):
        return Response("", headers={"HX-Refresh": "true"})
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    way = "look" if request.method in SAFE else "send"
    kept = [
        (KEPT + name, value)
        for name, values in error.form.fields.items()
        if name != FIELD
        for value in values
    ]
    return _again(error.staff, path, way, kept, {}, 403)


@sends("/continue", guards=[returning])
def go_on(staff: Entered, form: Sent, portal: Wired) -> Response[Any]:
    """Check the code; then the page that was asked for, or what was to be sent, once more."""
    path, way = form.one("next"), form.one("way")
    kept = [
        (name, value)
        for name, values in form.fields.items()
        if name.startswith(KEPT)
        for value in values
    ]
    try:
        code = form.one("code").replace(" ", "")
        if not code:
            raise FieldMissing(field="code")
        secret = continue_session(staff.session, code, portal.staff_door())
    except SecondFactorMissing:
        return go("/sign-in")
    except Refusal as refusal:
        errors = said_of("code", refusal, staff.language)
        return _again(staff, path, way, kept, errors, 422)
    answer: Response[Any] = go(path) if way != "send" else _send_again(staff, path, kept)
    answer.set_cookie(session_jar(portal).set(secret))
    return answer


def _send_again(staff: StaffEntry, path: str, kept: list[tuple[str, str]]) -> Response[str]:
    fields = [(name.removeprefix(KEPT), value) for name, value in kept]
    ours = path if is_ours(path) else "/"
    return show(
        "admin/second_factor/send_again.html", staff.bare_page(), action=ours, fields=fields
    )


def _again(  # noqa: PLR0913, PLR0917 - what the page says and what it keeps
    staff: StaffEntry,
    path: str,
    way: str,
    kept: list[tuple[str, str]],
    errors: dict[str, str],
    status: int,
) -> Response[str]:
    return show(
        "admin/second_factor/again.html",
        staff.bare_page(),
        status,
        next=path,
        way=way,
        kept=kept,
        idle=staff.session.is_idle(staff.now),
        errors=errors,
    )


ROUTES = (go_on,)
