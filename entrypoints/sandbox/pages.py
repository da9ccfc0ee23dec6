"""The sandbox's hosted page: a payer chooses a method there, or answers 3-D Secure."""

import time
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from adapters.payments_sandbox import payer
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import KeptAttempt
from adapters.payments_sandbox.trials import TRIALS, offered
from application.ports.payments import PaymentRefused
from entrypoints.http.answers import HTML
from entrypoints.http.forms import Sent
from entrypoints.http.headers import policy
from entrypoints.http.languages import choose
from entrypoints.http.rendering import render
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.sandbox.api import Roomed
from entrypoints.wording.sandbox import FAILURES
from entrypoints.wording.sandbox import TRIALS as WORDS

Asking = Request[Any, Any, Any]


@page("/pages/{key:str}")
def hosted(request: Asking, room: Roomed, key: FromPath[str]) -> Response[str]:
    """Show the page of an attempt, or its challenge, or that it is over."""
    with room.bank() as bank:
        attempt = _attempt(bank, key)
        saved = None if attempt.method is None else bank.method(attempt.method).shown()
    language = choose(attempt.language, request.headers.get("accept-language"), None)
    templates = {"open": "page", "needs_action": "challenge"}
    body = render(
        f"sandbox/{templates.get(attempt.status, 'over')}.html",
        language,
        language=language,
        attempt=attempt,
        method=saved,
        trials=[(one.key, one.last4, WORDS[one.key]) for one in offered(attempt.kinds)],
        failure=FAILURES.get(attempt.failure.code) if attempt.failure else None,
    )
    back = urlsplit(attempt.return_url)
    headers = {"Content-Security-Policy": policy((f"{back.scheme}://{back.netloc}",))}
    return Response(body, media_type=HTML, headers=headers)


@sends("/pages/{key:str}")
def choose_method(room: Roomed, key: FromPath[str], form: Sent) -> Redirect:
    """Use the chosen method."""
    chosen = form.one("method")
    with room.bank() as bank:
        attempt = _attempt(bank, key)
        try:
            attempt = payer.submit(bank, key, chosen)
        except PaymentRefused:
            return _on(attempt)
    behaviour = TRIALS[chosen].behaviour
    if behaviour == "slow":
        time.sleep(room.slow_seconds)
    if behaviour == "silent":
        raise HTTPException(status_code=504, detail="the answer of the silent card gets lost")
    return _on(attempt)


@sends("/pages/{key:str}/challenge")
def answer_challenge(room: Roomed, key: FromPath[str], form: Sent) -> Redirect:
    """Approve or refuse, as the payer's bank would ask."""
    with room.bank() as bank:
        attempt = _attempt(bank, key)
        try:
            attempt = payer.authenticate(bank, key, approved=form.one("answer") == "approve")
        except PaymentRefused:
            return _on(attempt)
    return _on(attempt)


def _on(attempt: KeptAttempt) -> Redirect:
    """Lead back to the seller when all is done here, else to the page again."""
    here = attempt.status in {"open", "needs_action", "cancelled"}
    return Redirect(
        f"/pages/{attempt.page}" if here else attempt.return_url or "/", status_code=303
    )


def _attempt(bank: Bank, key: str) -> KeptAttempt:
    try:
        return bank.at(key)
    except PaymentRefused as unknown:
        raise NotFoundException from unknown


ROUTES = (hosted, choose_method, answer_challenge)
