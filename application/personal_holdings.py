"""What is held of a person, in the record and everywhere else, and what an erasure would leave."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec

from application.addresses import canonical_address
from application.bus import Bus
from application.ports.erasures import Erasures
from application.ports.personal_traces import PersonalTraces, SealedFact, Trace
from application.ports.rate_limits import RateLimits
from application.ports.sessions import Sessions
from domain.aggregate import Refusal
from domain.bill_group import Contact
from domain.identity import STAFF_DIRECTORY
from domain.person import Person, Subject
from domain.personal import is_erased
from domain.portal_access import AddressGranted, GrantRevoked
from domain.staff import MemberAdded, Staff

SHORTEST = 4
"""Shorter words, such as initials, would be found everywhere."""


class SubjectUnreadable(Refusal):
    """A person is an address, `staff:<id>` or `grant:<id>`."""

    code = "subject_unreadable"


def subject_of(typed: str) -> Subject:
    """Read whom is meant. Raises SubjectUnreadable and what an address is refused for."""
    kind, colon, ref = typed.strip().partition(":")
    if not colon:
        return Subject("address", canonical_address(typed))
    try:
        named = str(UUID(ref))
    except ValueError as error:
        raise SubjectUnreadable from error
    if kind == "staff":
        return Subject("staff", ref=named)
    if kind == "grant":
        return Subject("grant", ref=named)
    raise SubjectUnreadable


def spelled(subject: Subject) -> str:
    """Write a subject as it is typed."""
    return subject.address or subject.person


class Registrar(msgspec.Struct, frozen=True):
    """What whoever answers requests about personal records needs."""

    bus: Bus
    erasures: Erasures
    traces: PersonalTraces
    sessions: Sessions
    limits: RateLimits


class LiveGrant(msgspec.Struct, frozen=True):
    """A grant of the address that lets it in now."""

    bill_group_id: UUID
    grant_id: UUID


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of a person, and what an erasure would do with it.

    `persons` are whose keys are theirs: besides their own, those of reasons that name them. `words`
    are what stores are searched for: the address, names and telephone numbers. `reasons_of_others`
    counts reasons that name them and go with somebody else.
    """

    subject: Subject
    persons: tuple[str, ...]
    key_ids: tuple[UUID, ...]
    words: tuple[str, ...]
    facts: Sequence[SealedFact]
    traces: Sequence[Trace]
    grants: Sequence[LiveGrant]
    staff: Sequence[UUID]
    active_staff: bool
    held_since: datetime | None
    was_erased: bool
    reasons_of_others: int = 0
    unread_pdfs: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all is held."""
        return not self.facts and not self.traces


class Pdfs(msgspec.Struct, frozen=True):
    """Which PDFs to read, by their hashes, and how many others there are."""

    hashes: tuple[str, ...]
    unread: int


PdfsOf: TypeAlias = Callable[[Collection[UUID]], Pdfs]


def what_is_held(subject: Subject, desk: Registrar, pdfs_of: PdfsOf | None = None) -> Held:
    """Look through every store; changes nothing. This is the dry run of an erasure as well.

    `pdfs_of` chooses which PDFs of the person's bill groups are read; without it, all are.
    """
    known = known_of(subject, desk)
    pdfs = pdfs_of(_bill_groups(known.facts)) if pdfs_of else None
    found = desk.traces.find(known.words, pdfs.hashes if pdfs else None) if known.words else []
    goes = desk.traces.would_go(known.key_ids, known.words, known.staff)
    traces = (*_fates(found, goes, known), *_reasons_of_others(known))
    unread = pdfs.unread if pdfs else 0
    return msgspec.structs.replace(known, traces=traces, unread_pdfs=unread)


def known_of(subject: Subject, desk: Registrar) -> Held:
    """Tell what the record holds of a person, without looking through the stores."""
    staff, active = _staff(subject, desk)
    persons = list(persons_of(subject, staff))
    own = desk.traces.facts(_keys(persons, desk))
    names = dict.fromkeys([*([subject.address] if subject.address else []), *words_in(own)])
    said = desk.traces.mentions(tuple(names)) if names else []
    mentions = [each for each in said if not _is_anothers(each)]
    keys = _keys((*persons, *mentions), desk)
    facts = desk.traces.facts(keys) if mentions else own
    held = [desk.bus.log.get(Person, desk.erasures.stream_of(each)) for each in persons]
    since = [person.is_held_since for person in held if person.is_held_since]
    return Held(
        subject=subject,
        key_ids=tuple(keys),
        words=tuple(names),
        persons=(*persons, *mentions),
        reasons_of_others=len(set(said) - {*persons, *mentions}),
        facts=facts,
        traces=(),
        grants=_live_grants(facts),
        staff=staff,
        active_staff=active,
        held_since=min(since, default=None),
        was_erased=any(map(desk.erasures.is_erased, persons)),
    )


def _bill_groups(facts: Sequence[SealedFact]) -> set[UUID]:
    """Name the bill groups where something was said of the person."""
    own = {fact.event.stream_id for fact in facts if fact.event.topic.startswith("bill_group.")}
    named = {getattr(fact.event, "bill_group_id", None) for fact in facts}
    return own | {each for each in named if each is not None}


def _is_anothers(person: str) -> bool:
    """Whether a reason is sealed with the key of an address: destroying that would erase it."""
    return person.startswith("address:")


def _reasons_of_others(known: Held) -> Iterator[Trace]:
    """Name the reasons that say it and stay, because they go with somebody else."""
    if known.reasons_of_others:
        yield Trace("reasons", known.reasons_of_others, "stays")


def _keys(persons: Iterable[str], desk: Registrar) -> list[UUID]:
    return [key for key in map(desk.erasures.key_of, persons) if key is not None]


def persons_of(subject: Subject, staff: Sequence[UUID]) -> Iterator[str]:
    """Name everybody whose key is this person's: an address may be a staff member's as well."""
    yield subject.person
    if subject.kind == "address":
        yield from (f"staff:{staff_id}" for staff_id in staff)


def _staff(subject: Subject, desk: Registrar) -> tuple[tuple[UUID, ...], bool]:
    members = desk.bus.log.get(Staff, STAFF_DIRECTORY).members.values()
    theirs = [
        member
        for member in members
        if (subject.kind == "address" and member.email == subject.address)
        or (subject.kind == "staff" and str(member.staff_id) == subject.ref)
    ]
    return tuple(each.staff_id for each in theirs), any(each.is_active for each in theirs)


def _live_grants(facts: Sequence[SealedFact]) -> list[LiveGrant]:
    grants: dict[UUID, LiveGrant] = {}
    for fact in facts:
        match fact.event:
            case AddressGranted() as event if not is_erased(event.address):
                grants[event.grant_id] = LiveGrant(event.bill_group_id, event.grant_id)
            case GrantRevoked() as event:
                grants.pop(event.grant_id, None)
    return list(grants.values())


def staff_in(facts: Sequence[SealedFact]) -> list[UUID]:
    """Name the staff members whose names these events hold."""
    return [fact.event.staff_id for fact in facts if isinstance(fact.event, MemberAdded)]


def words_in(facts: Sequence[SealedFact]) -> Iterator[str]:
    """Give the address, names and telephone numbers that these events hold."""
    for fact in facts:
        for word in _said(fact.event):
            if word and len(word) >= SHORTEST and not is_erased(word):
                yield word


def _said(part: Any) -> Iterator[str | None]:
    match part:
        case Contact():
            yield from (part.email, part.name, part.phone)
        case MemberAdded():
            yield from (part.email, part.name)
        case msgspec.Struct():
            for name in part.__struct_fields__:
                value = getattr(part, name)
                if name == "address" and isinstance(value, str):
                    yield value
                yield from _said(value)


def _fates(found: Sequence[Trace], goes: dict[str, int], known: Held) -> Iterator[Trace]:
    """Split what was found into what goes with the erasure and what stays."""
    if known.facts:
        yield Trace("events", len(known.facts), "goes")
    for trace in found:
        gone = min(trace.count, goes.get(trace.place, 0))
        if gone:
            yield Trace(trace.place, gone, "goes")
        if trace.count > gone:
            yield msgspec.structs.replace(trace, count=trace.count - gone)
