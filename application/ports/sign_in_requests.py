"""Requests to sign in: short-lived, bound to the browser that asked, proven by a mailbox."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.aggregate import Refusal
from domain.sign_in import SignInObstacle

LIFE = timedelta(minutes=10)
TRIES = 5
"""How often a code may be typed for one request."""


class SignInSpent(Refusal):
    """The request was used, replaced by a newer one, or its ten minutes are over."""

    code = "sign_in_spent"


class EntryRefused(Refusal):
    """The mailbox is proven, but nobody is let in: `why` is a SignInObstacle."""

    code = "entry_refused"


class SignInRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request. The browser has the secret whose hash is `browser_hash`."""

    request_id: UUID
    browser_hash: bytes
    bill_group_id: UUID
    address: str
    link: str
    language: str
    asked_at: datetime
    expires_at: datetime
    network: str
    held_back: bool = False


class Proof(msgspec.Struct, frozen=True):
    """What one mail carries, as hashes: the link's token, and the code under a key of ours."""

    link_hash: bytes
    code_hash: bytes
    grant_id: UUID


class Proven(msgspec.Struct, frozen=True):
    """A request whose mail was in somebody's hands, with the grant it was sent by."""

    request: SignInRequest
    grant_id: UUID


class MayEnter(Protocol):
    """Asks, in the transaction of the redemption, whether the grant still lets the address in."""

    def __call__(
        self, transaction: object, request: SignInRequest, grant_id: UUID, at: datetime
    ) -> SignInObstacle | None:
        """Say what stands in the way, if anything."""


class SignInRequests(Protocol):
    """What keeps sign-in requests promises. *Live* is: not used, not closed, not expired.

    1. `keep` stores a request with what is written beside it, and closes the older live ones of
       the browser that it replaces.
    2. `of_browser` finds the live request of a browser, also one held back. `is_new` says that no
       request was ever kept for a browser's secret, live or not.
    3. `add_proof` adds a mail's hashes to a live request; several stay good until one is used.
    4. `by_link` finds the live request of a link's token, whichever browser has it.
    5. `count_try` counts a typed code before it is looked at and never lets more than five through,
       also at the same time; `by_code` then finds the request that the code belongs to.
    6. `redeeming` uses a request up once, in the transaction that records the sign-in: it raises
       SignInSpent when it is not live, EntryRefused when the grant no longer lets in.
    7. `closing` ends a request without a sign-in.
    8. `held_back` counts the mails that limits held back since a moment; `networks` how many
       networks asked, and how many requests there were.
    9. `forget` deletes requests asked before a moment.
    """

    def keep(
        self, request: SignInRequest, replaces: bytes | None, beside: Sequence[Beside] = ()
    ) -> None:
        """Store a request; `replaces` is the browser hash of older ones."""

    def get(self, request_id: UUID, at: datetime) -> SignInRequest | None:
        """Give a live request."""

    def of_browser(self, browser_hash: bytes, at: datetime) -> SignInRequest | None:
        """Give the live request of a browser."""

    def is_new(self, browser_hash: bytes) -> bool:
        """Say whether no request was kept for this secret."""

    def add_proof(self, request_id: UUID, proof: Proof, at: datetime) -> bool:
        """Keep what a mail carries; gives whether the request was live."""

    def by_link(self, link_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a link."""

    def count_try(self, browser_hash: bytes, at: datetime) -> bool:
        """Count a try; gives whether it was among the five of a live request."""

    def by_code(self, browser_hash: bytes, code_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a browser's code."""

    def redeeming(self, proven: Proven, at: datetime) -> Beside:
        """Use it up beside the sign-in's event."""

    def closing(self, request_id: UUID, at: datetime) -> Beside:
        """End it beside another event."""

    def held_back(self, since: datetime) -> int:
        """Count held-back mails."""

    def networks(self, since: datetime) -> tuple[int, int]:
        """Count networks and requests."""

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
