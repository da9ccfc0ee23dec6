"""Stripe's published API over the sandbox's bank, on loopback, for what `localstripe` lacks.

The shapes are those of https://docs.stripe.com/api: Checkout Sessions, PaymentIntents with their
errors, refunds, disputes, events, idempotency keys. Cards and banks behave as the sandbox's trials.
"""

import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from msgspec.structs import replace
from stripe.params import PaymentIntentCreateParams
from stripe.params.checkout import SessionCreateParams

from adapters.memory.payments import MemoryPayments
from adapters.payments_sandbox import payer
from adapters.payments_sandbox.bank import Bank
from adapters.payments_sandbox.records import (
    Happening,
    KeptAttempt,
    KeptCustomer,
    KeptDispute,
    KeptMethod,
    KeptRefund,
    Undelivered,
)
from application.ports.clock import Clock
from application.ports.payments import (
    Charge,
    HostedPage,
    PageAsked,
    PaymentPageAsked,
    PaymentRefused,
)
from application.stripe_objects.minor_units import decimals, major
from domain.money import Money

SECRET = "whsec_of_the_stand_in"
TYPES = {
    "card": "card",
    "sepa_debit": "sepa_debit",
    "ach_debit": "us_bank_account",
    "bacs_debit": "bacs_debit",
}
CURRENCIES = {"sepa_debit": "eur", "us_bank_account": "usd", "bacs_debit": "gbp"}
"""What Stripe's pages of these payment methods name as supported currencies."""
PUBLISHED = {
    "/v1/checkout/sessions": SessionCreateParams,
    "/v1/payment_intents": PaymentIntentCreateParams,
}
"""The parameters that this version of Stripe's API knows, as its official client lists them."""
KINDS = {name: kind for kind, name in TYPES.items()}
Given = dict[str, Any]


class Refusing(Exception):  # noqa: N818 - named after the fact
    """Stripe's error object, with its status."""

    def __init__(self, status: int, **error: Any) -> None:
        super().__init__(error)
        self.status, self.error = status, error


