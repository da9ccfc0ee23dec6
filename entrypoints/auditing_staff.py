"""Who was staff at a moment, with which roles and with or without a second factor; by replay."""

from datetime import datetime

import msgspec

from application.audit import Asked
from entrypoints.container import Portal
from read_models import staff_as_of
from read_models.access_as_of import Past
from read_models.live import lowest_position
from read_models.staff_list import StaffRow


class StaffThen(msgspec.Struct, frozen=True):
    """The staff at a moment, by name, answered up to a position.

    `last_position` is the last event that counted.
    """

    at: datetime
    position: int
    last_position: int
    rows: list[StaffRow]


def staff_at(portal: Portal, at: datetime) -> StaffThen:
    """Replay the staff. Whoever calls this records it before showing it."""
    with portal.reading() as connection, portal.empty_database() as into:
        position = lowest_position(connection)
        past = Past(connection, portal.read_streams(), position, at)
        then = staff_as_of.staff(past, into)
        return StaffThen(at, position, then.position, then.rows)


def asked_at(answer: StaffThen) -> Asked:
    """Say which question a replay of the staff answers."""
    return Asked("staff_at", answer.position, until=answer.at)
