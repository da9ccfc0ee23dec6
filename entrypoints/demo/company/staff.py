"""What the demo's staff did: joined, gave the entities their look, signed in, looked, left."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid5

from application.bus import Bus
from application.ports.documents import Documents
from application.staff import AddStaffMember, add_staff_member
from domain.actor import Actor, Operator, Staff
from domain.audit_reading import AuditReading
from domain.entity import Brand, Entity
from domain.identity import STAFF_DIRECTORY, imported_id
from domain.preview import Preview
from domain.staff import Staff as Directory
from domain.staff_session import StaffSession
from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.logos import logo
from entrypoints.demo.company.moments import Happening, at_work
from entrypoints.demo.company.past import PastBus
from entrypoints.demo.company.sellers import (
    ACCENTS,
    ADMIN,
    AUDITOR,
    BILLING,
    LEFT,
    PAYMENT_RULES,
    STAFF,
    VIEWER,
)
from entrypoints.demo.company.telling import OPENED

SOURCE = "billing"
"""Whose external ids the demo's are."""

_OPERATOR = Operator("billing", "app-01")
_LEFT_AFTER = timedelta(days=190)
_BROWSERS = ("Firefox on Linux", "Chrome on Windows", "Safari on macOS", "Edge on Windows")


def staff_id(key: str) -> UUID:
    """Name a staff member of the demo."""
    return uuid5(STAFF_DIRECTORY, key)


def member(key: str) -> Staff:
    """Say that a staff member acts."""
    return Staff(staff_id(key))


def of_staff(today: date, documents: Documents, groups: list[str]) -> Iterator[Happening]:
    """Tell everything that staff did apart from setting up access."""
    opened = today - OPENED
    for number, key in enumerate(STAFF):
        by: Actor = member(ADMIN) if number else _OPERATOR
        yield Happening(at_work(opened, f"{number} joins", 7), partial(_join, key, by))
    left_on = opened + _LEFT_AFTER
    yield Happening(at_work(left_on, "left", 16), _leave)
    for entity in ACCENTS:
        dressed = partial(_dress, entity, documents)
        yield Happening(at_work(opened + timedelta(days=1), entity, 9), dressed)
    yield from _sessions(today, left_on)
    yield from _previews(today, groups)
    yield from _readings(today, groups)


def _join(key: str, by: Actor, bus: Bus) -> None:
    name, email, roles = STAFF[key]
    bus.execute(add_staff_member, AddStaffMember(staff_id(key), name, email, roles), by)


def _leave(bus: Bus) -> None:
    directory = bus.log.get(Directory, STAFF_DIRECTORY)
    directory.deactivate(staff_id(LEFT), by=bus.act(member(ADMIN)))
    bus.log.save(directory)


def _dress(entity: str, documents: Documents, bus: Bus) -> None:
    brand = Brand(
        accent=ACCENTS[entity],
        logo_sha256=documents.keep(logo(entity), "png"),
        logo_kind="png",
        terms_url=f"https://{entity}.example/terms",
        privacy_url=f"https://{entity}.example/privacy",
    )
    dressed = bus.log.get(Entity, imported_id(SOURCE, "entity", entity))
    dressed.change_brand(brand, by=bus.act(member(ADMIN)))
    dressed.change_payment_rules(PAYMENT_RULES, by=bus.act(member(ADMIN)))
    bus.log.save(dressed)


def _sessions(today: date, left_on: date) -> Iterator[Happening]:
    random = seeded("sessions of staff")
    for key in STAFF:
        until = left_on if key == LEFT else today
        day = today - OPENED + timedelta(days=2)
        while (day := day + timedelta(days=random.randint(12, 30))) < until:
            yield Happening(at_work(day, key), partial(_sign_in, key, random.randrange(4)))


def _sign_in(key: str, browser: int, bus: PastBus) -> None:
    """Sign in and, a while later, out."""
    act = bus.act(member(key))
    session = StaffSession(bus.ids.uuid7())
    session.sign_in(staff_id(key), "demo", browser=_BROWSERS[browser], network="192.0.2.14", by=act)
    left = bus.later(act, 20 + 15 * browser)
    session.end("signed_out", left.at, by=left)
    bus.log.save(session)


def _previews(today: date, groups: list[str]) -> Iterator[Happening]:
    random = seeded("previews")
    for number, group in enumerate(groups[::2]):
        key = (BILLING, VIEWER, ADMIN)[number % 3]
        day = today - timedelta(days=random.randint(2, 380))
        yield Happening(at_work(day, f"preview {group}"), partial(_preview, key, group))


def _preview(key: str, group: str, bus: PastBus) -> None:
    act = bus.act(member(key))
    preview = Preview(bus.ids.uuid7())
    preview.open(imported_id(SOURCE, "bill_group", group), staff_id(key), by=act)
    preview.end("closed", by=bus.later(act, 6))
    bus.log.save(preview)


def _readings(today: date, groups: list[str]) -> Iterator[Happening]:
    for number, group in enumerate(groups[::9]):
        day = today - timedelta(days=9 + 41 * number)
        yield Happening(at_work(day, f"audit {group}", 15), partial(_read, group))


def _read(group: str, bus: Bus) -> None:
    reading = AuditReading(bus.ids.uuid7())
    reading.read(
        "history",
        1,
        bill_group_id=imported_id(SOURCE, "bill_group", group),
        by=bus.act(member(AUDITOR)),
    )
    bus.log.save(reading)
