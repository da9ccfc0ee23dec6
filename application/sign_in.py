"""Signing in by a proven mailbox: asking, sending the proof, redeeming it.

Asking looks nothing up, so that nobody learns from it who has access. Source of the rules: OWASP
ASVS 5.0 chapters 6 and 7; the code's alphabet is Crockford's.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from application.ports.clock import Clock
from application.ports.event_log import EventLog, Job
from application.ports.ids import CODE_LENGTH, CROCKFORD, Ids
from application.ports.outbox import Outbox
from application.ports.rate_limits import Budget, Limit, RateLimits
from application.ports.sessions import ABSOLUTE, CustomersSession, Sessions
from application.ports.sign_in_requests import (
    LIFE,
    EntryRefused,
    Proof,
    Proven,
    SignInRequest,
    SignInRequests,
    SignInSpent,
)
from domain.actor import Customer
from domain.aggregate import Refusal
from domain.customer_session import CustomerSession
from domain.event import Act
from domain.sign_in import SignInAttempt

SECRET_BITS = 256
OFFERED = 43
"""The characters of such a secret: what is shorter is none that we gave."""

PER_ADDRESS = (Limit(1, timedelta(minutes=1)), Limit(5, timedelta(hours=1)))
PER_NETWORK = (Limit(100, timedelta(hours=1)),)


class CodeWrong(Refusal):
    """This is not the code of the mail."""

    code = "code_wrong"


class TriesUsedUp(Refusal):
    """Five codes were typed for this request, or it is over."""

    code = "tries_used_up"


class OtherBrowser(Refusal):
    """The link was opened in another browser than the one that asked; it stays good."""

    code = "other_browser"


class AskToSignIn(msgspec.Struct, frozen=True, kw_only=True):
    """Ask for a mail. `address` is canonical; `device` names a browser that had signed in as it.

    `earlier` is what the browser's request cookie holds. `offered` is a secret that the browser had
    before it asked: taken for its first request, it makes one of a form that is sent twice at once.
    """

    bill_group_id: UUID
    link: str
    address: str
    language: str
    network: str
    device: str | None = None
    earlier: str | None = None
    offered: str | None = None


class SendSignIn(msgspec.Struct, frozen=True):
    """The worker's job: decide about a request, and mail."""

    request_id: UUID


class SendNewBrowser(msgspec.Struct, frozen=True):
    """The worker's job: tell somebody of a sign-in from a browser that was not seen before."""

    session_id: UUID
    language: str


class Redeem(msgspec.Struct, frozen=True, kw_only=True):
    """Turn a proof into a session: `by` link (its token) or code, from the browser that asked.

    `earlier` is the session that the browser had until now. A `new_browser` never signed in as
    the address before, as far as it says. A proof of another mailbox, or of another portal, than
    the `expected` address and link proves nothing.
    """

    by: Literal["link", "code"]
    proof: str
    asked: str
    earlier: str | None = None
    browser: str | None = None
    network: str | None = None
    new_browser: bool = False
    expected: tuple[str, str] | None = None


class SignedInTo(msgspec.Struct, frozen=True):
    """Where somebody is signed in now; `secret` goes into the browser's cookie and nowhere else."""

    secret: str
    session_id: UUID
    bill_group_id: UUID
    address: str


class Desk(msgspec.Struct, frozen=True):
    """What signing in needs; `code_key` is for the codes at rest."""

    requests: SignInRequests
    sessions: Sessions
    limits: RateLimits
    outbox: Outbox
    clock: Clock
    ids: Ids
    code_key: bytes


Redeemer: TypeAlias = Callable[[Redeem, Act, EventLog], SignedInTo]


def ask(command: AskToSignIn, desk: Desk) -> str:
    """Keep the request, whoever asks; gives the secret for the browser's request cookie.

    One that a limit holds back is counted and ends nothing: the browser's own request for the same
    address at the same link goes on, because its mail is under way.
    """
    now, secret = desk.clock.now(), _secret(command, desk)
    held_back = not desk.limits.spend(_budgets(command), now)
    goes_on = _under_way(command, desk, now) if held_back else None
    earlier = command.earlier if command.earlier != secret else None
    if goes_on:
        secret, earlier = desk.ids.secret(SECRET_BITS), None  # nobody's: it is only counted
    request = SignInRequest(
        request_id=desk.ids.uuid7(),
        browser_hash=hashed(secret),
        bill_group_id=command.bill_group_id,
        address=command.address,
        link=command.link,
        language=command.language,
        asked_at=now,
        expires_at=now + LIFE,
        network=command.network,
        held_back=held_back,
    )
    job = Job("send_sign_in", SendSignIn(request.request_id), command.bill_group_id)
    beside = [] if held_back else [desk.outbox.adding(job, now)]
    desk.requests.keep(request, hashed(earlier) if earlier else None, beside)
    return goes_on or secret


def _secret(command: AskToSignIn, desk: Desk) -> str:
    """Take the offered secret unless it had a request before; else make one."""
    offered = command.offered
    if offered and len(offered) >= OFFERED and desk.requests.is_new(hashed(offered)):
        return offered
    return desk.ids.secret(SECRET_BITS)


