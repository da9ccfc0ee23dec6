"""Requests to sign in that stay in this process."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from uuid import UUID

from application.ports.event_log import Beside
from application.ports.sign_in_requests import (
    TRIES,
    EntryRefused,
    MayEnter,
    Proof,
    Proven,
    SignInRequest,
    SignInSpent,
)


class MemorySignInRequests:
    """Keeps requests in a dictionary; what is written beside events is written when called."""

    def __init__(self, may_enter: MayEnter) -> None:
        self.may_enter = may_enter
        self._kept: dict[UUID, SignInRequest] = {}
        self._proofs: list[tuple[UUID, Proof]] = []
        self._over: set[UUID] = set()
        self._tries: dict[UUID, int] = {}
        self._lock = Lock()

    def keep(
        self, request: SignInRequest, replaces: bytes | None, beside: Sequence[Beside] = ()
    ) -> None:
        """Store a request; the browser's older ones are closed."""
        self._over |= {
            one.request_id for one in self._kept.values() if one.browser_hash == replaces
        }
        self._kept[request.request_id] = request
        for write in beside:
            write(None)

    def get(self, request_id: UUID, at: datetime) -> SignInRequest | None:
        """Give a live request."""
        return next((one for one in self._live(at) if one.request_id == request_id), None)

    def of_browser(self, browser_hash: bytes, at: datetime) -> SignInRequest | None:
        """Give the live request of a browser."""
        return next((one for one in self._live(at) if one.browser_hash == browser_hash), None)

    def is_new(self, browser_hash: bytes) -> bool:
        """Say whether no request was kept for this secret."""
        return all(one.browser_hash != browser_hash for one in self._kept.values())

    def add_proof(self, request_id: UUID, proof: Proof, at: datetime) -> bool:
        """Keep what a mail carries."""
        if self.get(request_id, at) is None:
            return False
        self._proofs.append((request_id, proof))
        return True

    def by_link(self, link_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a link."""
        found = [(one, proof) for one, proof in self._proofs if proof.link_hash == link_hash]
        return self._proven(found, at)

    def count_try(self, browser_hash: bytes, at: datetime) -> bool:
        """Count a try."""
        with self._lock:
            request = self.of_browser(browser_hash, at)
            if request is None or self._tries.get(request.request_id, 0) >= TRIES:
                return False
            self._tries[request.request_id] = self._tries.get(request.request_id, 0) + 1
            return True

    def by_code(self, browser_hash: bytes, code_hash: bytes, at: datetime) -> Proven | None:
        """Give the live request of a browser's code."""
        request = self.of_browser(browser_hash, at)
        if request is None:
            return None
        found = [
            (one, proof)
            for one, proof in self._proofs
            if one == request.request_id and proof.code_hash == code_hash
        ]
        return self._proven(found, at)

    def redeeming(self, proven: Proven, at: datetime) -> Beside:
        """Use it up beside the sign-in's event."""

        def write(transaction: object) -> None:
            with self._lock:
                if self.get(proven.request.request_id, at) is None:
                    raise SignInSpent
                obstacle = self.may_enter(transaction, proven.request, proven.grant_id, at)
                if obstacle is not None:
                    raise EntryRefused(why=obstacle)
                self._over.add(proven.request.request_id)

        return write

    def closing(self, request_id: UUID, at: datetime) -> Beside:  # noqa: ARG002 - when is not kept here
        """End it beside another event."""
        return lambda _: self._over.add(request_id)

    def held_back(self, since: datetime) -> int:
        """Count held-back mails."""
        return sum(one.held_back for one in self._since(since))

    def networks(self, since: datetime) -> tuple[int, int]:
        """Count networks and requests."""
        asked = self._since(since)
        return len({one.network for one in asked}), len(asked)

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
        old = [one.request_id for one in self._kept.values() if one.asked_at < before]
        for request_id in old:
            del self._kept[request_id]
        return len(old)

    def _since(self, since: datetime) -> list[SignInRequest]:
        return [one for one in self._kept.values() if one.asked_at >= since]

    def _live(self, at: datetime) -> list[SignInRequest]:
        return [
            one
            for one in self._kept.values()
            if one.request_id not in self._over and one.expires_at > at
        ]

    def _proven(self, found: list[tuple[UUID, Proof]], at: datetime) -> Proven | None:
        for request_id, proof in found:
            request = self.get(request_id, at)
            if request is not None:
                return Proven(request, proof.grant_id)
        return None
