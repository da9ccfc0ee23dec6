"""A person as the law on data protection sees them: what was erased of them, what must be held.

The stream's id is a keyed hash of the person's name, so that the record does not say whom it is
about once the person's key is gone. Source: GDPR Art. 17, and Art. 17(3)(e) for holds.
"""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.grantable import ReasonMissing, reason_of
from domain.personal import Personal

SubjectKind: TypeAlias = Literal["address", "staff", "grant"]


class Subject(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person: a canonical address; else a staff member, or whoever a grant's reason names.

    `ref` is the id of the staff member, or of the domain grant.
    """

    kind: SubjectKind
    address: Personal | None = None
    ref: str | None = None

    @property
    def person(self) -> str:
        """Whose key seals the address; the name by which the person's key is kept."""
        return f"{self.kind}:{self.name}"

    @property
    def name(self) -> str:
        """The address, or the reference of whoever has none."""
        return self.address or self.ref or ""


class HoldPlaced(Event, frozen=True):
    """A legal hold: what is kept of this person must not be erased until it is released.

    For: staff (erasure is refused), auditors.
    """

    topic: ClassVar[str] = "person.hold_placed.v1"

    subject: Subject
    reason: Personal

    @property
    def person(self) -> str:
        """Whose key seals the reason: it outlives the person's own."""
        return f"privacy:{self.stream_id}"

    @property
    def address(self) -> str | None:
        """The address, for a history of one."""
        return self.subject.address


class HoldReleased(Event, frozen=True):
    """The legal hold is over.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "person.hold_released.v1"

    subject: Subject
    reason: Personal

    @property
    def person(self) -> str:
        """Whose key seals the reason: it outlives the person's own."""
        return f"privacy:{self.stream_id}"

    @property
    def address(self) -> str | None:
        """The address, for a history of one."""
        return self.subject.address


class Erased(Event, frozen=True):
    """A person was erased: these keys are destroyed, and with them all that they sealed.

    For: auditors, whoever restores a backup (erasures are carried out again).
    """

    topic: ClassVar[str] = "person.erased.v1"

    subject: Subject
    key_ids: tuple[UUID, ...]
    reason: Personal

    @property
    def person(self) -> str:
        """Whose key seals the reason: it outlives the person's own."""
        return f"privacy:{self.stream_id}"

    @property
    def address(self) -> str | None:
        """The address until its key is gone, and then what stands for it."""
        return self.subject.address


class ErasedAgain(Event, frozen=True):
    """A backup brought erased keys back, or forgot of an erasure; it was carried out again.

    For: auditors.
    """

    topic: ClassVar[str] = "person.erased_again.v1"

    key_ids: tuple[UUID, ...]
    first_erased_at: datetime


class LegalHoldStands(Refusal):
    """A legal hold forbids to erase this person: `since`."""

    code = "legal_hold_stands"


class LegalHoldUnknown(Refusal):
    """There is no legal hold on this person."""

    code = "legal_hold_unknown"


class NothingHeld(Refusal):
    """Nothing is held of this person."""

    code = "nothing_held"


class GrantStillCovers(Refusal):
    """The address has a grant of its own still; it is revoked first, or with the erasure."""

    code = "grant_still_covers"


class StaffStillActive(Refusal):
    """The person works here; deactivating comes first."""

    code = "staff_still_active"


class Person(Aggregate):
    """The holds and erasures of one person."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.is_held_since: datetime | None = None
        self.erased_keys: set[UUID] = set()

    def place_hold(self, subject: Subject, reason: str | None, *, by: Act) -> None:
        """Forbid erasure; nothing happens while a hold stands."""
        words = _reason(reason)
        if self.is_held_since is None:
            self.record(HoldPlaced, by, subject=subject, reason=words)

    def release_hold(self, subject: Subject, reason: str | None, *, by: Act) -> None:
        """Allow erasure again."""
        words = _reason(reason)
        if self.is_held_since is None:
            raise LegalHoldUnknown
        self.record(HoldReleased, by, subject=subject, reason=words)

    def may_be_erased(self) -> None:
        """Refuse while a hold stands. Raises LegalHoldStands."""
        if self.is_held_since is not None:
            raise LegalHoldStands(since=self.is_held_since)

    def erase(
        self, subject: Subject, key_ids: tuple[UUID, ...], reason: str | None, *, by: Act
    ) -> None:
        """Decide that these keys are destroyed."""
        self.may_be_erased()
        self.record(Erased, by, subject=subject, key_ids=key_ids, reason=_reason(reason))

    def erase_again(self, key_ids: tuple[UUID, ...], first_erased_at: datetime, *, by: Act) -> None:
        """Note that an erasure was carried out again after a restore."""
        self.record(ErasedAgain, by, key_ids=key_ids, first_erased_at=first_erased_at)

    def _change(self, event: Event) -> None:
        match event:
            case HoldPlaced():
                self.is_held_since = event.at
            case HoldReleased():
                self.is_held_since = None
            case Erased() | ErasedAgain():
                self.erased_keys |= set(event.key_ids)


def _reason(typed: str | None) -> str:
    words = reason_of(typed)
    if words is None:
        raise ReasonMissing
    return words
