"""What providers refuse stands in the log, whoever asked."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.memory.clock import SetClock
from adapters.memory.payments import MemoryPayments
from application.ports.payments import PaymentRefused, PaymentUnavailable
from entrypoints.provider_log import logged
from tests import sandbox_provider
from tests.wiring import wired


@pytest.mark.parametrize(
    ("trouble", "event", "level"),
    [
        ("refuse", "payment_refused", "warning"),
        ("time_out", "payment_unavailable", "warning"),
        ("bar", "payment_key_refused", "error"),
    ],
)
def test_what_goes_wrong_is_logged_once_and_raised_again(
    trouble: str, event: str, level: str
) -> None:
    memory = MemoryPayments(SetClock())
    account = logged("main", lambda: memory)
    getattr(memory, trouble)()
    with capture_logs() as lines, pytest.raises((PaymentRefused, PaymentUnavailable)):
        account.methods("cus_1")
    (line,) = lines
    assert (line["event"], line["log_level"]) == (event, level)
    assert (line["provider"], line["asked"]) == ("main", "methods")
    assert line["why"]


def test_what_goes_well_is_not_logged() -> None:
    account = logged("main", lambda: MemoryPayments(SetClock()))
    with capture_logs() as lines:
        assert account.methods("cus_1") == []
    assert lines == []


def test_the_accounts_of_the_settings_are_logged(database_url: str, tmp_path: Path) -> None:
    account = sandbox_provider.account_at("http://localhost:1")
    with (
        wired(database_url, tmp_path, payments={"main": account}) as portal,
        capture_logs() as lines,
        pytest.raises(PaymentUnavailable),
    ):
        portal.payment_providers().of("main").methods("cus_1")
    assert [line["event"] for line in lines] == ["payment_unavailable"]
