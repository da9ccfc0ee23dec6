"""The bare mechanism of an event-sourced aggregate: decide, record, and change only by events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from domain.event import Act, Event


class Refusal(Exception):  # noqa: N818 - a refusal is a fact that stood in the way, not an error
    """A rule said no. Subclasses are named after the fact and carry a `code` for the words.

    Facts that the words need are attributes, given as keyword arguments.
    """

    code = "refused"

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts


class Aggregate:
    """Public methods check the rules and `record`; `_change` alone assigns, and never checks."""

    def __init__(self, stream_id: UUID) -> None:
        self.id = stream_id
        self.version = 0
        self.begun_at: datetime | None = None
        self.pending: list[Event] = []

    @classmethod
    def replay(cls, stream_id: UUID, events: Iterable[Event]) -> Self:
        """Bring an aggregate back from its history."""
        self = cls(stream_id)
        for event in events:
            self.take(event)
        return self

    @property
    def is_new(self) -> bool:
        """Whether nothing has happened to it yet."""
        return self.version == 0

    def record(self, kind: type[Event], by: Act, /, **facts: Any) -> None:
        """Note a fact and let it change the state."""
        event = kind(
            stream_id=self.id,
            version=self.version + 1,
            at=by.at,
            actor=by.actor,
            command_id=by.command_id,
            **facts,
        )
        self.take(event)
        self.pending.append(event)

    def take(self, event: Event) -> None:
        """Let one event of the history change the state."""
        self._change(event)
        self.begun_at = self.begun_at or event.at
        self.version = event.version

    def _change(self, event: Event) -> None:
        """Assign what the event says; a private `match` in every aggregate."""
