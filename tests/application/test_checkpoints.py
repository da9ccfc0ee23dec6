"""When the record is signed, and how what was signed reaches the places outside."""

from datetime import timedelta

import pytest

from adapters.memory.checkpoint_copies import MemoryCheckpointCopies
from adapters.memory.checkpoint_places import MemoryCheckpointPlace
from adapters.memory.checkpoints import MemoryCheckpoints
from application.checkpoints import (
    AT_ONCE,
    EVERY,
    MAIL_PAUSE,
    cover_everything,
    make_due_checkpoints,
    push_checkpoints,
)
from application.ports.checkpoints import RecordBroken
from tests.wiring import STARTED

SECOND = timedelta(seconds=1)


def _sizes(record: MemoryCheckpoints) -> list[int]:
    return [made.size for made in record.made]


def test_each_full_thousand_is_signed_at_once_and_the_rest_with_the_first() -> None:
    record = MemoryCheckpoints()
    record.events = 2_500
    assert make_due_checkpoints(record, STARTED) == 2
    assert _sizes(record) == [1_000, 2_000]


def test_what_is_left_is_signed_once_a_minute() -> None:
    record = MemoryCheckpoints()
    record.events = 1
    make_due_checkpoints(record, STARTED)
    record.events = 5
    assert make_due_checkpoints(record, STARTED + EVERY - SECOND) == 0
    assert make_due_checkpoints(record, STARTED + EVERY) == 1
    assert _sizes(record) == [1, 5]


def test_nothing_is_signed_when_nothing_happened() -> None:
    record = MemoryCheckpoints()
    assert make_due_checkpoints(record, STARTED) == 0
    record.events = 1
    make_due_checkpoints(record, STARTED)
    assert make_due_checkpoints(record, STARTED + 60 * EVERY) == 0


def test_a_large_import_is_signed_in_rounds_so_that_mails_do_not_wait() -> None:
    record = MemoryCheckpoints()
    record.events = 1_000_000
    assert make_due_checkpoints(record, STARTED) == AT_ONCE


def test_a_record_with_a_gap_is_not_signed() -> None:
    record = MemoryCheckpoints()
    record.events, record.gap_after = 10, 4
    with pytest.raises(RecordBroken):
        make_due_checkpoints(record, STARTED)
    assert not record.made


def test_an_export_ends_at_a_checkpoint_also_of_an_empty_record() -> None:
    record = MemoryCheckpoints()
    assert cover_everything(record, STARTED) == 0
    record.events = 1_234
    assert cover_everything(record, STARTED) == 1_234
    assert _sizes(record) == [0, 1_000, 1_234]


class Outside:
    """A record of three events, two places, and time that passes."""

    def __init__(self) -> None:
        self.record = MemoryCheckpoints()
        self.copies = MemoryCheckpointCopies()
        self.places = {"folder": MemoryCheckpointPlace(), "mail": MemoryCheckpointPlace()}
        self.now = STARTED
        self.grow(3)

    def grow(self, events: int) -> None:
        self.record.events += events
        cover_everything(self.record, self.now)

    def after(self, pause: timedelta) -> int:
        self.now += pause
        return push_checkpoints(self.places, self.record, self.copies, self.now)


def test_the_newest_checkpoint_goes_to_every_place_once() -> None:
    outside = Outside()
    assert outside.after(SECOND) == 2
    assert outside.after(EVERY) == 0
    assert [list(place.notes) for place in outside.places.values()] == [[3], [3]]


def test_a_mailbox_gets_one_an_hour_and_a_folder_one_a_minute() -> None:
    outside = Outside()
    outside.after(SECOND)
    outside.grow(1)
    assert outside.after(EVERY) == 1
    outside.grow(1)
    assert outside.after(MAIL_PAUSE) == 2
    assert list(outside.places["folder"].notes) == [3, 4, 5]
    assert list(outside.places["mail"].notes) == [3, 5]


def test_a_place_that_is_away_is_tried_again_later_and_later() -> None:
    outside = Outside()
    outside.places["folder"].time_out()
    assert outside.after(SECOND) == 1
    assert outside.copies.of("folder").problem == "The place is away."
    assert [outside.after(EVERY) or outside.copies.of("folder").tries for _ in range(4)] == [
        2,
        2,
        3,
        3,
    ]
    outside.places["folder"].recover()
    assert outside.after(4 * EVERY) == 1
    assert outside.copies.of("folder").problem is None


def test_a_place_that_holds_another_history_says_so() -> None:
    outside = Outside()
    outside.places["folder"].notes[3] = "another history"
    outside.after(SECOND)
    assert outside.copies.of("folder").problem == (
        "The place holds another checkpoint of this size."
    )
    assert outside.places["folder"].notes == {3: "another history"}


def test_nothing_is_sent_before_anything_is_signed() -> None:
    outside = Outside()
    outside.record = MemoryCheckpoints()
    assert outside.after(SECOND) == 0
