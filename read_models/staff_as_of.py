"""The staff at a moment: the live list's own handlers, run again over the directory's history.

What happened at the very moment counts. Sign-ins are not replayed: `signed_in_at` is None.
"""

import msgspec
from sqlalchemy import Connection

from domain.identity import STAFF_DIRECTORY
from read_models import staff_list
from read_models.access_as_of import Past
from read_models.projection import apply
from read_models.staff_list import Sought, StaffRow

MOST = 100_000


class StaffAsOf(msgspec.Struct, frozen=True):
    """All staff there were, by name; `position` is the last event that counted, 0 for none."""

    position: int
    rows: list[StaffRow]


def staff(past: Past, into: Connection) -> StaffAsOf:
    """Replay the directory; `into` is an empty database of one's own."""
    model = staff_list.MODEL
    for table in model.tables:
        table.create(into)
    topics = frozenset(kind.topic for kind in model.handlers)
    recorded = past.read(past.connection, [STAFF_DIRECTORY], topics, past.up_to)
    counted = [each for each in recorded if each.event.at <= past.at]
    apply(into, (model,), counted)
    last = counted[-1].position if counted else 0
    return StaffAsOf(last, staff_list.found(into, Sought(), 0, MOST))
