"""What every event carries, and the register of stable topics."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from domain.actor import Actor


class Act(msgspec.Struct, frozen=True):
    """Who does something, when (UTC), and by which command: the first thing a decision is told."""

    at: datetime
    actor: Actor
    command_id: UUID


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact of the past. Subclasses name a `topic` that never changes: `noun.fact.v1`.

    `at` is the moment of the decision in UTC; `version` counts from 1 within the stream.
    """

    topic: ClassVar[str]

    stream_id: UUID
    version: int
    at: datetime
    actor: Actor
    command_id: UUID

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the topic; two events with one topic are a mistake found at import."""
        super().__init_subclass__(**kwargs)
        if cls.topic in TOPICS:
            raise TypeError(f"two events share the topic {cls.topic}")
        TOPICS[cls.topic] = cls


TOPICS: dict[str, type[Event]] = {}
