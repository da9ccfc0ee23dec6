"""Proving the mailbox once more before a sensitive change; what was typed is kept.

A sign-in less than an hour old suffices. Else a code is mailed to whoever is signed in and typed in
place; it makes a new session in the place of the old one, by the rules of signing in.
"""

from datetime import timedelta
from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import Cookie
from msgspec.structs import replace

from application.ports.sign_in_requests import EntryRefused, SignInSpent
from application.sign_in import (
    AskToSignIn,
    CodeWrong,
    Redeem,
    SignedInTo,
    TriesUsedUp,
    ask,
    hashed,
    redeeming,
)
from domain.actor import System
from domain.aggregate import Refusal
from entrypoints.container import Portal
from entrypoints.http import csrf
from entrypoints.http.answers import show
from entrypoints.http.clients import browser_of, network_of
from entrypoints.http.forms import FieldMissing, Form
from entrypoints.http.languages import speaking
from entrypoints.web.cookies import asked_jar, device_jar, known_device, session_jar
from entrypoints.web.entry import Entry
from entrypoints.web.guard import Asking, SignInNeeded
from entrypoints.wording.refusals import sentence

FRESH = timedelta(hours=1)
CODE, AGAIN = "proof_code", "proof_again"
"""Fields of the page that asks for the code: the code, and the button for another mail."""


class Proven(msgspec.Struct, frozen=True):
    """Somebody whose sign-in is fresh: who acts, what they sent, and cookies of a new session."""

    entry: Entry
    form: Form
    cookies: tuple[Cookie, ...] = ()

    def hand_over(self, answer: Response[Any]) -> Response[Any]:
        """Give an answer the cookies of the session."""
        for cookie in self.cookies:
            answer.set_cookie(cookie)
        return answer


def prove(request: Asking, portal: Portal, entry: Entry, form: Form) -> Proven | Response[Any]:
    """Give the fresh sign-in, or the page that asks for its proof. Raises SignInNeeded."""
    kept = Form({name: sent for name, sent in form.fields.items() if name not in {CODE, AGAIN}})
    if is_fresh(entry):
        return Proven(entry, kept)
    if CODE not in form.fields or AGAIN in form.fields:
        secret = _asked(request, portal, entry, again=AGAIN in form.fields)
        answer = _page(entry, kept, 403)
        answer.set_cookie(asked_jar(portal).set(secret, 600))
        return answer
    try:
        signed_in = _redeemed(request, portal, entry, form.one(CODE))
    except (FieldMissing, CodeWrong, TriesUsedUp, SignInSpent) as refused:
        return _page(entry, kept, 422, form.one(CODE), refused)
    except EntryRefused as refused:
        raise SignInNeeded from refused
    cookies = (session_jar(portal).set(signed_in.secret), asked_jar(portal).clear())
    return Proven(_now(portal, entry, signed_in), kept, cookies)


def is_fresh(entry: Entry) -> bool:
    """Whether the mailbox was proven less than an hour ago."""
    return entry.signed_in_at is not None and entry.now - entry.signed_in_at < FRESH


def _asked(request: Asking, portal: Portal, entry: Entry, *, again: bool) -> str:
    """Ask for a code; one that is under way in this browser stays good."""
    earlier = asked_jar(portal).read(request)
    if not again and _is_under_way(portal, entry, earlier):
        return earlier
    address = entry.actor.address
    command = AskToSignIn(
        bill_group_id=entry.scope.bill_group_id,
        link=entry.portal.link or "",
        address=address,
        language=entry.language,
        network=network_of(request, portal.settings().trusted_proxies),
        device=known_device(portal, device_jar(portal).read(request), address),
        earlier=earlier or None,
        offered=csrf.token(portal.csrf_key(), f"asked of {entry.session_id}"),
    )
    return ask(command, portal.sign_in_desk())


def _is_under_way(portal: Portal, entry: Entry, asked: str) -> bool:
    """Whether a browser's request was made by whoever is signed in, at this bill group's link."""
    found = portal.sign_in_requests().of_browser(hashed(asked), entry.now) if asked else None
    return found is not None and (found.address, found.link) == _expected(entry)


def _expected(entry: Entry) -> tuple[str, str]:
    return entry.actor.address, entry.portal.link or ""


def _redeemed(request: Asking, portal: Portal, entry: Entry, code: str) -> SignedInTo:
    """Redeem a code for the mailbox of whoever is signed in; nobody else's counts."""
    if not code:
        raise FieldMissing(field=CODE)
    asked = asked_jar(portal).read(request)
    if not _is_under_way(portal, entry, asked):
        raise SignInSpent
    command = Redeem(
        by="code",
        proof=code,
        asked=asked,
        expected=_expected(entry),
        earlier=session_jar(portal).read(request) or None,
        browser=browser_of(request),
        network=network_of(request, portal.settings().trusted_proxies),
    )
    signed_in: SignedInTo = portal.bus().execute(
        redeeming(portal.sign_in_desk()), command, System("web")
    )
    return signed_in


def _now(portal: Portal, entry: Entry, signed_in: SignedInTo) -> Entry:
    """Give the entry of the new session."""
    return replace(
        entry,
        session_id=signed_in.session_id,
        signed_in_at=entry.now,
        token=csrf.token(portal.csrf_key(), str(signed_in.session_id)),
    )


def _page(
    entry: Entry, kept: Form, status: int, code: str = "", refused: Refusal | None = None
) -> Response[Any]:
    """Ask for the code in place of the page; what was sent waits in hidden fields."""
    with speaking(entry.language):
        errors = {CODE: sentence(refused)} if refused else {}
    fields = [
        (name, value)
        for name, values in kept.fields.items()
        if name != csrf.FIELD
        for value in values
    ]
    return show(
        "web/proving/code.html",
        entry.page("details"),
        status,
        fields=fields,
        values={CODE: code},
        errors=errors,
    )
