"""The sandbox's dashboard: what a bank or a payer does later, and how the provider behaves."""

import hmac
from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from adapters.payments_sandbox import clearing
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import (
    KeptAttempt,
    KeptCustomer,
    KeptDispute,
    Undelivered,
)
from application.ports.payments import PaymentRefused
from domain.aggregate import Refusal
from domain.money import Money
from entrypoints.http.answers import HTML
from entrypoints.http.forms import Form, Sent
from entrypoints.http.languages import choose
from entrypoints.http.rendering import render
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.sandbox.api import Roomed
from entrypoints.sandbox.room import SandboxRoom, mood
from entrypoints.wording.sandbox import MANNERS, STATES

MOST = 100
"""So many attempts are shown, the newest first."""

MOST_DAYS = 60


@page("/dashboard/{key:str}")
def dashboard(request: Request[Any, Any, Any], room: Roomed, key: FromPath[str]) -> Response[str]:
    """Show what happened, with what can be done about it."""
    _check(room, key)
    with room.bank() as bank:
        shown = _shown(bank)
    language = choose(None, request.headers.get("accept-language"), None)
    body = render(
        "sandbox/dashboard.html",
        language,
        language=language,
        root=room.dashboard,
        states=STATES,
        manners=tuple(MANNERS.items()),
        trouble=request.query_params.get("trouble") == "refused",
        **shown,
    )
    return Response(body, media_type=HTML)


@sends("/dashboard/{key:str}/clock")
def move_clock(room: Roomed, key: FromPath[str], form: Sent) -> Redirect:
    """Let days pass at the sandbox: debits that are due by then are decided."""
    _check(room, key)
    days = form.one("days")
    if days not in {"1", "5"}:
        raise ClientException("the clock moves by a day or by five")
    with room.bank() as bank:
        now = mood(bank.drawer)
        ahead = min(now.days_ahead + int(days), MOST_DAYS)
        bank.drawer.put(replace(now, days_ahead=ahead))
    with room.bank():
        return _back(room)


@sends("/dashboard/{key:str}/manner")
def behave(room: Roomed, key: FromPath[str], form: Sent) -> Redirect:
    """Let the provider be away, or lose its answers, or behave."""
    _check(room, key)
    manner = form.one("manner")
    if manner not in MANNERS:
        raise ClientException("the sandbox knows no such manner")
    with room.bank() as bank:
        bank.drawer.put(replace(mood(bank.drawer), manner=manner))
    return _back(room)


@sends("/dashboard/{key:str}/attempts/{attempt_id:uuid}")
def decide(room: Roomed, key: FromPath[str], attempt_id: FromPath[UUID], form: Sent) -> Redirect:
    """Settle, return, refund or dispute a payment, or decide its dispute."""
    _check(room, key)
    deed = DEEDS.get(form.one("deed"))
    if deed is None:
        raise ClientException("the sandbox knows no such deed")
    try:
        with room.bank() as bank:
            deed(bank, attempt_id, form)
    except (PaymentRefused, Refusal):
        return Redirect(f"{room.dashboard}?trouble=refused", status_code=303)
    return _back(room)


def _refund(bank: Bank, attempt_id: UUID, form: Form) -> None:
    attempt = bank.drawer.get(KeptAttempt, str(attempt_id))
    if attempt is None or attempt.amount is None:
        raise PaymentRefused("There is no such payment.")
    typed = form.one("amount")
    if not typed.replace(".", "", 1).isascii() or not typed.replace(".", "", 1).isdigit():
        raise PaymentRefused("This is not an amount.")
    clearing.refund(bank, attempt_id, Money.of(typed, attempt.amount.currency))


def _decide_dispute(bank: Bank, attempt_id: UUID, *, won: bool) -> None:
    for dispute in list(bank.drawer.all(KeptDispute)):
        if dispute.attempt == str(attempt_id) and dispute.status == "open":
            clearing.close_dispute(bank, dispute.key, won=won)


DEEDS: dict[str, Callable[[Bank, UUID, Form], object]] = {
    "settle": lambda bank, attempt_id, _: clearing.settle(bank, attempt_id),
    "return": lambda bank, attempt_id, _: clearing.give_back(bank, attempt_id),
    "refund": _refund,
    "fail-refunds": lambda bank, attempt_id, _: clearing.fail_refunds(bank, attempt_id),
    "dispute": lambda bank, attempt_id, _: clearing.dispute(bank, attempt_id),
    "win": lambda bank, attempt_id, _: _decide_dispute(bank, attempt_id, won=True),
    "lose": lambda bank, attempt_id, _: _decide_dispute(bank, attempt_id, won=False),
}


def _shown(bank: Bank) -> dict[str, Any]:
    attempts = list(bank.drawer.all(KeptAttempt))[::-1][:MOST]
    back = {one.key: clearing.refunds(bank, UUID(one.key)) for one in attempts}
    return {
        "attempts": attempts,
        "names": {one.key: one.name for one in bank.drawer.all(KeptCustomer)},
        "methods": {one.method: bank.method(one.method).shown() for one in attempts if one.method},
        "refunded": {key: sum(one.amount.minor for one in found) for key, found in back.items()},
        "disputes": {one.attempt: one.status for one in bank.drawer.all(KeptDispute)},
        "waiting": len(list(bank.drawer.all(Undelivered))),
        "mood": mood(bank.drawer),
        "now": bank.now,
    }


def _check(room: SandboxRoom, key: str) -> None:
    """Answer any other key as if there were nothing here."""
    if not hmac.compare_digest(f"/dashboard/{key}".encode(), room.dashboard.encode()):
        raise NotFoundException


def _back(room: SandboxRoom) -> Redirect:
    return Redirect(room.dashboard, status_code=303)


ROUTES = (dashboard, move_clock, behave, decide)