class StripeStandIn:
    """The account: what is asked of it, and the hands of its payers and banks."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.memory = MemoryPayments(clock)
        self.manner = "well"
        self.activated = set(TYPES.values())
        self.answers: dict[str, tuple[Given, int, Given]] = {}
        self.lock = threading.RLock()
        self.url = ""

    def pay(self, page: HostedPage, trial_key: str) -> None:
        """Use a method on a Checkout page."""
        with self.memory.bank() as bank:
            attempt = bank.at(page.url.rpartition("/")[2])
            payer.submit(bank, attempt.page, trial_key)

    def authenticate(self, action_url: str, *, approved: bool = True) -> None:
        """Answer 3-D Secure."""
        self.memory.authenticate(action_url, approved=approved)

    def settle(self, attempt_id: UUID) -> None:
        """Let a debit succeed."""
        self.memory.settle(attempt_id)

    def give_back(self, attempt_id: UUID) -> None:
        """Let a debit be returned."""
        self.memory.give_back(attempt_id)

    def refund(self, attempt_id: UUID, amount: Money) -> None:
        """Send money back."""
        self.memory.refund(attempt_id, amount)

    def fail_refunds(self, attempt_id: UUID) -> None:
        """Let what went back not arrive."""
        self.memory.fail_refunds(attempt_id)

    def dispute(self, attempt_id: UUID) -> str:
        """Let the payer dispute."""
        return self.memory.dispute(attempt_id)

    def close_dispute(self, reference: str, *, won: bool) -> None:
        """Decide a dispute."""
        self.memory.close_dispute(reference, won=won)

    def webhooks(self) -> list[tuple[dict[str, str], bytes]]:
        """Take what no webhook has told yet, signed as Stripe signs."""
        with self.memory.bank() as bank:
            waiting = list(bank.drawer.all(Undelivered))
            for one in waiting:
                bank.drawer.drop(one)
            found = [bank.drawer.get(Happening, one.key) for one in waiting]
            events = [event(bank, one, self.url) for one in found if one is not None]
        return [self._signed(one) for one in events]

    def _signed(self, given: Given) -> tuple[dict[str, str], bytes]:
        body = json.dumps(given).encode()
        moment = str(int(self.clock.now().timestamp()))
        digest = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
        return {"stripe-signature": f"t={moment},v1={digest}"}, body

    def answer(self, method: str, path: str, given: Given, once: str) -> tuple[int, Given]:
        """Answer as Stripe does, the same again under the same idempotency key."""
        with self.lock:
            if method == "POST" and path.endswith(("/payment_intents", "/sessions")):
                assert once == given["metadata"]["attempt_id"], "its key is the attempt's id"
            if method == "POST" and once in self.answers:
                asked, status, body = self.answers[once]
                if asked != given:
                    return 400, {"error": {"type": "idempotency_error", "message": "Keys differ."}}
                return status, body
            try:
                _must_be_published(method, path, given)
                with self.memory.bank() as bank:
                    allowed = self._allowed(given) if path.endswith("/sessions") else given
                    status, body = 200, _route(bank, method, path, allowed, self.url)
            except Refusing as refusing:
                status, body = refusing.status, {"error": refusing.error}
            except PaymentRefused as refused:
                status, body = 400, {"error": {"type": ERROR, "message": refused.why}}
            validated = status not in {400, 404}
            if once and method == "POST" and validated:
                self.answers[once] = (given, status, body)
            return status, body

    def _allowed(self, given: Given) -> Given:
        """Keep the types that are activated and fit the currency, in place of the allowed ones."""
        if "allowed_payment_method_types" not in given:
            return given
        price = given.get("line_items", {}).get("0", {}).get("price_data", given)
        fitting = {
            key: name
            for key, name in given["allowed_payment_method_types"].items()
            if name in self.activated
            and CURRENCIES.get(name, price["currency"]) == price["currency"]
        }
        if not fitting:
            message = "No valid payment method types for this Checkout Session."
            raise Refusing(400, type=ERROR, message=message)
        return {**given, "allowed_payment_method_types": fitting}


ERROR = "invalid_request_error"


def _must_be_published(method: str, path: str, given: Given) -> None:
    """Refuse what this version of the API does not take, or takes no more."""
    if method != "POST" or path not in PUBLISHED:
        return
    unknown = sorted(given.keys() - PUBLISHED[path].__annotations__.keys())
    if unknown == ["payment_method_types"]:
        code = "payment_method_types_no_longer_supported"
        raise Refusing(400, type=ERROR, code=code, message="Use allowed_payment_method_types.")
    if unknown:
        message = f"Received unknown parameter: {unknown[0]}"
        raise Refusing(400, type=ERROR, code="parameter_unknown", message=message)


def _route(  # noqa: C901, PLR0911, PLR0912 - one table of addresses
    bank: Bank, method: str, path: str, given: Given, url: str
) -> Given:
    parts = path.strip("/").split("/")[1:]
    match method, parts:
        case "GET", ["customers", "search"]:
            wanted = given["query"].rpartition(":")[2].strip("'")
            found = [c for c in bank.drawer.all(KeptCustomer) if str(c.bill_group_id) == wanted]
            return listed([customer(one) for one in found])
        case "GET", ["customers", key]:
            return customer(_kept(bank, KeptCustomer, key))
        case "POST", ["customers"]:
            group = UUID(given["metadata"]["bill_group_id"])
            return customer(_kept(bank, KeptCustomer, bank.customer(group, "", "", "en")))
        case "POST", ["customers", key]:
            known = _kept(bank, KeptCustomer, key)
            bank.drawer.put(replace(known, name=given["name"], email=given["email"]))
            return customer(_kept(bank, KeptCustomer, key))
        case "POST", ["checkout", "sessions"]:
            return session(bank, _opened(bank, given), url)
        case "GET", ["checkout", "sessions"]:
            return listed([session(bank, one, url) for one in _attempts(bank, given, hosted=True)])
        case "GET", ["checkout", "sessions", key]:
            return session(bank, _attempt(bank, key), url)
        case "POST", ["checkout", "sessions", key, "expire"]:
            bank.cancel(UUID(_attempt(bank, key).key))
            return session(bank, _attempt(bank, key), url)
        case "POST", ["payment_intents"]:
            return _charged(bank, given, url)
        case "GET", ["payment_intents"]:
            return listed([intent(bank, one, url) for one in _attempts(bank, given, hosted=False)])
        case "GET", ["payment_intents", key]:
            return intent(bank, _attempt(bank, key), url)
        case "POST", ["payment_intents", key, "cancel"]:
            bank.cancel(UUID(_attempt(bank, key).key))
            return intent(bank, _attempt(bank, key), url)
        case "GET", ["payment_methods"]:
            return listed([saved(one) for one in bank.methods(given["customer"])])
        case "GET", ["payment_methods", key]:
            return saved(_kept(bank, KeptMethod, key))
        case "POST", ["payment_methods", key, "detach"]:
            bank.remove_method(_kept(bank, KeptMethod, key).customer, key)
            return saved(_kept(bank, KeptMethod, key))
        case "GET", ["refunds", key]:
            return refund(bank, _kept(bank, KeptRefund, key))
        case "GET", ["disputes", key]:
            return dispute(bank, _kept(bank, KeptDispute, key))
        case "GET", ["events"]:
            since = int(given["created"]["gte"])
            every = [event(bank, one, url) for one in bank.drawer.all(Happening)]
            return listed([one for one in every[::-1] if one["created"] >= since])
    raise Refusing(404, type=ERROR, message=f"Unrecognized request URL ({method}: {path}).")


def _opened(bank: Bank, given: Given) -> KeptAttempt:
    paying = given["mode"] == "payment"
    asked: Given = {
        "attempt_id": UUID(given["metadata"]["attempt_id"]),
        "bill_group_id": UUID(given["metadata"]["bill_group_id"]),
        "customer": given["customer"],
        "kinds": tuple(KINDS[one] for one in _values(given["allowed_payment_method_types"])),
        "return_url": given["success_url"],
        "cancel_url": given["cancel_url"],
        "language": given["locale"],
        "currency": given["currency"].upper() if not paying else "",
    }
    if not paying:
        return bank.open_page(PageAsked(**asked))
    price = given["line_items"]["0"]["price_data"]
    inside = given["payment_intent_data"]
    assert inside["metadata"]["attempt_id"] == given["metadata"]["attempt_id"]
    return bank.open_page(
        PaymentPageAsked(
            **{**asked, "currency": price["currency"].upper()},
            amount=_money(price["unit_amount"], price["currency"]),
            description=price["product_data"]["name"],
            save_method=inside.get("setup_future_usage") == "off_session",
        )
    )


def _charged(bank: Bank, given: Given, url: str) -> Given:
    assert given["confirm"] == "true"
    assert ("off_session" in given) is not ("return_url" in given)
    charge = Charge(
        attempt_id=UUID(given["metadata"]["attempt_id"]),
        bill_group_id=UUID(given["metadata"]["bill_group_id"]),
        customer=given["customer"],
        method=given["payment_method"],
        amount=_money(given["amount"], given["currency"]),
        description=given["description"],
        return_url=given.get("return_url"),
    )
    made = intent(bank, bank.charge(charge), url)
    if made["status"] == "requires_payment_method":
        error = made["last_payment_error"]
        raise Refusing(402, **{**error, "type": "card_error", "payment_intent": made})
    return made


def customer(kept: KeptCustomer) -> Given:
    return {
        "id": kept.key, "object": "customer", "email": kept.email, "name": kept.name,
        "metadata": {"bill_group_id": str(kept.bill_group_id)},
    }  # fmt: skip


def saved(kept: KeptMethod) -> Given:
    """A PaymentMethod; it is a customer's while it is saved."""
    shown, kind = kept.shown(), TYPES[kept.trial.kind]
    year, _, month = (shown.expires or "-").partition("-")
    card = {"brand": shown.brand, "exp_year": int(year or 0), "exp_month": int(month or 0)}
    bank_account = {"bank_name": shown.bank_name}
    return {
        "id": kept.key, "object": "payment_method", "type": kind,
        "customer": kept.customer if kept.saved else None, "created": _seconds(kept.added_at),
        kind: {"last4": shown.last4, **(card if kind == "card" else bank_account)},
    }  # fmt: skip


