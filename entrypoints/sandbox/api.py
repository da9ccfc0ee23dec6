"""The sandbox's API: what the portal asks, as JSON, with the key in `Authorization`."""

import hmac
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.exceptions import ClientException, NotAuthorizedException, NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, RawBody, SkipValidation

from adapters.payments_sandbox import telling
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.client import KnownAs, Reference, Why
from adapters.payments_sandbox.records import Happening, KeptAttempt
from application.ports.payments import (
    Charge,
    HostedPage,
    PageAsked,
    PaymentPageAsked,
    PaymentRefused,
)
from entrypoints.http.origin import FROM_MACHINES
from entrypoints.sandbox.room import SandboxRoom, mood

A = TypeVar("A")
Roomed = NamedDependency[SkipValidation[SandboxRoom]]
JSON = "application/json"


def routes(room: SandboxRoom) -> Router:
    """Give the API behind its key."""

    def keyed(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {room.key}".encode()):
            raise NotAuthorizedException

    return Router(
        path="/api",
        route_handlers=[
            customers, page_to_add, page_to_pay, charges, attempt, cancel, methods, remove,
            event, events,
        ],
        guards=[keyed],
        exception_handlers={PaymentRefused: _refused},
        opt={FROM_MACHINES: True},
    )  # fmt: skip


@post("/customers", sync_to_thread=True, status_code=200)
def customers(room: Roomed, body: RawBody) -> Response[bytes]:
    """Make a bill group known."""
    known = _read(body, KnownAs)
    return _done(
        room,
        lambda bank: Reference(
            bank.customer(known.bill_group_id, known.name, known.email, known.language)
        ),
    )


@post("/pages/set-up", sync_to_thread=True, status_code=200)
def page_to_add(room: Roomed, body: RawBody) -> Response[bytes]:
    """Open a page on which a method is added."""
    return _page(room, _read(body, PageAsked))


@post("/pages/payment", sync_to_thread=True, status_code=200)
def page_to_pay(room: Roomed, body: RawBody) -> Response[bytes]:
    """Open a page on which an amount is paid."""
    return _page(room, _read(body, PaymentPageAsked))


@post("/charges", sync_to_thread=True, status_code=200)
def charges(room: Roomed, body: RawBody) -> Response[bytes]:
    """Charge a saved method; the slow card takes its time, the silent one loses the answer."""
    charge = _read(body, Charge)
    behaviours: list[str] = []

    def charged(bank: Bank) -> Any:
        kept = bank.charge(charge)
        behaviours.append(bank.method(charge.method).trial.behaviour)
        return telling.outcome(bank, kept, room.url)

    answer = _done(room, charged)
    if "slow" in behaviours:
        time.sleep(room.slow_seconds)
    return _nothing() if "silent" in behaviours else answer


@get("/attempts/{attempt_id:uuid}", sync_to_thread=True)
def attempt(room: Roomed, attempt_id: FromPath[UUID]) -> Response[bytes]:
    """Tell how an attempt stands."""
    return _told(room, lambda bank: bank.drawer.get(KeptAttempt, str(attempt_id)))


@post("/attempts/{attempt_id:uuid}/cancel", sync_to_thread=True, status_code=200)
def cancel(room: Roomed, attempt_id: FromPath[UUID]) -> Response[bytes]:
    """Close an attempt."""
    return _told(room, lambda bank: bank.cancel(attempt_id))


@get("/customers/{customer:str}/methods", sync_to_thread=True)
def methods(room: Roomed, customer: FromPath[str]) -> Response[bytes]:
    """List what a customer has saved."""
    return _done(room, lambda bank: [method.shown() for method in bank.methods(customer)])


@post("/customers/{customer:str}/methods/{key:str}/remove", sync_to_thread=True, status_code=200)
def remove(room: Roomed, customer: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Take a saved method away."""

    def removed(bank: Bank) -> Reference:
        bank.remove_method(customer, key)
        return Reference(key)

    return _done(room, removed)


@get("/events/{event_id:str}", sync_to_thread=True)
def event(room: Roomed, event_id: FromPath[str]) -> Response[bytes]:
    """Tell of something that happened, as it stands now."""

    def noticed(bank: Bank) -> Any:
        found = bank.drawer.get(Happening, event_id)
        if found is None:
            raise NotFoundException
        return telling.notice(bank, found, room.url)

    return _done(room, noticed)


@get("/events", sync_to_thread=True)
def events(room: Roomed, since: FromQuery[str]) -> Response[bytes]:
    """Tell everything that happened since a moment."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise ClientException("since is a moment") from error

    def noticed(bank: Bank) -> Sequence[Any]:
        found = [one for one in bank.drawer.all(Happening) if one.at >= moment]
        return [telling.notice(bank, one, room.url) for one in found]

    return _done(room, noticed)


def _page(room: SandboxRoom, asked: PageAsked) -> Response[bytes]:
    for url in (asked.return_url, asked.cancel_url):
        if urlsplit(url).scheme not in {"http", "https"}:
            raise PaymentRefused("A page leads back to a web address.")

    def opened(bank: Bank) -> HostedPage:
        kept = bank.open_page(asked)
        return HostedPage(kept.reference, telling.page_url(room.url, kept))

    return _done(room, opened)


def _told(room: SandboxRoom, find: Callable[[Bank], KeptAttempt | None]) -> Response[bytes]:
    def told(bank: Bank) -> Any:
        found = find(bank)
        if found is None:
            raise NotFoundException
        return telling.outcome(bank, found, room.url)

    return _done(room, told)


def _done(room: SandboxRoom, deed: Callable[[Bank], Any]) -> Response[bytes]:
    """Do it and answer, unless the sandbox is away, or its answers get lost."""
    with room.bank() as bank:
        manner = mood(bank.drawer).manner
        if manner == "away":
            return Response(b"", status_code=503, media_type=JSON)
        answer = msgspec.json.encode(deed(bank))
    return _nothing() if manner == "silent" else Response(answer, media_type=JSON)


def _nothing() -> Response[bytes]:
    return Response(b"", status_code=504, media_type=JSON)


def _read(body: bytes, kind: type[A]) -> A:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as error:
        raise PaymentRefused(f"This could not be read: {error}.") from error


def _refused(_: Request[Any, Any, Any], refused: PaymentRefused) -> Response[bytes]:
    return Response(msgspec.json.encode(Why(refused.why)), status_code=422, media_type=JSON)
