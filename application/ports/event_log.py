"""The record of everything that happened, and the only way to change it."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)


class Conflict(Exception):  # noqa: N818 - named after the fact
    """Somebody else was faster on the same stream; decide again on the newer state."""


class RecordUnavailable(Exception):  # noqa: N818 - named after the fact
    """The record cannot be read or written now; nothing was stored."""


class RecordNewer(RecordUnavailable):
    """A newer version of the portal wrote an event that this one cannot read: its `topic`.

    Nothing is passed over; this version waits until it is replaced by the newer one.
    """

    def __init__(self, topic: str) -> None:
        super().__init__(f"a newer version of the portal wrote {topic}")
        self.topic = topic


class Job(msgspec.Struct, frozen=True):
    """Work to do after the commit: a mail, a document. Its row is stored with the events.

    `lane` is the payment provider account that the work waits for, if it does.
    """

    kind: str
    payload: msgspec.Struct
    bill_group_id: UUID | None = None
    lane: str = ""


Beside: TypeAlias = Callable[[Any], None]
"""What a port of operational state writes in the transaction that stores the events.

It is given by that port and handed over as it is; raising a Refusal undoes everything.
"""


class EventLog(Protocol):
    """What the record promises.

    1. `get` gives an aggregate at its newest state, an empty one (`is_new`) when nothing is known.
    2. `save` stores the pending events of all aggregates, their read models, the jobs and what is
       written `beside` them in one transaction: all or nothing, visible to every process when it
       returns.
    3. Two savers of one stream never both succeed from the same state: the later one gets
       `Conflict` and nothing of it is stored.
    4. A `save` whose answer got lost is recognised by its command and reported as done.
    5. The jobs that follow from an event (`application.reactions`) are stored with it, once.
    """

    def get(self, kind: type[A], stream_id: UUID) -> A:
        """Load one aggregate."""

    def get_many(self, kind: type[A], stream_ids: Sequence[UUID]) -> dict[UUID, A]:
        """Load many aggregates with one question (an import's batch)."""

    def save(
        self, *aggregates: Aggregate, jobs: Sequence[Job] = (), beside: Sequence[Beside] = ()
    ) -> int:
        """Store what is pending; gives the position of the last event in the log."""
