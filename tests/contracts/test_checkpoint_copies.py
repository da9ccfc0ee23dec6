"""What every memory of checkpoints' copies promises."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from adapters.checkpoint_copies import SqlCheckpointCopies
from adapters.memory.checkpoint_copies import MemoryCheckpointCopies
from application.ports.checkpoint_copies import CheckpointCopies, CheckpointCopy
from tests.wiring import STARTED

LATER = STARTED + timedelta(minutes=2)


@pytest.fixture(params=["memory", "database"])
def copies(request: pytest.FixtureRequest, database: Engine) -> CheckpointCopies:
    return MemoryCheckpointCopies() if request.param == "memory" else SqlCheckpointCopies(database)


def test_a_place_that_was_never_tried_has_nothing(copies: CheckpointCopies) -> None:
    assert copies.of("folder") == CheckpointCopy("folder", 0, None, 0, None)


def test_one_of_several_workers_claims_a_try(copies: CheckpointCopies) -> None:
    assert copies.claim("folder", STARTED, LATER)
    assert not copies.claim("folder", STARTED, LATER)
    assert copies.claim("mail", STARTED, LATER)
    assert copies.claim("folder", LATER, LATER)


def test_a_copy_that_was_kept_is_remembered_until_the_next_look(copies: CheckpointCopies) -> None:
    copies.claim("folder", STARTED, LATER)
    copies.failed("folder", "away", STARTED)
    copies.kept("folder", 7, STARTED, LATER)
    assert copies.of("folder") == CheckpointCopy("folder", 7, STARTED, 0, None)
    assert not copies.claim("folder", STARTED, LATER)


def test_failures_are_counted_and_what_is_there_is_kept(copies: CheckpointCopies) -> None:
    copies.claim("folder", STARTED, LATER)
    copies.kept("folder", 7, STARTED, STARTED)
    for _ in range(2):
        assert copies.claim("folder", LATER, LATER)
        copies.failed("folder", "The place is away.", LATER)
    assert copies.of("folder") == CheckpointCopy("folder", 7, STARTED, 2, "The place is away.")
