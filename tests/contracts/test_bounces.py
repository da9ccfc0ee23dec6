"""What every keeper of bouncing addresses promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.bounces import SqlBounces
from adapters.database import open_database
from adapters.memory.bounces import MemoryBounces
from application.ports.bounces import Bounce, Bounces
from tests.databases import Databases

AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def bounces(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[Bounces]:
    if request.param == "memory":
        yield MemoryBounces()
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url)
        yield SqlBounces(engine)
        engine.dispose()


def test_1_the_newest_reason_of_an_address_is_kept(bounces: Bounces) -> None:
    bounces.note("jane@acme.com", "no mailbox", AT)
    bounces.note("jane@acme.com", "full", AT + timedelta(hours=1))
    bounces.note("eve@acme.com", "no mailbox", AT)
    assert bounces.of("jane@acme.com") == Bounce(AT + timedelta(hours=1), "full")


def test_2_an_address_whose_mails_arrive_has_none(bounces: Bounces) -> None:
    bounces.note("jane@acme.com", "no mailbox", AT)
    assert bounces.of("eve@acme.com") is None


def test_3_a_mail_that_was_taken_ends_it(bounces: Bounces) -> None:
    bounces.note("jane@acme.com", "no mailbox", AT)
    bounces.forget("jane@acme.com")
    bounces.forget("eve@acme.com")
    assert bounces.of("jane@acme.com") is None


def test_4_what_was_noted_long_ago_is_forgotten_unless_it_came_back_again(
    bounces: Bounces,
) -> None:
    for address in ("jane@acme.com", "eve@acme.com"):
        bounces.note(address, "no mailbox", AT)
    later = AT + timedelta(days=1)
    bounces.note("eve@acme.com", "no mailbox", later)
    bounces.forget_old(AT)
    assert bounces.of("jane@acme.com") is not None
    bounces.forget_old(later)
    assert bounces.of("jane@acme.com") is None
    assert bounces.of("eve@acme.com") == Bounce(later, "no mailbox")
