"""The doctor looks at payment providers: whether they answer, and whether webhooks may come."""

from pathlib import Path

from dependency_injector import providers
from msgspec.structs import replace

from adapters.memory.clock import SetClock
from adapters.memory.payments import MemoryPayments, MemoryProviders
from entrypoints.container import Portal
from entrypoints.payment_checks import checks
from tests import sandbox_provider


def test_a_provider_that_answers_and_sends_webhooks_is_well(portal: Portal, tmp_path: Path) -> None:
    with sandbox_provider.running(tmp_path, SetClock()) as sandbox:
        settings = replace(portal.settings(), payments={"main": sandbox.settings})
        portal.settings.override(providers.Object(settings))
        assert [good for good, _ in checks(portal)] == [True, True]
        sandbox.behave("away")
        [(answers, words), _] = checks(portal)
    assert not answers
    assert "main cannot be asked" in words


def test_a_key_that_is_not_accepted_is_named_with_its_setting(portal: Portal) -> None:
    account = sandbox_provider.account_at("http://localhost:1")
    portal.settings.override(
        providers.Object(replace(portal.settings(), payments={"main": account}))
    )
    memory = MemoryPayments(SetClock())
    memory.bar()
    portal.payment_providers.override(providers.Object(MemoryProviders(main=memory)))
    [(accepted, words), _] = checks(portal)
    assert not accepted
    assert "PORTAL_PAYMENTS_MAIN_KEY" in words


def test_a_secret_that_is_missing_is_named(portal: Portal) -> None:
    account = sandbox_provider.account_at("http://localhost:1", secrets=())
    portal.settings.override(
        providers.Object(replace(portal.settings(), payments={"main": account}))
    )
    memory = MemoryProviders(main=MemoryPayments(SetClock()))
    portal.payment_providers.override(providers.Object(memory))
    answers, webhooks = checks(portal)
    assert answers[0]
    assert not webhooks[0]
    assert "PORTAL_PAYMENTS_MAIN_WEBHOOK_SECRETS is empty" in webhooks[1]


def test_without_provider_accounts_there_is_nothing_to_say(portal: Portal) -> None:
    assert list(checks(portal)) == []
