"""Whether the read models of a database belong to its record, before anybody works on them."""

from collections.abc import Sequence

from sqlalchemy import Connection

from read_models.live import CATCH_UP_LIMIT, ReadModelNew, ReadModelsBehind, position_of
from read_models.projection import ReadModel


class ReadModelsAhead(Exception):  # noqa: N818 - named after the fact
    """A read model knows events that the record has not: it belongs to another one."""


def must_be_in_step(connection: Connection, models: Sequence[ReadModel], head: int) -> None:
    """Look whether a writer could bring every read model to the head of the record.

    Raises ReadModelNew, ReadModelsBehind, ReadModelsAhead.
    """
    for model in models:
        at = position_of(connection, model)
        if at is None:
            raise ReadModelNew(model.name)
        if head - at > CATCH_UP_LIMIT:
            raise ReadModelsBehind(model.name)
        if at > head:
            raise ReadModelsAhead(model.key)
