"""Legal holds: what must not be erased while the law may still ask for it."""

import msgspec

from application.personal_holdings import Registrar
from application.ports.event_log import EventLog
from domain.actor import Actor
from domain.event import Act
from domain.person import Person, Subject


class PlaceHold(msgspec.Struct, frozen=True):
    """Forbid to erase somebody, for a reason such as a dispute before a court."""

    subject: Subject
    reason: str


class ReleaseHold(msgspec.Struct, frozen=True):
    """Allow it again, for a reason."""

    subject: Subject
    reason: str


def place_hold(command: PlaceHold, actor: Actor, desk: Registrar) -> None:
    """Place a legal hold; nothing happens while one stands. Raises ReasonMissing."""
    stream_id = desk.erasures.stream_of(command.subject.person)

    def place(command: PlaceHold, act: Act, log: EventLog) -> None:
        person = log.get(Person, stream_id)
        person.place_hold(command.subject, command.reason, by=act)
        log.save(person)

    desk.bus.execute(place, command, actor)


def release_hold(command: ReleaseHold, actor: Actor, desk: Registrar) -> None:
    """Release the hold. Raises LegalHoldUnknown, ReasonMissing."""
    stream_id = desk.erasures.stream_of(command.subject.person)

    def release(command: ReleaseHold, act: Act, log: EventLog) -> None:
        person = log.get(Person, stream_id)
        person.release_hold(command.subject, command.reason, by=act)
        log.save(person)

    desk.bus.execute(release, command, actor)
