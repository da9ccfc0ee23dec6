"""Which changes one mail tells: those that one person made within a few minutes.

It follows from the record alone, so that a worker that was killed, or a second one, decides alike.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from domain.actor import Actor, Customer, Staff
from read_models.change_history import ChangeRow
from read_models.columns import moment

WINDOW = timedelta(minutes=5)
"""A change so long after the first one begins a mail of its own."""

MAILED_AFTER = WINDOW + timedelta(minutes=1)
"""The mail goes when every change of the window is stored, also one that waited for the writer."""

LOOKED_BACK = timedelta(days=1)
"""Nobody changes something every few minutes for so long."""


def told_together(rows: Sequence[ChangeRow], version: int) -> list[ChangeRow]:
    """Give the changes that are told with one of them; `rows` stand in the order of the record."""
    mine = next(row for row in rows if row.version == version)
    window: list[ChangeRow] = []
    for row in rows:
        if _who(row.by) != _who(mine.by):
            continue
        if window and moment(row.at) - moment(window[0].at) >= WINDOW:
            if mine in window:
                break
            window = []
        window.append(row)
    return window


def mailed_at(together: Sequence[ChangeRow]) -> datetime:
    """Say when the mail about changes goes, in UTC."""
    return moment(together[0].at) + MAILED_AFTER


def from_first_to_last(together: Sequence[ChangeRow]) -> Iterator[ChangeRow]:
    """Give a row for each thing that differs: from what stood before to what stands after."""
    for what in dict.fromkeys(row.what for row in together):
        first, *_ = rows = [row for row in together if row.what == what]
        told = replace(rows[-1], before=first.before, contact_before=first.contact_before)
        if (told.before, told.contact_before) != (told.value, told.contact):
            yield told


def _who(by: Actor) -> Any:
    """Name the person, whichever browser they use."""
    match by:
        case Customer():
            return by.address
        case Staff():
            return by.staff_id
        case _:
            return by
