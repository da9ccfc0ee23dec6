"""The sandbox provider over real HTTP, with the hands of payers and banks.

    @pytest.fixture
    def sandbox(tmp_path):
        with running(tmp_path, SetClock()) as sandbox:
            yield sandbox

`sandbox.payments` is the adapter; `sandbox.settings` is the account for `Settings.payments`.
"""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx

from adapters.payments_sandbox import telling
from adapters.payments_sandbox.client import SandboxPayments
from adapters.payments_sandbox.ledger import Ledger
from adapters.payments_sandbox.records import KeptDispute, Undelivered
from adapters.webhook_signatures import signed
from application.ports.clock import Clock
from application.ports.payments import HostedPage, PaymentRefused
from domain.money import Money
from entrypoints.payment_settings import ProviderSettings
from entrypoints.sandbox.room import SandboxRoom
from entrypoints.sandbox.serving import serving

KEY = "a key of the sandbox in tests"
SECRET = "whsec_c2FuZGJveCBwcm92aWRlciBvZiB0aGUgdGVzdHM="
PATIENCE = 20.0


class SandboxProvider:
    """A running sandbox: `pay` and the others do what its pages and its dashboard offer."""

    def __init__(self, room: SandboxRoom) -> None:
        self.room = room
        self.payments = SandboxPayments(room.url, KEY, (SECRET,))
        self.settings = account_at(room.url)
        self.browser = httpx.Client(
            base_url=room.url, headers={"Origin": room.url}, timeout=PATIENCE, trust_env=False
        )

    def pay(self, page: HostedPage, trial_key: str) -> httpx.Response:
        """Choose a method on a hosted page; a page that is over offers none."""
        if f'value="{trial_key}"' not in self.browser.get(page.url).text:
            raise PaymentRefused("The page does not offer it.")
        return self.pay_blindly(page, trial_key)

    def pay_blindly(self, page: HostedPage, trial_key: str) -> httpx.Response:
        """Send the page's form, whatever the page shows by now."""
        return self.browser.post(page.url, data={"method": trial_key})

    def authenticate(self, action_url: str, *, approved: bool = True) -> None:
        """Answer 3-D Secure."""
        answer = {"answer": "approve" if approved else "refuse"}
        assert self.browser.post(f"{action_url}/challenge", data=answer).status_code == 303

    def settle(self, attempt_id: UUID) -> None:
        """Let a debit succeed."""
        self._deed(attempt_id, deed="settle")

    def give_back(self, attempt_id: UUID) -> None:
        """Let a debit be returned."""
        self._deed(attempt_id, deed="return")

    def refund(self, attempt_id: UUID, amount: Money) -> None:
        """Send money back."""
        self._deed(attempt_id, deed="refund", amount=str(amount.decimal))

    def fail_refunds(self, attempt_id: UUID) -> None:
        """Let what went back not arrive."""
        self._deed(attempt_id, deed="fail-refunds")

    def dispute(self, attempt_id: UUID) -> str:
        """Let the payer dispute; gives the dispute's reference."""
        self._deed(attempt_id, deed="dispute")
        with self.room.bank() as bank:
            return [one.key for one in bank.drawer.all(KeptDispute)][-1]

    def close_dispute(self, reference: str, *, won: bool) -> None:
        """Decide a dispute."""
        with self.room.bank() as bank:
            dispute = bank.drawer.get(KeptDispute, reference)
        assert dispute is not None
        self._deed(UUID(dispute.attempt), deed="win" if won else "lose")

    def later(self, days: int) -> None:
        """Let days pass at the sandbox: one, or five."""
        self._sent("clock", days=str(days))

    def behave(self, manner: str = "well") -> None:
        """Let it be `away`, or `silent` (it loses its answers), or `well`."""
        self._sent("manner", manner=manner)

    def webhooks(self) -> list[tuple[dict[str, str], bytes]]:
        """Take what no webhook has told yet: headers and body, the oldest first."""
        with self.room.bank() as bank:
            waiting = list(bank.drawer.all(Undelivered))
            for one in waiting:
                bank.drawer.drop(one)
        now = self.room.clock.now()
        bodies = [(one.key, telling.webhook(one.key)) for one in waiting]
        return [(signed(SECRET, key, now, body), body) for key, body in bodies]

    def _deed(self, attempt_id: UUID, **fields: str) -> None:
        self._sent(f"attempts/{attempt_id}", **fields)

    def _sent(self, path: str, **fields: str) -> None:
        answer = self.browser.post(f"{self.room.dashboard}/{path}", data=fields)
        assert answer.status_code == 303, answer.status_code
        assert not re.search("trouble", answer.headers["location"])


def account_at(url: str, secrets: tuple[str, ...] = (SECRET,)) -> ProviderSettings:
    """Give the account as settings name it."""
    return ProviderSettings(kind="sandbox", key=KEY, url=url, webhook_secrets=secrets)


@contextmanager
def running(folder: Path, clock: Clock, webhooks_to: str = "") -> Iterator[SandboxProvider]:
    """Serve a sandbox on a free port of loopback until the block ends.

    With `webhooks_to` (the portal's endpoint) it delivers its webhooks by itself.
    """
    port = free_port()
    room = SandboxRoom(
        ledger=Ledger(folder / "sandbox.db"),
        clock=clock,
        key=KEY,
        url=f"http://localhost:{port}",
        secret=SECRET,
        webhooks_to=webhooks_to,
        slow_seconds=0.2,
    )
    with serving(room, "127.0.0.1", port):
        await_port(port)
        provider = SandboxProvider(room)
        with provider.browser:
            yield provider


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int) -> None:
    """Wait until a port of loopback takes connections."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nothing answers on port {port}")
