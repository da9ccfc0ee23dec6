"""New billing emails that stay in this process."""

from datetime import datetime
from threading import Lock
from typing import Any, Literal
from uuid import UUID

from msgspec.structs import replace

from application.ports.billing_emails import (
    TRIES,
    BillingEmailChange,
    BillingEmailChangeOver,
    EmailProof,
)
from application.ports.event_log import Beside


class MemoryBillingEmails:
    """Keeps changes in a dictionary; what is written beside events is written when called."""

    def __init__(self) -> None:
        self._kept: dict[UUID, BillingEmailChange] = {}
        self._proofs: list[tuple[UUID, EmailProof]] = []
        self._tries: dict[UUID, int] = {}
        self._lock = Lock()

    def asking(self, change: BillingEmailChange) -> Beside:
        """Keep a change; one that waited for the same bill group is replaced."""

        def write(_: Any) -> None:
            older = self.newest(change.bill_group_id)
            if older is not None:
                self._kept[older.change_id] = replace(older, ended="replaced")
            self._kept[change.change_id] = change

        return write

    def get(self, change_id: UUID) -> BillingEmailChange | None:
        """Give a change."""
        return self._kept.get(change_id)

    def newest(self, bill_group_id: UUID) -> BillingEmailChange | None:
        """Give the change that waits, or waited in vain."""
        of_group = [one for one in self._kept.values() if one.bill_group_id == bill_group_id]
        return next((one for one in reversed(of_group) if one.ended is None), None)

    def add_proof(self, change_id: UUID, proof: EmailProof, at: datetime) -> bool:
        """Keep what a mail carries."""
        change = self.get(change_id)
        if change is None or change.state(at) != "waiting":
            return False
        self._proofs.append((change_id, proof))
        return True

    def has_link(self, change_id: UUID, link_hash: bytes) -> bool:
        """Say whether a mail of this change had this link."""
        return any((change_id, link_hash) == (one, proof.link_hash) for one, proof in self._proofs)

    def has_code(self, change_id: UUID, code_hash: bytes) -> bool:
        """Say whether a mail of this change had this code."""
        return any((change_id, code_hash) == (one, proof.code_hash) for one, proof in self._proofs)

    def count_try(self, change_id: UUID) -> bool:
        """Count a try."""
        with self._lock:
            used = self._tries.get(change_id, 0)
            self._tries[change_id] = used + 1
        return change_id in self._kept and used < TRIES

    def ending(
        self, change_id: UUID, how: Literal["confirmed", "cancelled"], at: datetime
    ) -> Beside:
        """End a waiting change, once."""

        def write(_: Any) -> None:
            with self._lock:
                change = self.get(change_id)
                if change is None or change.state(at) != "waiting":
                    raise BillingEmailChangeOver
                self._kept[change_id] = replace(change, ended=how)

        return write

    def forget(self, before: datetime) -> int:
        """Delete old ones."""
        old = [one.change_id for one in self._kept.values() if one.asked_at < before]
        for change_id in old:
            del self._kept[change_id]
        self._proofs = [each for each in self._proofs if each[0] not in old]
        return len(old)
