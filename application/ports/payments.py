"""Moving money through a payment provider, whose own pages see the numbers that ours never do.

A decline is an outcome, not an error. What we name is ours: the attempt's id is stored before the
provider is asked, and is its idempotency key. References of the provider are opaque text.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.failures import Refused, Unavailable
from application.ports.payment_outcomes import MethodAtProvider, Notice, Outcome, Purpose
from domain.bill_group import PaymentMethodKind
from domain.bill_group_methods import moves
from domain.money import Money


class PaymentRefused(Refused):
    """The provider understood and will not do this, and nothing was charged."""


class PaymentUnavailable(Unavailable):
    """The provider is away, or its answer was lost: look the attempt up, never name it anew."""


class PaymentKeyRefused(PaymentUnavailable):
    """The provider does not accept our key, or the key lacks a permission, until staff mend that.

    Nothing was done by this request; an earlier one may have been.
    """


class NoticeRefused(Refused):
    """A webhook is not from the provider, was altered, or is too old."""


class NoticesOff(NoticeRefused):
    """There is no secret to check webhooks by, so that there is nowhere to send them."""


class PageAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A hosted page to add a method on. Both addresses are ours; reaching them proves nothing."""

    attempt_id: UUID
    bill_group_id: UUID
    customer: str
    kinds: tuple[PaymentMethodKind, ...]
    return_url: str
    cancel_url: str
    language: str
    currency: str

    @property
    def offered(self) -> tuple[PaymentMethodKind, ...]:
        """What the page may offer: of the kinds asked for, those that move its currency."""
        return tuple(kind for kind in self.kinds if moves(kind, self.currency))


class PaymentPageAsked(PageAsked, frozen=True, kw_only=True):
    """A hosted page to pay on; `save_method` keeps what is used there for later charges."""

    amount: Money
    description: str
    save_method: bool = False


class HostedPage(msgspec.Struct, frozen=True):
    """Where the customer goes next, on the provider's host."""

    reference: str
    url: str


class Charge(msgspec.Struct, frozen=True, kw_only=True):
    """A charge of a saved method.

    With `return_url` the payer is there, and an authentication makes it `needs_action`; without,
    nobody is, and it fails as `authentication_needed`.
    """

    attempt_id: UUID
    bill_group_id: UUID
    customer: str
    method: str
    amount: Money
    description: str
    return_url: str | None = None


class Sought(msgspec.Struct, frozen=True):
    """An attempt as we know it; `begun_at` is when we stored it, before the provider was asked."""

    attempt_id: UUID
    purpose: Purpose
    customer: str
    begun_at: datetime


class Payments(Protocol):
    """One account at a payment provider.

    Every method but `accept` may raise PaymentUnavailable.

    1. `customer` gives one reference for a bill group, however often it is asked.
    2. Asked again, also in another language, an attempt has the same hosted page; for another
       amount it is refused. Nothing is charged by asking, and at most once on it. It offers what is
       asked for and moves its currency (`PageAsked.offered`), as far as the account takes that;
       when nothing is left, it is refused.
    3. An attempt is charged once at most, however often it is asked for, from wherever; another
       amount, method or customer under its id is refused.
    4. An outcome has our ids and exactly the amount that was asked. A decline is an outcome that
       `failed`, with our code; on a hosted page it leaves the attempt `open` for another try.
    5. An authentication is asked of a payer who is there (`needs_action`) and never of one who is
       not.
    6. `look_up` tells how an attempt stands, however it began, and None when the provider never
       heard of it.
    7. When an answer is lost, PaymentUnavailable is raised, and a look-up tells what happened.
    8. What cannot be done raises PaymentRefused, and nothing was charged.
    9. After `cancel` nobody can pay on the attempt; what is processing or was decided stays as it
       is. The outcome tells which. None: the provider never heard of it.
    10. `methods` gives what a customer has saved, without numbers; what `remove_method` took away
        cannot be charged, and taking it away again is no error.
    11. A debit is `processing` until it succeeds or fails, days later; what succeeded never fails.
    12. `accept` gives a genuine webhook's event id, by any of our secrets and any signature in it.
        What is forged, altered, unsigned, or more than 300 s old or early raises NoticeRefused;
        everything does (NoticesOff) when there is no secret.
    13. `notices` tell how things stand when they are read, so that their order does not matter;
        events of nothing of ours are none.
    14. Refunds and disputes are told with the attempt that they belong to.
    15. `changes_since` tells again what webhooks have told since a moment, under the same event
        ids, the oldest first, whether or not they arrived.
    16. While our key is not accepted, or lacks a permission, PaymentKeyRefused is raised, and
        nothing was done.
    """

    def customer(self, bill_group_id: UUID, name: str, email: str, language: str) -> str:
        """Make a bill group known to the provider; gives its reference there."""
        ...

    def page_to_add_method(self, asked: PageAsked) -> HostedPage:
        """Open a page on which a method is added without a payment. Raises PaymentRefused."""
        ...

    def page_to_pay(self, asked: PaymentPageAsked) -> HostedPage:
        """Open a page on which one amount is paid. Raises PaymentRefused."""
        ...

    def charge(self, charge: Charge) -> Outcome:
        """Charge a saved method. Raises PaymentRefused."""
        ...

    def look_up(self, sought: Sought) -> Outcome | None:
        """Tell how an attempt stands."""
        ...

    def cancel(self, sought: Sought) -> Outcome | None:
        """Close an attempt that is not wanted any more."""
        ...

    def methods(self, customer: str) -> Sequence[MethodAtProvider]:
        """List what a customer has saved, the newest first."""
        ...

    def remove_method(self, customer: str, reference: str) -> None:
        """Take a saved method away."""
        ...

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Check a webhook's signature; gives its event id. Header names are in lower case.

        Raises NoticeRefused, NoticesOff.
        """
        ...

    def notices(self, body: bytes) -> Sequence[Notice]:
        """Read what an accepted webhook tells. Raises NoticeRefused when it cannot be read."""
        ...

    def changes_since(self, moment: datetime) -> Iterator[Notice]:
        """Tell everything of ours that happened at the provider since a moment in UTC."""
        ...


class ProviderUnknown(PaymentRefused):
    """The settings name no such provider account."""


class PaymentProviders(Protocol):
    """The provider accounts that the settings name."""

    def names(self) -> Sequence[str]:
        """Name them, in lower case and in order."""
        ...

    def of(self, name: str) -> Payments:
        """Give one. Raises ProviderUnknown."""
        ...