def _under_way(command: AskToSignIn, desk: Desk, now: datetime) -> str | None:
    """Give the secret of this browser's live request for the same address and link, if any."""
    for secret in filter(None, (command.earlier, command.offered)):
        found = desk.requests.of_browser(hashed(secret), now)
        if found and (found.address, found.link) == (command.address, command.link):
            return secret
    return None


def _budgets(command: AskToSignIn) -> list[Budget]:
    """A browser that has signed in before has a budget of its own; others share theirs."""
    if command.device:
        return [Budget(f"device:{command.device}:{command.bill_group_id}", PER_ADDRESS)]
    return [
        Budget(f"address:{command.bill_group_id}:{command.address}", PER_ADDRESS),
        Budget(f"network:{command.network}", PER_NETWORK),
    ]


def make_proof(request_id: UUID, grant_id: UUID, desk: Desk) -> tuple[str, str]:
    """Make the token and the code of one mail and keep their hashes. Raises SignInSpent."""
    token, code = desk.ids.secret(SECRET_BITS), desk.ids.code()
    proof = Proof(hashed(token), _code_hash(code, desk.code_key), grant_id)
    if not desk.requests.add_proof(request_id, proof, desk.clock.now()):
        raise SignInSpent
    return token, code


def redeeming(desk: Desk) -> Redeemer:
    """Give the handler of Redeem.

    Raises SignInSpent, OtherBrowser, CodeWrong, TriesUsedUp, and EntryRefused, which is recorded.
    """

    def redeem(command: Redeem, act: Act, log: EventLog) -> SignedInTo:
        proven = (_by_link if command.by == "link" else _by_code)(command, act, desk)
        if command.expected not in {None, (proven.request.address, proven.request.link)}:
            raise SignInSpent
        try:
            return _let_in(proven, command, act, log, desk)
        except EntryRefused as refused:
            _record_refusal(proven, refused, act, log, desk)
            raise

    return redeem


def _by_link(command: Redeem, act: Act, desk: Desk) -> Proven:
    proven = desk.requests.by_link(hashed(command.proof), act.at)
    if proven is None:
        raise SignInSpent
    if not hmac.compare_digest(proven.request.browser_hash, hashed(command.asked)):
        raise OtherBrowser
    return proven


def _by_code(command: Redeem, act: Act, desk: Desk) -> Proven:
    browser, code = hashed(command.asked), typed_code(command.proof)
    if not code:
        raise CodeWrong  # no guess at all: it costs no try
    if not desk.requests.count_try(browser, act.at):
        raise TriesUsedUp
    proven = desk.requests.by_code(browser, _code_hash(code, desk.code_key), act.at)
    if proven is None:
        raise CodeWrong
    return proven


def _let_in(proven: Proven, command: Redeem, act: Act, log: EventLog, desk: Desk) -> SignedInTo:
    request, secret, session_id = proven.request, desk.ids.secret(SECRET_BITS), desk.ids.uuid7()
    by = Act(act.at, Customer(request.address, request.bill_group_id, session_id), act.command_id)
    session = CustomerSession(session_id)
    session.sign_in(
        request.bill_group_id,
        request.address,
        proven.grant_id,
        command.by,
        browser=command.browser,
        network=command.network,
        by=by,
    )
    kept = CustomersSession(
        session_id=session_id,
        session_hash=hashed(secret),
        address=request.address,
        bill_group_id=request.bill_group_id,
        signed_in_at=act.at,
        last_used_at=act.at,
        ends_at=act.at + ABSOLUTE,
        browser=command.browser,
        network=command.network,
    )
    changed, beside = [session], [desk.requests.redeeming(proven, act.at)]
    beside.append(desk.sessions.opening(kept))
    earlier = command.earlier and desk.sessions.of_browser(hashed(command.earlier), act.at)
    if earlier:
        replaced = log.get(CustomerSession, earlier.session_id)
        replaced.end("replaced", earlier.last_used_at, by=by)
        changed.append(replaced)
        beside.append(desk.sessions.ending(earlier.session_id, "replaced", act.at))
    told = SendNewBrowser(session_id, request.language)
    jobs = [Job("send_new_browser", told, request.bill_group_id)] if command.new_browser else []
    log.save(*changed, jobs=jobs, beside=beside)
    return SignedInTo(secret, session_id, request.bill_group_id, request.address)


def _record_refusal(
    proven: Proven, refused: EntryRefused, act: Act, log: EventLog, desk: Desk
) -> None:
    request = proven.request
    attempt = log.get(SignInAttempt, request.request_id)
    attempt.refuse(request.bill_group_id, request.address, refused.facts["why"], by=act)
    log.save(attempt, beside=[desk.requests.closing(request.request_id, act.at)])


def hashed(secret: str) -> bytes:
    """Give what is kept of a secret with 256 random bits; no salt is needed for those."""
    return sha256(secret.encode()).digest()


def typed_code(text: str) -> str:
    """Read a code as people type it: small letters, gaps, O for 0, I and L for 1 (Crockford)."""
    read = text.upper().translate(str.maketrans("OIL", "011", " -\u2013\u00a0"))
    fits = len(read) == CODE_LENGTH and set(read) <= set(CROCKFORD)
    return read if fits else ""


def shown_code(code: str) -> str:
    """Write a code in two halves, as it is easiest to type."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"


def _code_hash(code: str, key: bytes) -> bytes:
    return hmac.digest(key, code.encode(), sha256)
