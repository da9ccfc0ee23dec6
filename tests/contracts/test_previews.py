"""What every keeper of previews promises."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine

from adapters.database import open_database, writing
from adapters.memory.previews import MemoryPreviews
from adapters.previews import SqlPreviews
from application.ports.event_log import Beside
from application.ports.previews import (
    TICKET_LIFE,
    KeptPreview,
    PreviewIsOver,
    Previews,
    PreviewTicketSpent,
)
from tests.databases import Databases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class Room:
    """One keeper, and how what stands beside events is written."""

    def __init__(self, previews: Previews, engine: Engine | None = None) -> None:
        self.previews = previews
        self.engine = engine

    def write(self, beside: Beside) -> None:
        if self.engine is None:
            beside(None)
            return
        with writing(self.engine) as connection:
            beside(connection)

    def asked(self, number: int = 1, at: datetime = NOW) -> KeptPreview:
        preview = KeptPreview(
            preview_id=UUID(int=number),
            bill_group_id=UUID(int=70),
            staff_id=UUID(int=80),
            staff_session_id=UUID(int=90),
            asked_at=at,
        )
        self.previews.keep(preview, f"ticket {number}")
        return preview

    def opened(self, number: int = 1, at: datetime = NOW) -> KeptPreview:
        preview = self.asked(number, at)
        self.write(self.previews.redeeming(preview.preview_id, f"secret {number}", at))
        return preview


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def room(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Room]:
    if request.param == "memory":
        yield Room(MemoryPreviews())
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield Room(SqlPreviews(engine), engine)
        engine.dispose()


def test_a_ticket_finds_its_preview_for_thirty_seconds(room: Room) -> None:
    asked = room.asked()
    just = NOW + TICKET_LIFE - timedelta(microseconds=1)
    assert room.previews.by_ticket("ticket 1", just) == asked
    with pytest.raises(PreviewTicketSpent):
        room.previews.by_ticket("ticket 1", NOW + TICKET_LIFE)
    with pytest.raises(PreviewTicketSpent):
        room.previews.by_ticket("another", NOW)


def test_a_ticket_is_used_up_once(room: Room) -> None:
    opened = room.opened()
    with pytest.raises(PreviewTicketSpent):
        room.previews.by_ticket("ticket 1", NOW)
    with pytest.raises(PreviewTicketSpent):
        room.write(room.previews.redeeming(opened.preview_id, "second", NOW))
    assert room.previews.by_secret(opened.preview_id, "secret 1") == opened


def test_a_ticket_that_is_too_old_is_not_used(room: Room) -> None:
    asked = room.asked()
    with pytest.raises(PreviewTicketSpent):
        room.write(room.previews.redeeming(asked.preview_id, "late", NOW + TICKET_LIFE))


def test_of_two_who_use_a_ticket_at_once_one_gets_the_preview(room: Room) -> None:
    asked = room.asked()

    def use(number: int) -> bool:
        try:
            room.write(room.previews.redeeming(asked.preview_id, f"secret {number}", NOW))
        except PreviewTicketSpent:
            return False
        return True

    with ThreadPoolExecutor(4) as hands:
        assert sum(hands.map(use, range(4))) == 1


def test_a_preview_is_found_by_its_own_secret_alone(room: Room) -> None:
    first, second = room.opened(1), room.opened(2)
    for preview, secret in ((first, "secret 2"), (second, "secret 1"), (first, "")):
        with pytest.raises(PreviewIsOver):
            room.previews.by_secret(preview.preview_id, secret)


def test_an_ended_preview_is_over_and_ending_again_changes_nothing(room: Room) -> None:
    opened = room.opened()
    for cause in ("closed", "expired"):
        room.write(room.previews.ending(opened.preview_id, cause, NOW))  # type: ignore[arg-type]
        with pytest.raises(PreviewIsOver):
            room.previews.by_secret(opened.preview_id, "secret 1")
    assert list(room.previews.opened(9)) == []


def test_open_previews_are_listed_the_oldest_first(room: Room) -> None:
    later = room.opened(2, NOW + timedelta(minutes=1))
    earlier = room.opened(3)
    room.asked(4)
    assert list(room.previews.opened(9)) == [earlier, later]
    assert list(room.previews.opened(1)) == [earlier]


def test_old_previews_are_forgotten_unless_they_are_open(room: Room) -> None:
    opened, ended = room.opened(1), room.opened(2)
    room.write(room.previews.ending(ended.preview_id, "closed", NOW))
    room.asked(3)
    room.asked(4, NOW + timedelta(days=1))
    assert room.previews.forget(NOW + timedelta(hours=1)) == 2
    assert list(room.previews.opened(9)) == [opened]
    assert room.previews.by_ticket("ticket 4", NOW + timedelta(days=1)).preview_id.int == 4