def intent(bank: Bank, kept: KeptAttempt, url: str) -> Given:
    """A PaymentIntent; a page that nobody has used yet has none."""
    used = None if kept.method is None else bank.method(kept.method)
    took = kept.status in {"succeeded", "processing"}
    statuses = {
        "open": "requires_payment_method", "failed": "requires_payment_method",
        "needs_action": "requires_action", "cancelled": "canceled",
    }  # fmt: skip
    named = {"attempt_id": kept.key, "bill_group_id": str(kept.bill_group_id)}
    details = {"type": TYPES[used.trial.kind]} if used else {}
    if used and used.mandate:
        details[details["type"]] = {"mandate": used.mandate}
    given = {
        "id": f"pi_{kept.key}", "object": "payment_intent", "created": _seconds(kept.began_at),
        "status": statuses.get(kept.status, kept.status), "customer": kept.customer,
        "metadata": {**named, **({"hosted": "yes"} if kept.hosted else {})},
        "payment_method": saved(used) if used and (took or kept.status == "needs_action") else None,
        "latest_charge": {"object": "charge", "payment_method_details": details} if took else None,
        "last_payment_error": _error(kept, used), "next_action": None,
    }  # fmt: skip
    if kept.amount is not None:
        given |= {"amount": _units(kept.amount), "currency": kept.amount.currency.lower()}
    if kept.status == "needs_action":
        redirect = {"url": f"{url}/{kept.page}"}
        given["next_action"] = {"type": "redirect_to_url", "redirect_to_url": redirect}
    return given


