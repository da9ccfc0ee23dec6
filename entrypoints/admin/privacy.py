"""What is held of a person, for admins: find, erase, hold for the law, give out (GDPR)."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from application.erasure import ErasePerson, TypedOtherwise, confirm, erase_person
from application.legal_hold import PlaceHold, ReleaseHold, place_hold, release_hold
from application.personal_holdings import Held, spelled, subject_of
from domain.aggregate import Refusal
from domain.person import Subject
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said, said_of
from entrypoints.container import Portal
from entrypoints.holdings import found, newest, taken_out
from entrypoints.http.answers import go, show
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.languages import phrase
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.wording import audit as audit_words
from entrypoints.wording import holdings as words
from read_models import audit_history
from read_models.audit_history import Sought

SHOWN = 50
"""So many decisions stand on the first page; the audit has all of them."""

MOST_PDFS = 100
"""So many PDFs are read while somebody waits for a page; the command reads all."""

DONE = {
    "erased": phrase("Erased. The key is destroyed; the record keeps who decided it, and why."),
    "held": phrase("A legal hold stands now. Nothing of this person is erased."),
    "released": phrase("The legal hold is released."),
}


class Decision(msgspec.Struct):
    """Whom a hold is about, and why it is placed or released."""

    who: str
    reason: str


class Erasing(Decision):
    """Whom to erase, typed once more, and whether grants end with it."""

    typed: str
    revoke: bool = False


@page("/privacy", guards=[allow("admin")])
def start(staff: Entered, portal: Wired, done: FromQuery[str | None] = None) -> Response[str]:
    """Ask for a person, and show what was decided lately."""
    return _started(staff, portal, {}, {}, DONE.get(done or ""))


@page("/privacy/person", guards=[allow("admin")])
def person(
    staff: Entered, portal: Wired, who: FromQuery[str] = "", done: FromQuery[str | None] = None
) -> Response[str]:
    """Show what is held of somebody; the look is recorded first."""
    try:
        subject = subject_of(who)
    except Refusal as refusal:
        errors = said_of("who", refusal, staff.language)
        return _started(staff, portal, {"who": who}, errors)
    return _shown(staff, _found(staff, portal, subject), notice=DONE.get(done or ""))


@page("/privacy/erase", guards=[allow("admin")])
def erasing(staff: Entered, portal: Wired, who: FromQuery[str]) -> Response[str]:
    """Ask before erasing somebody, and say what will go and what will stay."""
    return _asked(staff, _found(staff, portal, _named(who)), {}, {})


@sends("/privacy/erase", guards=[allow("admin", fresh=True)])
def erase(staff: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Erase somebody for good."""
    subject = _named(form.one("who"))
    try:
        given = form.bind(Erasing)
        confirm(subject, given.typed)
        erase_person(
            ErasePerson(subject, given.reason, given.revoke), staff.actor, portal.registrar()
        )
    except FormRefused as refused:
        errors = said(refused, staff.language)
        return _asked(staff, _found(staff, portal, subject), errors, form.typed)
    except TypedOtherwise as otherwise:
        errors = said_of("typed", otherwise, staff.language)
        return _asked(staff, _found(staff, portal, subject), errors, form.typed)
    except Refusal as refusal:
        errors = said_of("", refusal, staff.language)
        return _asked(staff, _found(staff, portal, subject), errors, form.typed)
    return go("/privacy?done=erased")


@sends("/privacy/hold", guards=[allow("admin", fresh=True)])
def hold(staff: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Place a legal hold."""
    return _decided(staff, portal, form, "held")


@sends("/privacy/release", guards=[allow("admin", fresh=True)])
def release(staff: Entered, portal: Wired, form: Sent) -> Response[Any]:
    """Release a legal hold."""
    return _decided(staff, portal, form, "released")


@page("/privacy/export", guards=[allow("admin")])
def export(
    staff: Entered,
    portal: Wired,
    who: FromQuery[str],
    format: FromQuery[str] = "json",  # noqa: A002
) -> Response[bytes]:
    """Give everything held of somebody as a file, recorded as taken."""
    if format not in {"json", "pdf"}:
        raise NotFoundException
    form: Any = format
    subject, chosen = _named(who), newest(portal, MOST_PDFS)
    _, content = taken_out(portal, staff.actor, subject, form, chosen)
    return Response(
        content,
        media_type=f"application/{format}",
        headers={"Content-Disposition": f'attachment; filename="held-of-a-person.{format}"'},
    )


def _found(staff: StaffEntry, portal: Portal, subject: Subject) -> Held:
    return found(portal, staff.actor, subject, newest(portal, MOST_PDFS))


def _named(who: str) -> Subject:
    try:
        return subject_of(who)
    except Refusal as refusal:
        raise NotFoundException from refusal


def _decided(staff: StaffEntry, portal: Portal, form: Sent, what: str) -> Response[Any]:
    subject = _named(form.one("who"))
    try:
        reason = form.bind(Decision).reason
        if what == "held":
            place_hold(PlaceHold(subject, reason), staff.actor, portal.registrar())
        else:
            release_hold(ReleaseHold(subject, reason), staff.actor, portal.registrar())
    except FormRefused as refused:
        errors = said(refused, staff.language)
        return _shown(staff, _found(staff, portal, subject), errors)
    except Refusal as refusal:
        errors = said_of("reason", refusal, staff.language)
        return _shown(staff, _found(staff, portal, subject), errors)
    return go("/privacy/person?" + urlencode({"who": spelled(subject), "done": what}))


def _started(
    staff: StaffEntry,
    portal: Portal,
    typed: dict[str, str],
    errors: dict[str, str],
    done: str | None = None,
) -> Response[str]:
    with portal.reading() as connection:
        rows = audit_history.found(connection, Sought(kind="privacy"), SHOWN)
        names = audit_history.staff_names(connection)
    return show(
        "admin/privacy/start.html",
        staff.page("privacy"),
        422 if errors else 200,
        rows=rows,
        names=names,
        typed=typed,
        errors=errors,
        done=done,
        audits=staff.holds("auditor"),
        say=audit_words,
    )


def _shown(
    staff: StaffEntry,
    held: Held,
    errors: dict[str, str] | None = None,
    notice: str | None = None,
) -> Response[str]:
    return show(
        "admin/privacy/person.html",
        staff.page("privacy"),
        422 if errors else 200,
        held=held,
        who=spelled(held.subject),
        errors=errors or {},
        done=notice,
        words=words,
    )


def _asked(
    staff: StaffEntry, held: Held, errors: dict[str, str], typed: dict[str, str]
) -> Response[str]:
    return show(
        "admin/privacy/erase.html",
        staff.page("privacy"),
        422 if errors else 200,
        held=held,
        who=spelled(held.subject),
        errors=errors,
        typed=typed,
        words=words,
    )


ROUTES = (start, person, erasing, erase, hold, release, export)
