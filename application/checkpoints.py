"""Signing the record as it grows, and sending what was signed to places outside.

A checkpoint that lies elsewhere is what a rewritten record cannot fit any more.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from application.ports.checkpoint_copies import CheckpointCopies
from application.ports.checkpoint_places import CheckpointPlace
from application.ports.checkpoints import Checkpoint, Checkpoints, RecordBroken
from application.ports.failures import Refused, Unavailable
from domain.aggregate import Refusal

EVERY = timedelta(minutes=1)
EVERY_EVENTS = 1_000

AT_ONCE = 20
"""So many are made in one round, so that mails do not wait behind a large import."""

MAIL_PAUSE = timedelta(hours=1)
"""A place that people read gets the newest checkpoint this often; one covers all before it."""

LONGEST_PAUSE = timedelta(hours=1)
LEASE = timedelta(minutes=2)


class RecordHasGap(Refusal):
    """A position is missing from the record after `after`: what is left proves nothing."""

    code = "record_has_gap"


def make_due_checkpoints(checkpoints: Checkpoints, now: datetime) -> int:
    """Sign each full thousand of new events, and the rest once a minute; gives how many."""
    for made in range(AT_ONCE):
        if not _is_due(checkpoints, now):
            return made
        checkpoints.extend(now, EVERY_EVENTS)
    return AT_ONCE


def cover_everything(checkpoints: Checkpoints, now: datetime) -> int:
    """Sign whatever is stored now (an export ends at a checkpoint); gives the record's size.

    Raises RecordHasGap.
    """
    try:
        while checkpoints.newest() is None or checkpoints.uncovered():
            checkpoints.extend(now, EVERY_EVENTS)
    except RecordBroken as broken:
        raise RecordHasGap(after=broken.after) from broken
    newest = checkpoints.newest()
    assert newest is not None
    return newest.size


def _is_due(checkpoints: Checkpoints, now: datetime) -> bool:
    uncovered = checkpoints.uncovered()
    newest = checkpoints.newest()
    waited = newest is None or now - newest.made_at >= EVERY
    return uncovered >= EVERY_EVENTS or (uncovered > 0 and waited)


def push_checkpoints(
    places: Mapping[str, CheckpointPlace],
    checkpoints: Checkpoints,
    copies: CheckpointCopies,
    now: datetime,
) -> int:
    """Send the newest checkpoint to each place that is due and lacks it; gives how many got it."""
    newest = checkpoints.newest()
    if newest is None:
        return 0
    return sum(_pushed(name, place, newest, copies, now) for name, place in places.items())


def _pushed(
    name: str,
    place: CheckpointPlace,
    newest: Checkpoint,
    copies: CheckpointCopies,
    now: datetime,
) -> bool:
    had = copies.of(name)
    if had.size >= newest.size and not had.problem:
        return False
    if not copies.claim(name, now, now + LEASE):
        return False
    try:
        place.keep(newest.size, newest.note)
    except (Refused, Unavailable) as failure:
        pause = min(LONGEST_PAUSE, EVERY * (1 << min(had.tries, 10)))
        copies.failed(name, failure.why, now + pause)
        return False
    copies.kept(name, newest.size, now, now + (MAIL_PAUSE if name == "mail" else EVERY))
    return True
