"""Erasing a person, by destroying the keys of whatever the record holds of them.

An erasure is decided in the record first; then read models and operational rows are purged, and
last the keys are destroyed. Whatever stops it in between, `erasure_again` goes on from there: the
decision stands in the record, and a key that still exists tells that it is not carried out yet.
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias
from uuid import UUID

import msgspec

from application.personal_holdings import Held, LiveGrant, Registrar, known_of, persons_of, spelled
from application.ports.erasures import ErasedKey
from application.ports.event_log import Beside, EventLog
from domain.actor import Actor
from domain.aggregate import Aggregate, Refusal
from domain.customer_session import CustomerSession
from domain.event import Act
from domain.identity import portal_access_id
from domain.person import GrantStillCovers, NothingHeld, Person, StaffStillActive, Subject
from domain.portal_access import PortalAccess


class ErasePerson(msgspec.Struct, frozen=True):
    """Erase somebody for a reason; with `revoke`, grants of the address end with it."""

    subject: Subject
    reason: str
    revoke: bool = False


Decide: TypeAlias = Callable[[ErasePerson, Act, EventLog], None]


class TypedOtherwise(Refusal):
    """What was typed to confirm an erasure is not whom it is about."""

    code = "typed_otherwise"


def confirm(subject: Subject, typed: str) -> None:
    """Refuse unless the person was typed once more. Raises TypedOtherwise."""
    if typed.strip().lower() != spelled(subject):
        raise TypedOtherwise


def erase_person(command: ErasePerson, actor: Actor, desk: Registrar) -> Held:
    """Decide an erasure and carry it out; gives what was held.

    Raises LegalHoldStands, GrantStillCovers, StaffStillActive, NothingHeld,
    ReasonMissing.
    """
    _must_be_held(command.subject, desk)
    desk.erasures.make_key(command.subject.person)
    known = known_of(command.subject, desk)
    desk.bus.execute(_deciding(known, desk), command, actor)
    _carry_out(known, desk, _keys_of(known, desk))
    return known


def _must_be_held(subject: Subject, desk: Registrar) -> None:
    known = known_of(subject, desk)
    if not known.facts and not desk.traces.rows(known.words):
        raise NothingHeld


def _deciding(known: Held, desk: Registrar) -> Decide:
    """Give the handler that decides: hold, staff, grants, sessions, and the erasure itself."""

    def decide(command: ErasePerson, act: Act, log: EventLog) -> None:
        _must_not_be_held(known, desk, log)
        if known.active_staff:
            raise StaffStillActive
        if known.grants and not command.revoke:
            raise GrantStillCovers(count=len(known.grants))
        accesses = _revoked(known.grants, command.reason, act, log)
        sessions, beside = _ended(known, desk, act, log)
        person = log.get(Person, desk.erasures.stream_of(command.subject.person))
        person.erase(command.subject, known.key_ids, command.reason, by=act)
        log.save(*accesses, *sessions, person, beside=beside)

    return decide


def _must_not_be_held(known: Held, desk: Registrar, log: EventLog) -> None:
    for person in persons_of(known.subject, known.staff):
        log.get(Person, desk.erasures.stream_of(person)).may_be_erased()


def _revoked(grants: Sequence[LiveGrant], reason: str, act: Act, log: EventLog) -> list[Aggregate]:
    accesses: dict[UUID, PortalAccess] = {}
    for grant in grants:
        group = grant.bill_group_id
        access = accesses.setdefault(group, log.get(PortalAccess, portal_access_id(group)))
        access.revoke(group, grant.grant_id, reason=reason, by=act)
    return list(accesses.values())


def _ended(
    known: Held, desk: Registrar, act: Act, log: EventLog
) -> tuple[list[CustomerSession], list[Beside]]:
    address = known.subject.address
    live = desk.sessions.of_address(address, act.at) if address else []
    sessions, beside = [], []
    for kept in live:
        session = log.get(CustomerSession, kept.session_id)
        session.end("erased", kept.last_used_at, by=act)
        sessions.append(session)
        beside.append(desk.sessions.ending(kept.session_id, "erased", act.at))
    return sessions, beside


def _carry_out(known: Held, desk: Registrar, keys: Sequence[ErasedKey]) -> None:
    """Purge, then destroy; both may be done again."""
    clear_counts(known.subject.address, desk)
    desk.traces.purge(known.key_ids, known.words, known.staff)
    desk.erasures.destroy(keys)


def clear_counts(address: str | None, desk: Registrar) -> None:
    """Forget how often the address asked to sign in, wherever it did."""
    if address is None:
        return
    asked = desk.traces.rows([address])
    groups = {row.values["bill_group_id"] for row in asked if row.table == "sign_in_requests"}
    desk.limits.clear([f"address:{group}:{address}" for group in groups])


def _keys_of(known: Held, desk: Registrar) -> list[ErasedKey]:
    now = desk.bus.clock.now()
    stream_id = desk.erasures.stream_of(known.subject.person)
    found = []
    for person in known.persons:
        key_id = desk.erasures.key_of(person)
        if key_id is not None:
            hashed = desk.erasures.hash_of(person)
            found.append(
                ErasedKey(key_id=key_id, person=hashed, stream_id=stream_id, erased_at=now)
            )
    return found
