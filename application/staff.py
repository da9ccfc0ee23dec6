"""The staff directory: who may enter the admin, with which roles."""

import unicodedata
from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.card_numbers import holds_card_number
from application.ports.event_log import EventLog
from application.staff_door import StaffDoor
from application.staff_session import EndStaffSessions, end_staff_sessions
from domain.actor import Actor
from domain.aggregate import Refusal
from domain.event import Act
from domain.identity import STAFF_DIRECTORY
from domain.staff import Role, Staff

LONGEST_NAME = 120
LONGEST_REASON = 500


class StaffNameInvalid(Refusal):
    """A name has 1 to 120 characters, none of them hidden, and is no card number."""

    code = "staff_name_invalid"


class StaffReasonInvalid(Refusal):
    """A reason has at most 500 characters and holds no card number."""

    code = "staff_reason_invalid"


class AddStaffMember(msgspec.Struct, frozen=True):
    """Let somebody enter the admin; `staff_id` is new, `email` as typed."""

    staff_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]


def add_staff_member(command: AddStaffMember, act: Act, log: EventLog) -> UUID:
    """Add a staff member under the one spelling of their address."""
    name, email = staff_name(command.name), canonical_address(command.email)
    directory = log.get(Staff, STAFF_DIRECTORY)
    directory.add_member(command.staff_id, name, email, command.roles, by=act)
    log.save(directory)
    return command.staff_id


class ChangeRoles(msgspec.Struct, frozen=True):
    """Give a staff member exactly these roles."""

    staff_id: UUID
    roles: tuple[Role, ...]


def change_roles(command: ChangeRoles, act: Act, log: EventLog) -> None:
    """Change what a staff member may do, from their next request on."""
    directory = log.get(Staff, STAFF_DIRECTORY)
    directory.change_roles(command.staff_id, command.roles, by=act)
    log.save(directory)


class DeactivateStaffMember(msgspec.Struct, frozen=True):
    """Keep a staff member out."""

    staff_id: UUID


def deactivate_staff_member(command: DeactivateStaffMember, by: Actor, door: StaffDoor) -> None:
    """Keep a staff member out: every session of theirs ends in the same moment."""

    def handler(command: DeactivateStaffMember, act: Act, log: EventLog) -> None:
        directory = log.get(Staff, STAFF_DIRECTORY)
        directory.deactivate(command.staff_id, by=act)
        theirs = tuple(door.sessions.of_staff(command.staff_id, act.at))
        ends = EndStaffSessions(theirs, "deactivated")
        end_staff_sessions(ends, act, log, door.sessions, directory)

    door.bus.execute(handler, command, by)


class ReactivateStaffMember(msgspec.Struct, frozen=True):
    """Let a staff member in again."""

    staff_id: UUID


def reactivate_staff_member(command: ReactivateStaffMember, act: Act, log: EventLog) -> None:
    """Let a staff member sign in again, with the second factor they had."""
    directory = log.get(Staff, STAFF_DIRECTORY)
    directory.reactivate(command.staff_id, by=act)
    log.save(directory)


class ResetSecondFactor(msgspec.Struct, frozen=True):
    """Take a staff member's second factor away, so that the next sign-in enrols a new one."""

    staff_id: UUID
    reason: str | None = None


def reset_second_factor(command: ResetSecondFactor, by: Actor, door: StaffDoor) -> None:
    """Take the second factor away, with its recovery codes; sessions that are open end."""
    reason = _reason(command.reason)

    def handler(command: ResetSecondFactor, act: Act, log: EventLog) -> None:
        directory = log.get(Staff, STAFF_DIRECTORY)
        directory.reset_second_factor(command.staff_id, reason, by=act)
        theirs = tuple(door.sessions.of_staff(command.staff_id, act.at))
        ends = EndStaffSessions(theirs, "ended_elsewhere")
        removal = [door.second_factors.remove(command.staff_id)]
        end_staff_sessions(ends, act, log, door.sessions, directory, beside=removal)

    door.bus.execute(handler, command, by)


def staff_name(typed: str) -> str:
    """Give a name as it is kept: trimmed, single spaces, NFC; or raise StaffNameInvalid."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    hidden = any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in name)
    if not name or len(name) > LONGEST_NAME or hidden or holds_card_number(name):
        raise StaffNameInvalid
    return name


def _reason(typed: str | None) -> str | None:
    reason = (typed or "").strip()
    if len(reason) > LONGEST_REASON or holds_card_number(reason):
        raise StaffReasonInvalid
    return reason or None
