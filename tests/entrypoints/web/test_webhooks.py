"""Providers' webhooks are checked, kept once, answered after that, and read by the worker."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from litestar.testing import TestClient
from msgspec.structs import replace

from adapters.clock import SystemClock
from adapters.memory.payments import MemoryPayments, MemoryProviders
from application.ports.payments import HostedPage, PageAsked, Payments
from entrypoints.container import Portal
from entrypoints.payment_settings import ProviderSettings
from entrypoints.sandbox.serving import serving_app
from entrypoints.web.app import create
from entrypoints.web.webhooks import LARGEST_WEBHOOK
from entrypoints.worker.loop import work_once
from tests import sandbox_provider
from tests.paying import GROUP
from tests.sandbox_provider import free_port

HERE = "/webhooks/main"


@pytest.fixture
def provider(portal: Portal) -> MemoryPayments:
    """A provider account with a webhook that waits."""
    memory = MemoryPayments(portal.clock())
    deaf = MemoryPayments(portal.clock(), secrets=())
    accounts = MemoryProviders(main=memory, deaf=deaf)
    portal.payment_providers.override(providers.Object(accounts))
    memory.pay(page_to_add(portal, memory), "card-succeeds")
    return memory


def page_to_add(portal: Portal, payments: Payments) -> HostedPage:
    """Open a page to add a card on."""
    asked = PageAsked(
        attempt_id=portal.ids().uuid7(),
        bill_group_id=GROUP,
        customer=payments.customer(GROUP, "Acme", "ap@acme.example", "en"),
        kinds=("card",),
        return_url="http://portal.localhost:8000/",
        cancel_url="http://portal.localhost:8000/",
        language="en",
        currency="EUR",
    )
    return payments.page_to_add_method(asked)


@pytest.fixture
def client(portal: Portal, provider: MemoryPayments) -> Iterator[TestClient[Any]]:
    with TestClient(create(portal), base_url=portal.settings().web_url) as client:
        yield client


def waiting(portal: Portal) -> bool:
    """Whether the worker has something to do."""
    return bool(portal.outbox().is_waiting(portal.clock().now()))


def test_a_genuine_webhook_is_kept_before_it_is_answered(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, body)] = provider.webhooks()
    answer = client.post(HERE, content=body, headers=headers)
    assert (answer.status_code, answer.text) == (200, "")
    assert portal.webhook_inbox().body("main", headers["webhook-id"]) == body
    assert waiting(portal)


def test_what_is_sent_again_is_answered_the_same_and_kept_once(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, body)] = provider.webhooks()
    for _ in range(3):
        assert client.post(HERE, content=body, headers=headers).status_code == 200
    jobs = portal.outbox().claim(portal.clock().now(), timedelta(minutes=1), 9)
    assert [job.kind for job in jobs] == ["read_webhook"]


@pytest.mark.parametrize("account", ["deaf", "nobody", "MAIN"])
def test_an_account_without_a_secret_has_no_endpoint(
    provider: MemoryPayments, client: TestClient[Any], account: str
) -> None:
    [(headers, body)] = provider.webhooks()
    answer = client.post(f"/webhooks/{account}", content=body, headers=headers)
    assert answer.status_code == 404


def test_what_is_forged_is_refused_and_not_kept(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, body)] = provider.webhooks()
    for given, sent in (({}, body), (headers, body + b" "), (headers, b"")):
        assert client.post(HERE, content=sent, headers=given).status_code == 400
    assert not waiting(portal)


def test_a_body_that_is_too_large_is_refused_unread(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, _)] = provider.webhooks()
    large = b"x" * (LARGEST_WEBHOOK + 1)
    assert client.post(HERE, content=large, headers=headers).status_code == 413
    assert not waiting(portal)


def test_a_webhook_is_never_looked_at_by_a_browser(client: TestClient[Any]) -> None:
    assert client.get(HERE).status_code == 405
    page = client.post("/language", data={"language": "de"})
    assert page.status_code == 403, "other forms are still refused from elsewhere"


def test_the_worker_reads_a_webhook_and_forgets_its_words(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, body)] = provider.webhooks()
    client.post(HERE, content=body, headers=headers)
    assert work_once(portal) == 1
    assert portal.webhook_inbox().body("main", headers["webhook-id"]) is None
    assert not waiting(portal)


def test_a_webhook_waits_while_the_provider_is_away(
    portal: Portal, provider: MemoryPayments, client: TestClient[Any]
) -> None:
    [(headers, body)] = provider.webhooks()
    client.post(HERE, content=body, headers=headers)
    provider.time_out()
    assert work_once(portal) == 1
    assert portal.webhook_inbox().body("main", headers["webhook-id"]) == body


def test_forms_may_lead_to_the_providers_pages_and_nowhere_else(portal: Portal) -> None:
    accounts = {
        "main": ProviderSettings(kind="stripe", key="sk_test_1"),
        "trial": ProviderSettings(kind="sandbox", key="sk", url="http://localhost:8002"),
    }
    settings = replace(portal.settings(), payments=accounts)
    portal.settings.override(providers.Object(settings))
    with TestClient(create(portal), base_url=settings.web_url) as client:
        policy = client.get("/").headers["content-security-policy"]
    hosts = "http://localhost:8002 https://checkout.stripe.com https://hooks.stripe.com"
    assert f"form-action 'self' {hosts};" in policy


def test_what_happens_at_a_running_sandbox_arrives_by_itself(
    portal: Portal, tmp_path: Path
) -> None:
    port = free_port()
    with sandbox_provider.running(
        tmp_path, SystemClock(), webhooks_to=f"http://127.0.0.1:{port}/webhooks/trial"
    ) as sandbox:
        settings = replace(portal.settings(), payments={"trial": sandbox.settings})
        portal.settings.override(providers.Object(settings))
        portal.clock.override(providers.Object(SystemClock()))
        with serving_app(create(portal), "127.0.0.1", port):
            sandbox.pay(page_to_add(portal, sandbox.payments), "card-succeeds")
            deadline = time.monotonic() + 60
            while not waiting(portal) and time.monotonic() < deadline:
                time.sleep(0.05)
        assert work_once(portal) == 1
    assert not waiting(portal)
