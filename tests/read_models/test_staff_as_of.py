"""Who was staff at a moment, with which roles and which second factor: by replay."""

from datetime import datetime, timedelta
from uuid import UUID

from domain.actor import System
from domain.event import Act
from domain.identity import STAFF_DIRECTORY
from domain.staff import Staff
from entrypoints.auditing_staff import staff_at
from entrypoints.container import Portal
from read_models.staff_list import StaffRow
from tests.read_models.access_stories import START
from tests.read_models.books import named

INSTANT = timedelta(microseconds=1)


def then(portal: Portal, at: datetime) -> dict[str, StaffRow]:
    return {row.name: row for row in staff_at(portal, at).rows}


def at(hours: int) -> Act:
    return Act(START + timedelta(hours=hours), System("test"), UUID(int=hours))


def test_staff_are_told_as_they_were_at_the_very_moment(portal: Portal) -> None:
    directory = Staff(STAFF_DIRECTORY)
    ada, ben = named("Ada"), named("Ben")
    directory.add_member(ada, "Ada", "ada@seller.example", ("admin",), by=at(0))
    directory.add_member(ben, "Ben", "ben@seller.example", ("viewer",), by=at(1))
    directory.enroll_second_factor(ada, by=at(2))
    directory.change_roles(ben, ("billing", "auditor"), by=at(3))
    directory.reset_second_factor(ada, reason="new phone", by=at(4))
    directory.deactivate(ben, by=at(5))
    portal.log().save(directory)
    assert then(portal, START - INSTANT) == {}
    assert set(then(portal, START)) == {"Ada"}
    assert not then(portal, at(2).at - INSTANT)["Ada"].has_second_factor
    assert then(portal, at(2).at)["Ada"].has_second_factor
    assert then(portal, at(3).at - INSTANT)["Ben"].roles == ("viewer",)
    assert then(portal, at(3).at)["Ben"].roles == ("billing", "auditor")
    assert not then(portal, at(4).at)["Ada"].has_second_factor
    assert then(portal, at(5).at - INSTANT)["Ben"].is_active
    assert not then(portal, at(5).at)["Ben"].is_active