def session(bank: Bank, kept: KeptAttempt, url: str) -> Given:
    """A Checkout Session, with its intent whole where there is one."""
    statuses = {"open": "open", "needs_action": "open", "cancelled": "expired"}
    paying = kept.purpose == "payment"
    inside = intent(bank, kept, url) if kept.method else None
    if inside and not paying:
        inside |= {"id": f"seti_{kept.key}", "last_setup_error": inside["last_payment_error"]}
        inside |= {"object": "setup_intent", "mandate": None, "last_payment_error": None}
    return {
        "id": f"cs_{kept.key}", "object": "checkout.session", "created": _seconds(kept.began_at),
        "status": statuses.get(kept.status, "complete"), "mode": "payment" if paying else "setup",
        "metadata": {"attempt_id": kept.key, "bill_group_id": str(kept.bill_group_id)},
        "customer": kept.customer, "url": f"{url}/{kept.page}",
        "amount_total": _units(kept.amount) if kept.amount else None,
        "currency": kept.currency.lower(),
        "payment_intent": inside if paying else None, "setup_intent": None if paying else inside,
    }  # fmt: skip


def refund(bank: Bank, kept: KeptRefund) -> Given:
    return {
        "id": kept.key, "object": "refund", "created": _seconds(kept.at), "status": kept.status,
        "amount": _units(kept.amount), "currency": kept.amount.currency.lower(),
        "payment_intent": f"pi_{kept.attempt}",
    }  # fmt: skip


def dispute(bank: Bank, kept: KeptDispute) -> Given:
    statuses = {"open": "needs_response", "won": "won", "lost": "lost"}
    return {
        "id": kept.key, "object": "dispute", "created": _seconds(kept.at),
        "status": statuses[kept.status],
        "amount": _units(kept.amount), "currency": kept.amount.currency.lower(),
        "payment_intent": f"pi_{kept.attempt}",
    }  # fmt: skip


