"""The portal's side of the sandbox provider: its API over HTTP, and its signed webhooks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote
from uuid import UUID

import msgspec

from adapters.http_calls import Answer, NoAnswer, call
from adapters.payments_sandbox import telling
from adapters.webhook_signatures import checked
from application.ports.payment_outcomes import MethodAtProvider, Notice, Outcome
from application.ports.payments import (
    Charge,
    HostedPage,
    PageAsked,
    PaymentKeyRefused,
    PaymentPageAsked,
    PaymentRefused,
    PaymentUnavailable,
    Sought,
)

A = TypeVar("A")

_REFUSED = {400, 404, 422}
_BARRED = {401, 403}


class KnownAs(msgspec.Struct, frozen=True):
    """A bill group to make known."""

    bill_group_id: UUID
    name: str
    email: str
    language: str


class Reference(msgspec.Struct, frozen=True):
    """What something is called at the provider."""

    reference: str


class Why(msgspec.Struct, frozen=True):
    """Why the provider refused."""

    refused: str


class SandboxPayments(msgspec.Struct, frozen=True):
    """Keeps the promises of `application.ports.payments` by asking the sandbox at `url`."""

    url: str
    key: str
    secrets: Sequence[str] = ()
    seconds: float = 20.0

    def customer(self, bill_group_id: UUID, name: str, email: str, language: str) -> str:
        """Know a bill group."""
        known = KnownAs(bill_group_id, name, email, language)
        return self._told("POST", "customers", Reference, known).reference

    def page_to_add_method(self, asked: PageAsked) -> HostedPage:
        """Open a page to add a method on."""
        return self._told("POST", "pages/set-up", HostedPage, asked)

    def page_to_pay(self, asked: PaymentPageAsked) -> HostedPage:
        """Open a page to pay on."""
        return self._told("POST", "pages/payment", HostedPage, asked)

    def charge(self, charge: Charge) -> Outcome:
        """Charge a saved method."""
        return self._told("POST", "charges", Outcome, charge)

    def look_up(self, sought: Sought) -> Outcome | None:
        """Tell how an attempt stands."""
        return self._found("GET", f"attempts/{sought.attempt_id}", Outcome)

    def cancel(self, sought: Sought) -> Outcome | None:
        """Close an attempt."""
        return self._found("POST", f"attempts/{sought.attempt_id}/cancel", Outcome)

    def methods(self, customer: str) -> Sequence[MethodAtProvider]:
        """List what a customer has saved."""
        path = f"customers/{quote(customer, safe='')}/methods"
        return self._told("GET", path, list[MethodAtProvider])

    def remove_method(self, customer: str, reference: str) -> None:
        """Take a saved method away."""
        path = f"customers/{quote(customer, safe='')}/methods/{quote(reference, safe='')}/remove"
        self._told("POST", path, Reference)

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Check a webhook's signature."""
        return checked(self.secrets, headers, body, now)

    def notices(self, body: bytes) -> Sequence[Notice]:
        """Ask how things stand that a webhook tells of."""
        event_id = telling.event_of(body)
        found = self._found("GET", f"events/{quote(event_id, safe='')}", Notice)
        return [] if found is None else [found]

    def changes_since(self, moment: datetime) -> Iterator[Notice]:
        """Tell everything that happened since a moment."""
        since = quote(moment.isoformat(), safe="")
        return iter(self._told("GET", f"events?since={since}", list[Notice]))

    def _told(self, method: str, path: str, kind: type[A], asked: Any = None) -> A:
        return _read(self._asked(method, path, asked), kind)

    def _found(self, method: str, path: str, kind: type[A]) -> A | None:
        answer = self._asked(method, path, None)
        return None if answer.status == 404 else _read(answer, kind)  # noqa: PLR2004 - not found

    def _asked(self, method: str, path: str, asked: Any) -> Answer:
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        body = b"" if asked is None else msgspec.json.encode(asked)
        try:
            return call(method, f"{self.url}/api/{path}", headers, body, self.seconds)
        except NoAnswer as nobody:
            raise PaymentUnavailable(f"The sandbox did not answer ({nobody}).") from nobody


def _read(answer: Answer, kind: type[A]) -> A:
    """Take the answer for what it is.

    Raises PaymentRefused, PaymentKeyRefused, PaymentUnavailable.
    """
    if answer.status in _BARRED:
        raise PaymentKeyRefused("The sandbox does not accept the account's key.")
    try:
        if answer.status in _REFUSED:
            raise PaymentRefused(msgspec.json.decode(answer.body, type=Why).refused)
        if answer.status == 200:  # noqa: PLR2004 - done
            return msgspec.json.decode(answer.body, type=kind)
    except msgspec.DecodeError as error:
        raise PaymentUnavailable("The sandbox's answer could not be read.") from error
    raise PaymentUnavailable(f"The sandbox answered {answer.status}.")
