"""The second step of signing in: the six digits of an authenticator app, or a recovery code."""

from io import BytesIO
from typing import Any

import msgspec
import pyotp
import segno
from litestar import Response

from application.ports.second_factors import SecondFactorMissing
from application.ports.staff_sign_ins import StaffSignInOver
from application.sign_in import typed_code
from application.staff_sign_in import (
    SecondFactorAlreadyEnrolled,
    SecondFactorGiven,
    enrol_and_enter,
    enter,
    enter_by_recovery_code,
    proposed_key,
)
from domain.aggregate import Refusal
from domain.staff import Member
from entrypoints.admin.asked import (
    YEAR,
    Asked,
    asked_by,
    asked_jar,
    checked,
    device_jar,
    device_mark,
)
from entrypoints.admin.guard import Asking, Wired, anyone, everybody, session_jar
from entrypoints.admin.said import said, said_of
from entrypoints.admin.sign_in import after
from entrypoints.container import Portal
from entrypoints.http.answers import go, show
from entrypoints.http.clients import browser_of, network_of
from entrypoints.http.csrf import FIELD
from entrypoints.http.forms import FormRefused, Sent
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from read_models import staff_entry

ISSUER = "Portal admin"
IN_FOURS = 4


class Code(msgspec.Struct):
    """A code of the app, or a recovery code."""

    code: str


@page("/second-factor", guards=[anyone])
def second_factor(request: Asking, portal: Wired) -> Response[Any]:
    """Ask for the code; at the first sign-in, enrol the app that makes it."""
    return _step(portal, asked_by(portal, request), {})


@page("/second-factor/recovery", guards=[anyone])
def recovery(request: Asking, portal: Wired) -> Response[Any]:
    """Ask for a recovery code instead."""
    asked = asked_by(portal, request)
    return show("admin/second_factor/recovery.html", asked.page(), typed={}, errors={})


@page("/second-factor/key.svg", guards=[anyone])
def key_drawing(request: Asking, portal: Wired) -> Response[bytes]:
    """Draw the key for an authenticator app to scan; only for the browser that enrols it."""
    member, key = proposed_key(asked_by(portal, request).browser, portal.staff_door())
    uri = pyotp.TOTP(key).provisioning_uri(name=member.email, issuer_name=ISSUER)
    drawing = BytesIO()
    segno.make(uri, error="m").save(drawing, kind="svg", scale=4, border=2, xmldecl=False)
    return Response(drawing.getvalue(), media_type="image/svg+xml")


@sends("/second-factor", guards=[anyone])
def give(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Check the code and let the person in."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        code = _digits(form.bind(Code).code)
        secret = enter(_given(request, portal, asked, code), portal.staff_door())
    except FormRefused as refused:
        return _step(portal, asked, said(refused, asked.language), 422)
    except StaffSignInOver:
        return _over(asked)
    except Refusal as refusal:
        return _step(portal, asked, said_of("code", refusal, asked.language), 422)
    return begin(request, portal, secret, after(portal, request))


@sends("/second-factor/recovery", guards=[anyone])
def give_recovery(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Use a recovery code up and let the person in."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        code = typed_code(form.bind(Code).code)
        secret = enter_by_recovery_code(_given(request, portal, asked, code), portal.staff_door())
    except StaffSignInOver:
        return _over(asked)
    except (FormRefused, Refusal) as refusal:
        errors = (
            said(refusal, asked.language)
            if isinstance(refusal, FormRefused)
            else said_of("code", refusal, asked.language)
        )
        page_ = "admin/second_factor/recovery.html"
        return show(page_, asked.page(), 422, typed=form.typed, errors=errors)
    return begin(request, portal, secret, after(portal, request))


@sends("/second-factor/enrol", guards=[anyone])
def enrol(request: Asking, form: Sent, portal: Wired) -> Response[Any]:
    """Take the key by a first code, let the person in, and show the recovery codes once."""
    asked = checked(portal, request, form.one(FIELD))
    try:
        code = _digits(form.bind(Code).code)
        given = _given(request, portal, asked, code)
        secret, codes = enrol_and_enter(given, portal.staff_door())
    except FormRefused as refused:
        return _step(portal, asked, said(refused, asked.language), 422)
    except (StaffSignInOver, SecondFactorAlreadyEnrolled, SecondFactorMissing):
        return _over(asked)
    except Refusal as refusal:
        return _step(portal, asked, said_of("code", refusal, asked.language), 422)
    template = "admin/second_factor/recovery_codes.html"
    once = show(template, asked.page(), codes=in_halves(codes), next="/second-factor/saved")
    return begin(request, portal, secret, once)


@page("/second-factor/saved", guards=[everybody])
def saved(request: Asking, portal: Wired) -> Response[Any]:
    """Go on, now that the recovery codes are saved."""
    return after(portal, request)


def begin(request: Asking, portal: Portal, secret: str, answer: Response[Any]) -> Response[Any]:
    """Hand the browser its session, know it again, and end the sign-in's own cookie."""
    answer.set_cookie(session_jar(portal).set(secret))
    session = portal.staff_sessions().by_secret(secret, portal.clock().now())
    with portal.reading() as connection:
        for row in staff_entry.active(connection, session.staff_id):
            answer.set_cookie(device_jar(portal).set(device_mark(portal, row.email), YEAR))
    if asked_jar(portal).read(request):
        answer.set_cookie(asked_jar(portal).clear())
    return answer


def in_halves(codes: list[str]) -> list[str]:
    """Write recovery codes so that they can be read: `7K2M-9QXD`."""
    return [f"{code[:IN_FOURS]}-{code[IN_FOURS:]}" for code in codes]


def _step(portal: Portal, asked: Asked, errors: dict[str, str], status: int = 200) -> Response[Any]:
    """Show the page that is due: the code, or enrolling; without a proven mailbox, the start."""
    try:
        member, key = proposed_key(asked.browser, portal.staff_door())
    except SecondFactorAlreadyEnrolled:
        return show("admin/second_factor/code.html", asked.page(), status, errors=errors)
    except StaffSignInOver:
        return go("/sign-in")
    return _enrolling(asked, member, key, errors, status)


def _enrolling(
    asked: Asked, member: Member, key: str, errors: dict[str, str], status: int
) -> Response[str]:
    fours = [key[start : start + IN_FOURS] for start in range(0, len(key), IN_FOURS)]
    return show(
        "admin/second_factor/enrol.html",
        asked.page(),
        status,
        key=" ".join(fours),
        name=member.name,
        email=member.email,
        errors=errors,
    )


def _given(request: Asking, portal: Portal, asked: Asked, code: str) -> SecondFactorGiven:
    network = network_of(request, portal.settings().trusted_proxies)
    return SecondFactorGiven(asked.browser, code, browser_of(request), network)


def _digits(typed: str) -> str:
    """Leave out the spaces that apps show in the middle."""
    return typed.replace(" ", "")


def _over(asked: Asked) -> Response[str]:
    return show("admin/sign_in/over.html", asked.page(), 422)


ROUTES = (second_factor, recovery, key_drawing, give, give_recovery, enrol, saved)