def event(bank: Bank, happening: Happening, url: str) -> Given:
    """An event, under the types of what happened."""
    before: Given = {}
    match happening.about:
        case "refund":
            about = refund(bank, _kept(bank, KeptRefund, happening.subject))
            kind = "refund.created" if about["status"] == "succeeded" else "refund.failed"
        case "dispute":
            found = _kept(bank, KeptDispute, happening.subject)
            kind = f"charge.dispute.{'created' if found.status == 'open' else 'closed'}"
            about = dispute(bank, found)
        case "method":
            method = _kept(bank, KeptMethod, happening.subject)
            kind, about, before = "payment_method.detached", saved(method), {}
            before = {"customer": method.customer}
        case _:
            attempt = _kept(bank, KeptAttempt, happening.subject)
            set_up = attempt.purpose == "set_up"
            about = session(bank, attempt, url) if set_up else intent(bank, attempt, url)
            kind = "checkout.session.completed" if set_up else _intent_event(attempt)
    return {
        "id": happening.key, "object": "event", "type": kind, "created": _seconds(happening.at),
        "data": {"object": about, "previous_attributes": before},
    }  # fmt: skip


def _intent_event(attempt: KeptAttempt) -> str:
    names = {"succeeded": "succeeded", "processing": "processing", "cancelled": "canceled"}
    if attempt.status == "needs_action":
        return "payment_intent.requires_action"
    return f"payment_intent.{names.get(attempt.status, 'payment_failed')}"


def listed(found: list[Given]) -> Given:
    return {"object": "list", "data": found, "has_more": False}


def _error(kept: KeptAttempt, used: KeptMethod | None) -> Given | None:
    if kept.failure is None or used is None:
        return None
    codes = {
        "declined": ("card_declined", "generic_decline"),
        "insufficient_funds": ("card_declined", "insufficient_funds"),
        "expired": ("expired_card", None),
        "authentication_needed": ("authentication_required", "authentication_required"),
        "authentication_failed": ("payment_intent_authentication_failure", None),
        "debit_returned": ("payment_intent_payment_attempt_failed", None),
    }
    code, decline = codes[kept.failure.code]
    return {
        "code": code, "decline_code": decline, "message": kept.failure.said,
        "payment_method": saved(used),
    }  # fmt: skip


def _attempts(bank: Bank, given: Given, *, hosted: bool) -> list[KeptAttempt]:
    wanted = given.get("payment_intent", "").removeprefix("pi_")
    return [
        one
        for one in bank.drawer.all(KeptAttempt)
        if one.hosted is hosted
        and (not wanted or one.key == wanted)
        and one.customer == given.get("customer", one.customer)
        and _seconds(one.began_at) >= int(given.get("created", {}).get("gte", 0))
    ]


def _attempt(bank: Bank, key: str) -> KeptAttempt:
    return _kept(bank, KeptAttempt, key.partition("_")[2])


def _kept(bank: Bank, kind: Any, key: str) -> Any:
    found = bank.drawer.get(kind, key)
    if found is None:
        raise Refusing(404, type=ERROR, code="resource_missing", message=f"No such: '{key}'")
    return found


def _units(money: Money) -> int:
    return int(money.decimal.scaleb(decimals(money.currency)))


def _money(units: str, currency: str) -> Money:
    return Money.of(Decimal(major(int(units), currency.upper())), currency.upper())


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _values(given: Given) -> list[str]:
    return [given[key] for key in sorted(given)]


def form(text: str) -> Given:
    """Read Stripe's way to write nested fields: `metadata[attempt_id]=…`."""
    read: Given = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, *inner = name.replace("]", "").split("[")
        place = read
        for key in (first, *inner)[:-1]:
            place = place.setdefault(key, {})
        place[(first, *inner)[-1]] = value
    read.pop("expand", None)
    return read


@contextmanager
def running(clock: Clock) -> Iterator[StripeStandIn]:
    """Serve the stand-in on a free port of loopback until the block ends."""
    account = StripeStandIn(clock)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer("GET", urlsplit(self.path).query)

        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", 0))
            self._answer("POST", self.rfile.read(length).decode())

        def _answer(self, method: str, text: str) -> None:
            once = self.headers.get("idempotency-key", "")
            path = urlsplit(self.path).path
            status, body = 503, {}
            if account.manner == "barred":
                status, body = 401, {"error": {"type": ERROR, "message": "Invalid API Key"}}
            elif account.manner != "away":
                status, body = account.answer(method, path, form(text), once)
            if account.manner == "silent" and method == "POST":
                status, body = 504, {}
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    account.url = f"http://127.0.0.1:{server.server_address[1]}"
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield account
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
