"""The sandbox provider's own pages: plain, without cookies, and only for who knows their keys."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import httpx
import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from uuid_utils.compat import uuid7

from adapters.memory.clock import SetClock
from adapters.payments_sandbox.records import KeptAttempt, Undelivered
from adapters.payments_sandbox.trials import TRIALS
from adapters.webhook_signatures import checked
from application.ports.payments import HostedPage, PaymentPageAsked, PaymentUnavailable, Sought
from domain.money import Money
from entrypoints.cli import main
from entrypoints.sandbox.webhooks import deliver_what_is_due
from entrypoints.wording.sandbox import TRIALS as WORDS
from tests import sandbox_provider
from tests.sandbox_provider import SECRET, SandboxProvider

GROUP = UUID("019a0000-0000-7000-8000-000000000001")
BACK = "http://portal.localhost:8000/back"


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProvider]:
    with sandbox_provider.running(tmp_path, SetClock()) as running:
        yield running


def a_page(sandbox: SandboxProvider, **changes: Any) -> tuple[PaymentPageAsked, HostedPage]:
    asked = PaymentPageAsked(
        **{
            "attempt_id": uuid7(),
            "bill_group_id": GROUP,
            "customer": sandbox.payments.customer(GROUP, "Acme Ltd", "ap@acme.example", "en"),
            "kinds": ("card", "sepa_debit", "ach_debit"),
            "return_url": BACK,
            "cancel_url": "http://portal.localhost:8000/left",
            "language": "en",
            "currency": "EUR",
            "amount": Money(11_900, "EUR"),
            "description": "Invoice <R-1001>",
            **changes,
        }
    )
    return asked, sandbox.payments.page_to_pay(asked)


def test_everything_that_can_be_tried_has_words() -> None:
    assert WORDS.keys() == TRIALS.keys()


def test_a_page_says_that_no_money_moves_and_offers_what_fits_the_currency(
    sandbox: SandboxProvider,
) -> None:
    _, page = a_page(sandbox)
    shown = sandbox.browser.get(page.url)
    assert "no money moves" in shown.text
    assert "Invoice &lt;R-1001&gt;" in shown.text
    assert "€119.00" in shown.text
    assert 'value="sepa-settles"' in shown.text
    assert 'value="ach-settles"' not in shown.text


def test_it_sets_no_cookies_and_leads_back_to_the_seller_only(sandbox: SandboxProvider) -> None:
    _, page = a_page(sandbox)
    for answer in (sandbox.browser.get(page.url), sandbox.pay(page, "card-succeeds")):
        assert "set-cookie" not in answer.headers
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["location"] == BACK
    policy = sandbox.browser.get(page.url).headers["content-security-policy"]
    assert "form-action 'self' http://portal.localhost:8000;" in policy


def test_a_page_reads_the_payers_language(sandbox: SandboxProvider) -> None:
    _, page = a_page(sandbox, language="de")
    assert '<html lang="de"' in sandbox.browser.get(page.url).text


@pytest.mark.parametrize("path", ["/pages/p_guessed", "/dashboard/guessed", "/api/attempts/x"])
def test_nothing_is_found_by_guessing(sandbox: SandboxProvider, path: str) -> None:
    assert sandbox.browser.get(path).status_code in {401, 404}


def test_the_api_is_for_who_has_its_key(sandbox: SandboxProvider) -> None:
    answer = httpx.post(f"{sandbox.room.url}/api/charges", json={}, trust_env=False)
    assert answer.status_code == 401
    headers = {"Authorization": f"Bearer {sandbox.room.key}"}
    answer = httpx.post(
        f"{sandbox.room.url}/api/charges", json={}, headers=headers, trust_env=False
    )
    assert (answer.status_code, answer.json().keys()) == (422, {"refused"})


def test_a_form_of_another_site_is_refused(sandbox: SandboxProvider) -> None:
    _, page = a_page(sandbox)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    for path in (page.url, f"{sandbox.room.url}{sandbox.room.dashboard}/clock"):
        answer = httpx.post(path, data={"days": "1"}, headers=foreign, trust_env=False)
        assert answer.status_code == 403


def test_two_who_pay_on_one_page_at_once_pay_once(sandbox: SandboxProvider) -> None:
    asked, page = a_page(sandbox)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sandbox.pay_blindly(page, "card-succeeds"), range(16)))
    with sandbox.room.bank() as bank:
        [attempt] = bank.drawer.all(KeptAttempt)
    assert (attempt.key, attempt.status) == (str(asked.attempt_id), "succeeded")
    assert len(sandbox.webhooks()) == 1


def test_the_silent_card_is_charged_and_the_answer_gets_lost(sandbox: SandboxProvider) -> None:
    asked, page = a_page(sandbox)
    assert sandbox.pay(page, "card-silent").status_code == 504
    sought = Sought(asked.attempt_id, "payment", asked.customer, sandbox.room.clock.now())
    found = sandbox.payments.look_up(sought)
    assert found is not None
    assert found.status == "succeeded"


def test_a_debit_is_decided_when_the_days_have_passed(sandbox: SandboxProvider) -> None:
    attempts = {}
    for trial in ("sepa-settles", "sepa-returned"):
        asked, page = a_page(sandbox)
        sandbox.pay(page, trial)
        attempts[trial] = Sought(
            asked.attempt_id, "payment", asked.customer, sandbox.room.clock.now()
        )
    statuses = []
    for days in (1, 5):
        sandbox.later(days)
        found = [sandbox.payments.look_up(sought) for sought in attempts.values()]
        statuses.append([one.status for one in found if one is not None])
    assert statuses == [["processing", "processing"], ["succeeded", "failed"]]


def test_the_dashboard_shows_what_happened_and_refuses_what_cannot_be(
    sandbox: SandboxProvider,
) -> None:
    asked, page = a_page(sandbox)
    sandbox.pay(page, "card-succeeds")
    shown = sandbox.browser.get(sandbox.room.dashboard).text
    assert "Invoice &lt;R-1001&gt;" in shown
    assert "Acme Ltd" in shown
    with pytest.raises(AssertionError):
        sandbox.refund(asked.attempt_id, Money(20_000, "EUR"))
    sandbox.refund(asked.attempt_id, Money(2_000, "EUR"))
    assert "€20.00 back" in sandbox.browser.get(sandbox.room.dashboard).text


def test_what_it_remembers_outlives_its_process(tmp_path: Path) -> None:
    with sandbox_provider.running(tmp_path, SetClock()) as first:
        asked, page = a_page(first)
        first.pay(page, "card-succeeds")
    with sandbox_provider.running(tmp_path, SetClock()) as second:
        sought = Sought(asked.attempt_id, "payment", asked.customer, second.room.clock.now())
        found = second.payments.look_up(sought)
        assert found is not None
        assert found.status == "succeeded"


def test_webhooks_are_signed_and_repeated_until_they_are_taken(
    sandbox: SandboxProvider, portal_that_fails_once: "Listening"
) -> None:
    room = portal_that_fails_once.room_of(sandbox)
    _, page = a_page(sandbox)
    sandbox.pay(page, "card-succeeds")
    assert deliver_what_is_due(room) == 0
    with room.bank() as bank:
        [waiting] = bank.drawer.all(Undelivered)
    assert waiting.tries == 1
    room.clock.set(waiting.due_at)
    assert deliver_what_is_due(room) == 1
    assert deliver_what_is_due(room) == 0
    first, second = portal_that_fails_once.heard
    assert first[1] == second[1]
    assert checked((SECRET,), second[0], second[1], room.clock.now())


def test_a_provider_that_is_away_is_unavailable(sandbox: SandboxProvider) -> None:
    sandbox.behave("away")
    with pytest.raises(PaymentUnavailable):
        a_page(sandbox)
    sandbox.behave()
    a_page(sandbox)


class Listening:
    """A portal's endpoint that answers 503 first."""

    def __init__(self, server: HTTPServer) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/main"

    def room_of(self, sandbox: SandboxProvider) -> Any:
        return replace(sandbox.room, webhooks_to=self.url)


@pytest.fixture
def portal_that_fails_once() -> Iterator[Listening]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            listening.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(503 if len(listening.heard) == 1 else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    listening = Listening(server)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield listening
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_command_needs_an_account_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    said = CliRunner().invoke(main, ["sandbox"])
    assert said.exit_code == 2
    assert "PORTAL_PAYMENTS_TEST_KIND=sandbox" in said.output
    for name in ("ONE", "TWO"):
        for field, value in (("KIND", "sandbox"), ("KEY", "k"), ("URL", "http://localhost:1")):
            monkeypatch.setenv(f"PORTAL_PAYMENTS_{name}_{field}", value)
    said = CliRunner().invoke(main, ["sandbox"])
    assert said.exit_code == 2
    assert "--account one or two" in said.output
