"""Provider accounts are read from the settings, and whatever is wrong is named."""

from pathlib import Path

import pytest

from entrypoints.payment_settings import ProviderSettings
from entrypoints.settings import SettingsWrong, read_settings

SANDBOX = {
    "PORTAL_PAYMENTS_TRY_OUT_KIND": "sandbox",
    "PORTAL_PAYMENTS_TRY_OUT_KEY": "sk_of_the_sandbox",
    "PORTAL_PAYMENTS_TRY_OUT_URL": "http://localhost:8002/",
    "PORTAL_PAYMENTS_TRY_OUT_WEBHOOK_SECRETS": "whsec_b25l whsec_dHdv",
}
STRIPE = {"PORTAL_PAYMENTS_MAIN_KIND": "stripe", "PORTAL_PAYMENTS_MAIN_KEY": "sk_live"}
PUBLIC = {"PORTAL_WEB_URL": "https://pay.example", "PORTAL_ADMIN_URL": "https://admin.example"}


def problems(**given: str) -> list[str]:
    with pytest.raises(SettingsWrong) as caught:
        read_settings(given)
    return caught.value.problems


def test_accounts_are_read_by_their_names() -> None:
    read = read_settings({**SANDBOX, **STRIPE}).payments
    assert read == {
        "try_out": ProviderSettings(
            kind="sandbox",
            key="sk_of_the_sandbox",
            url="http://localhost:8002",
            webhook_secrets=("whsec_b25l", "whsec_dHdv"),
        ),
        "main": ProviderSettings(kind="stripe", key="sk_live"),
    }


def test_without_any_there_is_no_provider() -> None:
    assert read_settings({}).payments == {}


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk_from_a_file\n")
    kind = {"PORTAL_PAYMENTS_MAIN_KIND": "stripe"}
    read = read_settings({**kind, "PORTAL_PAYMENTS_MAIN_KEY_FILE": str(key)})
    assert read.payments["main"].key == "sk_from_a_file"
    [missing, *_] = problems(**kind, PORTAL_PAYMENTS_MAIN_KEY_FILE=str(tmp_path / "none"))
    assert missing.startswith("PORTAL_PAYMENTS_MAIN_KEY_FILE: ")


def test_unknown_and_bad_values_are_named_all_at_once() -> None:
    said = problems(
        **{**SANDBOX, "PORTAL_PAYMENTS_TRY_OUT_URL": "http://sandbox.example"},
        PORTAL_PAYMENTS_MAIN_KIND="paypal",
        PORTAL_PAYMENTS_MAIN_SECRET="x",
        PORTAL_PAYMENTS_MAIN_PAGES_URL="pay.example",
    )
    for name, words in (
        ("TRY_OUT_URL", "https://"),
        ("MAIN_KIND", "sandbox or stripe"),
        ("MAIN_KEY", "missing"),
        ("MAIN_SECRET", "not a setting"),
        ("MAIN_PAGES_URL", "https://"),
    ):
        assert any(line.startswith(f"PORTAL_PAYMENTS_{name} ") and words in line for line in said)


def test_a_sandbox_has_an_address() -> None:
    without = {name: text for name, text in SANDBOX.items() if not name.endswith("_URL")}
    assert "PORTAL_PAYMENTS_TRY_OUT_URL is missing" in problems(**without)[0]


def test_the_sandbox_is_refused_where_customers_come_unless_that_is_meant() -> None:
    [refused] = problems(**SANDBOX, **PUBLIC)
    assert "no money moves" in refused
    meant = read_settings({**SANDBOX, **PUBLIC, "PORTAL_ALLOW_SANDBOX": "true"})
    assert "try_out" in meant.payments
    assert "main" in read_settings({**STRIPE, **PUBLIC}).payments


def test_hosted_pages_are_at_the_providers_own_origin_or_at_ones_own_domain() -> None:
    read = read_settings(
        {**SANDBOX, **STRIPE, "PORTAL_PAYMENTS_MAIN_PAGES_URL": "https://pay.seller.example/x"}
    ).payments
    own = read_settings(STRIPE).payments
    assert read["try_out"].pages_origins == ("http://localhost:8002",)
    assert read["main"].pages_origins[0] == "https://pay.seller.example"
    assert own["main"].pages_origins[0] == "https://checkout.stripe.com"
    assert all("https://hooks.stripe.com" in each["main"].pages_origins for each in (read, own))
