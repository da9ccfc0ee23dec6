"""A dry run: decides everything on the record as it is, and stores nothing."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from application.ports.event_log import EventLog, Job
from domain.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)


class Rehearsal:
    """An event log that remembers in memory what would have been stored.

    It holds every aggregate that a row would change, so a rehearsal of very large files needs
    memory in proportion.
    """

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._imagined: dict[UUID, Aggregate] = {}

    def get(self, kind: type[A], stream_id: UUID) -> A:
        """Load one aggregate as it would stand."""
        return self.get_many(kind, [stream_id])[stream_id]

    def get_many(self, kind: type[A], stream_ids: Sequence[UUID]) -> dict[UUID, A]:
        """Load many aggregates as they would stand."""
        unknown = [stream_id for stream_id in stream_ids if stream_id not in self._imagined]
        found = dict(self._log.get_many(kind, unknown)) if unknown else {}
        for stream_id in stream_ids:
            if stream_id in self._imagined:
                found[stream_id] = cast("A", self._imagined[stream_id])
        return found

    def save(
        self,
        *aggregates: Aggregate,
        jobs: Sequence[Job] = (),
        beside: Sequence[Callable[[Any], None]] = (),
    ) -> int:
        """Remember what would be stored; nothing else happens."""
        for aggregate in aggregates:
            aggregate.pending.clear()
            self._imagined[aggregate.id] = aggregate
        return 0 * len(jobs) * len(beside)
