"""Signing in as staff: a mailed secret proves the mailbox, a second factor proves the person.

Asking looks nobody up: whether the address belongs to staff is decided when the mail is made.
"""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog, Job
from application.ports.second_factors import RECOVERY_CODES, SecondFactorMissing
from application.ports.staff_sign_ins import AskedSignIn, StaffSignInOver
from application.staff_door import StaffDoor
from application.staff_session import LetIn, let_in
from domain import actor
from domain.aggregate import Refusal
from domain.event import Act
from domain.identity import STAFF_DIRECTORY
from domain.staff import Member, Staff
from domain.staff_session import Factor

SECRET_BITS = 256

Entering: TypeAlias = Callable[[LetIn, Act, EventLog], None]


class SecondFactorAlreadyEnrolled(Refusal):
    """This person has a second factor; it can be reset by an admin, not replaced at sign-in."""

    code = "second_factor_already_enrolled"


class SendStaffSignIn(msgspec.Struct, frozen=True):
    """The payload of the job that mails a sign-in; holds no secret and no address."""

    request_id: UUID


class AskToSignIn(msgspec.Struct, frozen=True):
    """Somebody typed an address (already canonical) into the staff's sign-in page."""

    address: str
    language: str
    network: str
    browser_before: str = ""
    known_browser: bool = False


def ask_to_sign_in(command: AskToSignIn, door: StaffDoor) -> str:
    """Keep the request and its mail job; gives the secret that the browser keeps."""
    browser, request_id = door.bus.ids.secret(SECRET_BITS), door.bus.ids.uuid7()
    asked = AskedSignIn(
        request_id=request_id,
        address=command.address,
        language=command.language,
        network=command.network,
        asked_at=door.bus.clock.now(),
        known_browser=command.known_browser,
    )
    job = Job("send_staff_sign_in", SendStaffSignIn(request_id))
    return door.sign_ins.ask(asked, browser, job, replaces=command.browser_before)


class StaffSignInMail(msgspec.Struct, frozen=True):
    """What a sign-in mail says; `link` and `code` are usable and go nowhere else."""

    member: Member
    language: str
    link: str
    code: str


def staff_sign_in_mail(command: SendStaffSignIn, door: StaffDoor) -> StaffSignInMail:
    """Make the secrets of one sending; raises StaffSignInOver when nobody is to be mailed."""
    asked = door.sign_ins.asked(command.request_id, door.bus.clock.now())
    member = member_of(door, asked)
    link, code = door.bus.ids.secret(SECRET_BITS), door.bus.ids.code()
    door.sign_ins.arm(asked.request_id, link, code)
    return StaffSignInMail(member, asked.language, link, code)


def prove_by_link(browser: str, link: str, door: StaffDoor) -> str:
    """Use a mailed link in the browser that asked; gives the browser's new secret."""
    renewed = door.bus.ids.secret(SECRET_BITS)
    member_of(door, door.sign_ins.prove_by_link(browser, link, renewed, door.bus.clock.now()))
    return renewed


def prove_by_code(browser: str, code: str, door: StaffDoor) -> str:
    """Use a mailed code in the browser that asked; gives the browser's new secret."""
    renewed = door.bus.ids.secret(SECRET_BITS)
    member_of(door, door.sign_ins.prove_by_code(browser, code, renewed, door.bus.clock.now()))
    return renewed


def member_of(door: StaffDoor, asked: AskedSignIn) -> Member:
    """Give the active staff member with this address; raises StaffSignInOver."""
    directory = door.bus.log.get(Staff, STAFF_DIRECTORY)
    for member in directory.members.values():
        if member.email == asked.address and member.is_active:
            return member
    raise StaffSignInOver


def proposed_key(browser: str, door: StaffDoor) -> tuple[Member, str]:
    """Give the key that a first sign-in is to enrol; the same again until it is confirmed."""
    now = door.bus.clock.now()
    asked = door.sign_ins.proven(browser, now)
    member = member_of(door, asked)
    if member.has_second_factor:
        raise SecondFactorAlreadyEnrolled
    return member, door.second_factors.propose(asked.request_id, member.staff_id, now)


class SecondFactorGiven(msgspec.Struct, frozen=True):
    """The second step of a sign-in, from the browser that proved the mailbox."""

    browser: str
    code: str
    browser_name: str | None
    network: str | None


def enrol_and_enter(given: SecondFactorGiven, door: StaffDoor) -> tuple[str, list[str]]:
    """Take the proposed key by a first code and let the person in, all in one.

    Gives the session's secret, and the recovery codes that are shown this one time.
    """
    now = door.bus.clock.now()
    asked = door.sign_ins.proven(given.browser, now)
    member, _ = proposed_key(given.browser, door)
    codes = [door.bus.ids.code() for _ in range(RECOVERY_CODES)]
    enrolment = door.second_factors.enrol(asked.request_id, given.code, codes, now)

    def handler(command: LetIn, act: Act, log: EventLog) -> None:
        directory = log.get(Staff, STAFF_DIRECTORY)
        directory.enroll_second_factor(command.staff_id, by=act)
        beside = [enrolment, door.sign_ins.finish(given.browser, now)]
        let_in(command, act, log, door.sessions, directory, beside=beside)

    return _enter(given, (member, asked.language), "totp", handler, door), codes


def enter(given: SecondFactorGiven, door: StaffDoor) -> str:
    """Check the code of the authenticator app and let the person in; gives the session's secret."""
    who = member, _ = _expected(given.browser, door)
    door.second_factors.check(member.staff_id, given.code, door.bus.clock.now())
    return _enter(given, who, "totp", _finishing(given, door), door)


def enter_by_recovery_code(given: SecondFactorGiven, door: StaffDoor) -> str:
    """Use a recovery code up and let the person in; gives the session's secret."""
    who = member, _ = _expected(given.browser, door)
    door.second_factors.redeem(member.staff_id, given.code, door.bus.clock.now())
    return _enter(given, who, "recovery_code", _finishing(given, door), door)


def _expected(browser: str, door: StaffDoor) -> tuple[Member, str]:
    """Give who is signing in, and in which language.

    Raises SecondFactorMissing: they are to enrol one first.
    """
    asked = door.sign_ins.proven(browser, door.bus.clock.now())
    member = member_of(door, asked)
    if not member.has_second_factor:
        raise SecondFactorMissing
    return member, asked.language


def _finishing(given: SecondFactorGiven, door: StaffDoor) -> Entering:
    def handler(command: LetIn, act: Act, log: EventLog) -> None:
        finish = door.sign_ins.finish(given.browser, act.at)
        let_in(command, act, log, door.sessions, beside=[finish])

    return handler


def _enter(
    given: SecondFactorGiven,
    who: tuple[Member, str],
    factor: Factor,
    handler: Entering,
    door: StaffDoor,
) -> str:
    member, language = who
    command = LetIn(
        session_id=door.bus.ids.uuid7(),
        secret=door.bus.ids.secret(SECRET_BITS),
        staff_id=member.staff_id,
        factor=factor,
        browser=given.browser_name,
        network=given.network,
        language=language,
    )
    door.bus.execute(handler, command, actor.Staff(member.staff_id))
    return command.secret
