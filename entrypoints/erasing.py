"""Ties erasures to the read models: rewriting them without a key, and making them anew."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.event_store.mapper import EventMapper
from adapters.personal_traces import Rereads
from entrypoints.installing import read_log, rebuilding
from read_models.projection import Recorded
from read_models.registry import MODELS
from read_models.rewriting import Reread, rewrite, would_rewrite


def rewritten(connection: Any, events: Rereads) -> None:
    """Rewrite the live read models."""
    rewrite(connection, MODELS, _reread(events))


def to_rewrite(connection: Any, events: Rereads) -> Mapping[str, int]:
    """Tell how many rows of which table that would change."""
    return would_rewrite(connection, MODELS, _reread(events))


def _reread(events: Rereads) -> Iterator[Reread]:
    return (Reread(Recorded(*before), Recorded(*after)) for before, after in events)


def rebuilt(engine: object, mapper: EventMapper) -> Callable[[], None]:
    """Give what makes all read models anew from the record."""

    def rebuild() -> None:
        for _ in rebuilding(engine, read_log(mapper)).run(MODELS):
            pass

    return rebuild
