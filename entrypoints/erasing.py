"""Ties erasures to the read models: rewriting them without a key, and making them anew."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.event_store.mapper import EventMapper, Placed
from entrypoints.installing import read_log, rebuilding
from read_models.projection import Recorded
from read_models.registry import MODELS
from read_models.rewriting import Reread, rewrite


def rewritten(connection: Any, events: Sequence[tuple[Placed, Placed]]) -> Mapping[str, int]:
    """Rewrite the live read models; gives the rows changed by table."""
    reread = (Reread(Recorded(*before), Recorded(*after)) for before, after in events)
    return rewrite(connection, MODELS, reread)


def rebuilt(engine: object, mapper: EventMapper) -> Callable[[], None]:
    """Give what makes all read models anew from the record."""

    def rebuild() -> None:
        for _ in rebuilding(engine, read_log(mapper)).run(MODELS):
            pass

    return rebuild
