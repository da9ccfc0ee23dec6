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
        if "topic" not in cls.__dict__:
            return
        if cls.topic in TOPICS or cls.topic in EARLIER:
            raise TypeError(f"two events share the topic {cls.topic}")
        if issubclass(cls, EarlierEvent):
            EARLIER[cls.topic] = cls
        else:
            TOPICS[cls.topic] = cls


TOPICS: dict[str, type[Event]] = {}
"""Every event that is recorded today, by its topic."""

EARLIER: "dict[str, type[EarlierEvent]]" = {}
"""The shapes that events had before, by their topics: still read, and never recorded again."""


class EarlierEvent(Event, frozen=True):
    """A shape that an event had in an earlier version of the portal; what is stored stays so.

    It stands beside the event that it `becomes`, and decodes what that version stored.
    """

    becomes: ClassVar[type[Event]]

    def upcast(self) -> Event:
        """Say the same in today's shape, from what is in this event alone."""
        raise NotImplementedError


def topics_of(kind: type[Event]) -> frozenset[str]:
    """Name every topic under which an event stands in the log, today's and the earlier ones."""
    earlier = (topic for topic, shape in EARLIER.items() if shape.becomes is kind)
    return frozenset({kind.topic, *earlier})
