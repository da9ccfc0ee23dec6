"""What the sandbox's bank keeps in its drawer: customers, methods, attempts, and what happened."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from adapters.payments_sandbox.trials import TRIALS, Trial
from application.ports.payment_outcomes import AttemptStatus, Failure, MethodAtProvider, Purpose
from domain.bill_group import PaymentMethodFacts, PaymentMethodKind
from domain.money import Money

About: TypeAlias = Literal["attempt", "refund", "dispute", "method"]


class KeptCustomer(msgspec.Struct, frozen=True):
    """A bill group as the bank knows it."""

    key: str
    bill_group_id: UUID
    name: str
    email: str
    language: str


class KeptMethod(msgspec.Struct, frozen=True):
    """A method that was used; `saved` says that it may be charged later.

    `looks` is how one looks that was not entered here; without it, it looks like its trial.
    """

    key: str
    customer: str
    trial_key: str
    added_at: datetime
    saved: bool
    expires: str | None = None
    mandate: str | None = None
    looks: PaymentMethodFacts | None = None

    @property
    def trial(self) -> Trial:
        """How it behaves."""
        return TRIALS[self.trial_key]

    def shown(self) -> MethodAtProvider:
        """Give it in the port's words."""
        looks = self.looks or self.trial
        return MethodAtProvider(
            reference=self.key,
            kind=looks.kind,
            brand=looks.brand,
            last4=looks.last4,
            expires=self.expires,
            bank_name=looks.bank_name,
            mandate=self.mandate,
        )


class KeptAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt; `page` is the unguessable key of its pages, `decides_on` when a debit does."""

    key: str
    reference: str
    page: str
    purpose: Purpose
    bill_group_id: UUID
    customer: str
    began_at: datetime
    status: AttemptStatus = "open"
    hosted: bool = True
    kinds: tuple[PaymentMethodKind, ...] = ()
    currency: str = ""
    amount: Money | None = None
    description: str = ""
    save_method: bool = True
    return_url: str = ""
    cancel_url: str = ""
    language: str = "en"
    method: str | None = None
    failure: Failure | None = None
    decides_at: datetime | None = None


class KeptRefund(msgspec.Struct, frozen=True):
    """Money that went back, unless it failed later."""

    key: str
    attempt: str
    amount: Money
    at: datetime
    status: Literal["succeeded", "failed"] = "succeeded"


class KeptDispute(msgspec.Struct, frozen=True):
    """Money that the payer's bank took back."""

    key: str
    attempt: str
    amount: Money
    at: datetime
    status: Literal["open", "won", "lost"] = "open"


class Happening(msgspec.Struct, frozen=True):
    """Something changed: what, and when; webhooks tell of it."""

    key: str
    at: datetime
    about: About
    subject: str


class Undelivered(msgspec.Struct, frozen=True):
    """A happening that no webhook has told yet; `due_at` is the next try."""

    key: str
    due_at: datetime
    tries: int = 0


class Mood(msgspec.Struct, frozen=True):
    """How the sandbox behaves: its clock runs days ahead, it is away, or its answers get lost."""

    key: str = "mood"
    days_ahead: int = 0
    manner: Literal["well", "away", "silent"] = "well"


Kept: TypeAlias = (
    KeptCustomer
    | KeptMethod
    | KeptAttempt
    | KeptRefund
    | KeptDispute
    | Happening
    | Undelivered
    | Mood
)
K = TypeVar("K", bound=Kept)


class Drawer(Protocol):
    """Where the bank keeps its records, by kind and key, in the order in which they came."""

    def get(self, kind: type[K], key: str) -> K | None:
        """Give a record."""
        ...

    def put(self, record: Kept) -> None:
        """Keep a record, or its newer state."""
        ...

    def drop(self, record: Kept) -> None:
        """Keep a record no longer."""
        ...

    def all(self, kind: type[K]) -> Iterator[K]:
        """Give all records of a kind, the oldest first."""
        ...


class MemoryDrawer:
    """A drawer in this process."""

    def __init__(self) -> None:
        self._kept: dict[type[Any], dict[str, Kept]] = {}

    def get(self, kind: type[K], key: str) -> K | None:
        """Give a record."""
        found = self._kept.get(kind, {}).get(key)
        return found if isinstance(found, kind) else None

    def put(self, record: Kept) -> None:
        """Keep a record."""
        self._kept.setdefault(type(record), {})[record.key] = record

    def drop(self, record: Kept) -> None:
        """Keep a record no longer."""
        self._kept[type(record)].pop(record.key, None)

    def all(self, kind: type[K]) -> Iterator[K]:
        """Give all of a kind."""
        found = list(self._kept.get(kind, {}).values())
        return (record for record in found if isinstance(record, kind))
