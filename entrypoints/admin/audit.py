"""The auditors' pages: who could enter, who did, what changed, and what happened at all.

Each answer, and each file, is recorded before it is shown (`entrypoints.auditing`).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.response import Stream

from application.audit import Asked
from entrypoints import auditing
from entrypoints.admin.audit_asked import Question, SeveralFit, question, sent_by
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Asking, Wired, allow
from entrypoints.admin.said import said
from entrypoints.container import Portal
from entrypoints.http.answers import show
from entrypoints.http.forms import Form, FormRefused
from entrypoints.http.routes import page
from entrypoints.wording import audit as say
from entrypoints.wording.audit_files import of_difference, of_entering, of_history
from entrypoints.wording.audit_writing import AuditFile
from read_models import audit_history
from read_models.audit_history import BillGroupName

A_PAGE = 50

MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}

Answer = Callable[[StaffEntry, Portal, Form, Question], Response[Any]]


@page("/audit", guards=[allow("auditor")])
def start(staff: Entered, portal: Wired) -> Response[str]:
    """Offer the questions in plain words."""
    return _start(staff, portal, "", {}, {})


@page("/audit/history", guards=[allow("auditor")])
def history(staff: Entered, portal: Wired, request: Asking) -> Response[Any]:
    """Tell what happened: everything, or what concerns somebody or something."""
    return answered(staff, portal, request, "history", _history)


@page("/audit/as-of", guards=[allow("auditor")])
def as_of(staff: Entered, portal: Wired, request: Asking) -> Response[Any]:
    """Tell who could enter a bill group at a moment, or where a person could."""
    return answered(staff, portal, request, "as-of", _as_of, "bill_group|person|domain")


@page("/audit/difference", guards=[allow("auditor")])
def difference(staff: Entered, portal: Wired, request: Asking) -> Response[Any]:
    """Tell what differs between two moments."""
    needed = ("bill_group", "from", "to")
    return answered(staff, portal, request, "difference", _difference, *needed)


def answered(
    staff: StaffEntry,
    portal: Portal,
    request: Asking,
    name: str,
    answer: Answer,
    *needed: str,
) -> Response[Any]:
    """Answer a question, or say at its fields what cannot be understood."""
    form = sent_by(request)
    try:
        return answer(staff, portal, form, question(portal, form, *needed))
    except FormRefused as refused:
        errors = said(refused, staff.language)
        return _start(staff, portal, name, form.typed, errors, 422)
    except SeveralFit as several:
        return _choose(staff, name, form, several.found)


def _start(  # noqa: PLR0913, PLR0917 - what was typed where, and what is wrong with it
    staff: StaffEntry,
    portal: Portal,
    name: str,
    typed: dict[str, str],
    errors: dict[str, str],
    status: int = 200,
) -> Response[str]:
    return show(
        "admin/audit/start.html",
        staff.page("audit"),
        status,
        asked_at=name,
        typed=typed,
        errors=errors,
        kinds=say.KINDS,
        **_choices(portal),
    )


def _choose(staff: StaffEntry, name: str, form: Form, found: list[BillGroupName]) -> Response[str]:
    return show(
        "admin/audit/choose.html",
        staff.page("audit"),
        sought=form.one("bill_group"),
        choices=[(each, url_of(name, form, bill_group=str(each.bill_group_id))) for each in found],
        more=len(found) >= auditing.MOST_FOUND,
    )


def _history(staff: StaffEntry, portal: Portal, form: Form, asked: Question) -> Response[Any]:
    if asked.format:
        with auditing.everything(portal, asked.sought) as whole:
            file = of_history(whole, asked.format)
        return handed_over(staff, portal, "history", auditing.asked_of(whole), file)
    answer = auditing.happened(portal, staff.actor, asked.sought, A_PAGE, asked.before)
    older = answer.rows[-1].position if len(answer.rows) == A_PAGE else None
    return show(
        "admin/audit/history.html",
        staff.page("audit"),
        **shared(portal, "history", form, asked),
        answer=answer,
        older=url_of("history", form, before=str(older)) if older else None,
        newest=url_of("history", form, before="") if asked.before else None,
        kinds=say.KINDS,
        whose=_whose(asked, answer),
    )


def _as_of(staff: StaffEntry, portal: Portal, form: Form, asked: Question) -> Response[Any]:
    at = asked.at or staff.now
    if asked.bill_group:
        answer = auditing.entering(portal, asked.bill_group.bill_group_id, at)
    else:
        answer = auditing.entering_as(portal, asked.address or asked.domain or "", at)
    reading = auditing.asked_as_of(answer)
    if asked.format:
        taken = of_entering(answer, asked.format)
        return handed_over(staff, portal, "who-could-enter", reading, taken)
    auditing.record(portal, staff.actor, reading)
    return show(
        "admin/audit/as_of.html",
        staff.page("audit"),
        **shared(portal, "as-of", form, asked, at=at.isoformat()),
        answer=answer,
    )


def _difference(staff: StaffEntry, portal: Portal, form: Form, asked: Question) -> Response[Any]:
    assert asked.bill_group is not None
    assert asked.since is not None
    assert asked.until is not None
    group_id = asked.bill_group.bill_group_id
    answer = auditing.difference(portal, group_id, asked.since, asked.until)
    reading = auditing.asked_between(answer)
    if asked.format:
        taken = of_difference(answer, asked.format)
        return handed_over(staff, portal, "difference", reading, taken)
    auditing.record(portal, staff.actor, reading)
    return show(
        "admin/audit/difference.html",
        staff.page("audit"),
        **shared(portal, "difference", form, asked),
        answer=answer,
        between=url_of("history", form, kind="grants"),
    )


def handed_over(
    staff: StaffEntry, portal: Portal, name: str, reading: Asked, file: AuditFile
) -> Response[Any]:
    """Hand a file over piece by piece, after it was recorded with its hash."""
    with file.kept() as taken:
        auditing.record(portal, staff.actor, reading, taken)
    saved = f"{name}-{file.taken.last_position}.{file.taken.format}"
    return Stream(
        file.chunks(),
        headers={  # a stream's own media type gives way to the route's, a header does not
            "Content-Type": MEDIA[file.taken.format],
            "Content-Disposition": f'attachment; filename="{saved}"',
        },
    )


def shared(portal: Portal, name: str, form: Form, asked: Question, **exact: str) -> dict[str, Any]:
    """Give what all answers show: the question as typed, its words, and the files.

    `exact` is what the files are asked for where nothing was typed: the very moment of the answer.
    """
    return {
        "asked": asked,
        "typed": {**form.typed, "zone": asked.zone},
        "zone": asked.zone,
        "say": say,
        "files": [
            (words, url_of(name, form, **exact, format=kind, before=""))
            for kind, words in (("csv", "CSV"), ("jsonl", "JSON Lines"))
        ],
        **_choices(portal),
    }


def _choices(portal: Portal) -> dict[str, Any]:
    with portal.reading() as connection:
        zones = audit_history.zones(connection)
        names = audit_history.staff_names(connection)
    members = sorted(names.items(), key=lambda member: member[1].casefold())
    return {"zones": list(dict.fromkeys([*zones, "UTC"])), "members": members}


def _whose(asked: Question, answer: auditing.Happened) -> list[str]:
    """Say whom or what a history is about, beside its bill group."""
    member = answer.names.get(asked.staff_id) if asked.staff_id else None
    return [each for each in (asked.address, asked.domain, member) if each]


def url_of(name: str, form: Form, **other: str) -> str:
    """Give the address of a question as typed, with something else in some fields."""
    kept = {field: value for field, value in {**form.typed, **other}.items() if value}
    return f"/audit/{name}?{urlencode(kept)}"


ROUTES = (start, history, as_of, difference)
