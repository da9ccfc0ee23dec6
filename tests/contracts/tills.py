"""What the contract of payment providers needs around each adapter: payers, banks, lost answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from msgspec.structs import force_setattr

from adapters.memory.clock import SetClock
from adapters.memory.payments import SECRET, MemoryPayments
from adapters.payments_sandbox.client import SandboxPayments
from adapters.payments_stripe.account import StripePayments
from application.ports.payments import HostedPage, Payments
from domain.money import Money
from tests import sandbox_provider, stripe_stand_in


class Hands(Protocol):
    """What payers and banks do at a provider; methods to pay with are the sandbox's trials."""

    def pay(self, page: HostedPage, trial_key: str) -> object: ...

    def authenticate(self, action_url: str, *, approved: bool = True) -> None: ...

    def settle(self, attempt_id: UUID) -> None: ...

    def give_back(self, attempt_id: UUID) -> None: ...

    def refund(self, attempt_id: UUID, amount: Money) -> None: ...

    def fail_refunds(self, attempt_id: UUID) -> None: ...

    def dispute(self, attempt_id: UUID) -> str: ...

    def close_dispute(self, reference: str, *, won: bool) -> None: ...

    def webhooks(self) -> list[tuple[dict[str, str], bytes]]: ...


@dataclass
class Till:
    """An adapter with the world around it."""

    port: Payments
    hands: Hands
    clock: SetClock
    secret: str
    away: Callable[[], None]
    lose_answers: Callable[[], None]
    bar: Callable[[], None]
    recover: Callable[[], None]
    with_secrets: Callable[[list[str]], Payments]


@contextmanager
def in_memory(_folder: Path, clock: SetClock) -> Iterator[Till]:
    provider = MemoryPayments(clock)
    yield Till(
        provider,
        provider,
        clock,
        SECRET,
        provider.time_out,
        provider.answer_late,
        provider.bar,
        provider.recover,
        lambda secrets: MemoryPayments(clock, secrets),
    )


@contextmanager
def over_http(folder: Path, clock: SetClock) -> Iterator[Till]:
    with sandbox_provider.running(folder, clock) as sandbox:

        def recover() -> None:
            force_setattr(sandbox.room, "key", sandbox_provider.KEY)
            sandbox.behave()

        yield Till(
            sandbox.payments,
            sandbox,
            clock,
            sandbox_provider.SECRET,
            lambda: sandbox.behave("away"),
            lambda: sandbox.behave("silent"),
            lambda: force_setattr(sandbox.room, "key", "another key"),
            recover,
            lambda secrets: SandboxPayments(sandbox.room.url, sandbox_provider.KEY, secrets),
        )


@contextmanager
def at_stripe(_folder: Path, clock: SetClock) -> Iterator[Till]:
    with stripe_stand_in.running(clock) as account:

        def behave(manner: str) -> Callable[[], None]:
            return lambda: setattr(account, "manner", manner)

        def speaking(secrets: list[str]) -> StripePayments:
            return StripePayments("sk_test_1", secrets, account.url, seconds=10)

        yield Till(
            speaking([stripe_stand_in.SECRET]),
            account,
            clock,
            stripe_stand_in.SECRET,
            behave("away"),
            behave("silent"),
            behave("barred"),
            behave("well"),
            speaking,
        )
