"""New billing emails that wait for their mailbox to confirm them."""

from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import Beside
from domain.aggregate import Refusal
from domain.bill_group import Contact

LIFE = timedelta(hours=24)
TRIES = 5

State: TypeAlias = Literal["waiting", "confirmed", "replaced", "cancelled", "expired"]


class BillingEmailChange(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody wants invoices to go to another address.

    `earlier` is where they went until now, `asked_by` and `session_id` are who asked, `first` is
    the rest of a billing contact where there was none, `ended` says how it came to an end.
    """

    change_id: UUID
    bill_group_id: UUID
    address: str
    earlier: str | None
    asked_by: str
    session_id: UUID
    language: str
    asked_at: datetime
    first: Contact | None = None
    ended: Literal["confirmed", "replaced", "cancelled"] | None = None

    def state(self, at: datetime) -> State:
        """Say how it stands."""
        if self.ended is not None:
            return self.ended
        return "waiting" if at < self.asked_at + LIFE else "expired"


class EmailProof(msgspec.Struct, frozen=True):
    """What one mail proves, as it is kept: hashes of the link's secret and of the code."""

    link_hash: bytes
    code_hash: bytes


class BillingEmailChangeOver(Refusal):
    """It was confirmed, replaced or cancelled before, or waited too long: its `state`."""

    code = "billing_email_change_over"


class BillingEmails(Protocol):
    """What is promised of changes that wait.

    1. `asking` keeps a change in the transaction it is written in; one that waited for the same
       bill group is replaced.
    2. `get` gives a change whatever became of it; `newest` gives a bill group's last one while it
       was neither confirmed nor cancelled.
    3. `add_proof` keeps what a mail carries, also several; it says no when the change is over.
    4. `has_link` and `has_code` say whether a secret was in a mail of this change.
    5. `count_try` counts before a code is compared, and says no after five, also in parallel.
    6. `ending` ends a waiting change, once; raises BillingEmailChangeOver for any other.
    7. `forget` deletes what was asked for before a moment.
    """

    def asking(self, change: BillingEmailChange) -> Beside:
        """Keep a change beside something else."""

    def get(self, change_id: UUID) -> BillingEmailChange | None:
        """Give a change."""

    def newest(self, bill_group_id: UUID) -> BillingEmailChange | None:
        """Give the change that waits, or waited in vain."""

    def add_proof(self, change_id: UUID, proof: EmailProof, at: datetime) -> bool:
        """Keep what a mail carries."""

    def has_link(self, change_id: UUID, link_hash: bytes) -> bool:
        """Say whether a mail of this change had this link."""

    def has_code(self, change_id: UUID, code_hash: bytes) -> bool:
        """Say whether a mail of this change had this code."""

    def count_try(self, change_id: UUID) -> bool:
        """Count a try; gives whether it was among the first five."""

    def ending(
        self, change_id: UUID, how: Literal["confirmed", "cancelled"], at: datetime
    ) -> Beside:
        """End a waiting change beside something else."""

    def forget(self, before: datetime) -> int:
        """Delete old ones; gives how many."""
