"""The directory of staff members: one stream, so that rules between them hold."""

from collections.abc import Iterable
from typing import ClassVar, Literal, TypeAlias, get_args
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event
from domain.personal import Personal

Role: TypeAlias = Literal["viewer", "billing", "admin", "auditor"]


class MemberAdded(Event, frozen=True):
    """A staff member was added.

    For: staff, auditors (staff with access).
    """

    topic: ClassVar[str] = "staff.member_added.v1"

    staff_id: UUID
    name: Personal
    email: Personal
    roles: tuple[Role, ...]

    @property
    def person(self) -> str:
        """Whose key seals name and email."""
        return f"staff:{self.staff_id}"


class RolesChanged(Event, frozen=True):
    """A staff member has these roles from now on.

    For: staff, auditors (staff with access).
    """

    topic: ClassVar[str] = "staff.roles_changed.v1"

    staff_id: UUID
    roles: tuple[Role, ...]


class MemberDeactivated(Event, frozen=True):
    """A staff member cannot sign in any more; sessions and previews end at once.

    For: staff, auditors (staff with access).
    """

    topic: ClassVar[str] = "staff.member_deactivated.v1"

    staff_id: UUID


class MemberReactivated(Event, frozen=True):
    """A staff member can sign in again.

    For: staff, auditors (staff with access).
    """

    topic: ClassVar[str] = "staff.member_reactivated.v1"

    staff_id: UUID


class SecondFactorEnrolled(Event, frozen=True):
    """A staff member has a second factor from now on.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "staff.second_factor_enrolled.v1"

    staff_id: UUID


class SecondFactorReset(Event, frozen=True):
    """The second factor of a staff member was taken away; the next sign-in enrols a new one.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "staff.second_factor_reset.v1"

    staff_id: UUID
    reason: Personal | None = None

    @property
    def person(self) -> str:
        """Whose key seals the reason."""
        return f"staff:{self.staff_id}"


class MemberAlreadyAdded(Refusal):
    """A staff member, active or not, has this address or this id: `staff_id`, `is_active`."""

    code = "member_already_added"


class MemberUnknown(Refusal):
    """There is no such staff member."""

    code = "member_unknown"


class MemberInactive(Refusal):
    """The staff member is deactivated."""

    code = "member_inactive"


class RolesMissing(Refusal):
    """A staff member has at least one role."""

    code = "roles_missing"


class LastAdminStays(Refusal):
    """Without this admin nobody could manage staff."""

    code = "last_admin_stays"


class Member(msgspec.Struct, frozen=True):
    """A staff member as the directory knows them."""

    staff_id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    is_active: bool = True
    has_second_factor: bool = False


class Staff(Aggregate):
    """All staff members."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.members: dict[UUID, Member] = {}

    def add_member(
        self, staff_id: UUID, name: str, email: str, roles: Iterable[Role], *, by: Act
    ) -> None:
        """Add a staff member with a canonical address that nobody else has."""
        for member in self.members.values():
            if member.email == email or member.staff_id == staff_id:
                raise MemberAlreadyAdded(staff_id=member.staff_id, is_active=member.is_active)
        held = _in_order(roles)
        self.record(MemberAdded, by, staff_id=staff_id, name=name, email=email, roles=held)

    def change_roles(self, staff_id: UUID, roles: Iterable[Role], *, by: Act) -> None:
        """Give a staff member exactly these roles; nothing happens when they have them."""
        member, held = self._active(staff_id), _in_order(roles)
        if held == member.roles:
            return
        if "admin" not in held:
            self._an_admin_must_stay_without(member)
        self.record(RolesChanged, by, staff_id=staff_id, roles=held)

    def deactivate(self, staff_id: UUID, *, by: Act) -> None:
        """Keep a staff member out; nothing happens when they are."""
        member = self._known(staff_id)
        if member.is_active:
            self._an_admin_must_stay_without(member)
            self.record(MemberDeactivated, by, staff_id=staff_id)

    def reactivate(self, staff_id: UUID, *, by: Act) -> None:
        """Let a staff member in again; nothing happens when they are active."""
        if not self._known(staff_id).is_active:
            self.record(MemberReactivated, by, staff_id=staff_id)

    def enroll_second_factor(self, staff_id: UUID, *, by: Act) -> None:
        """Note that a staff member has a second factor, perhaps a new one."""
        self._active(staff_id)
        self.record(SecondFactorEnrolled, by, staff_id=staff_id)

    def reset_second_factor(self, staff_id: UUID, reason: str | None = None, *, by: Act) -> None:
        """Take the second factor away; nothing happens when there is none."""
        if self._known(staff_id).has_second_factor:
            self.record(SecondFactorReset, by, staff_id=staff_id, reason=reason)

    def _known(self, staff_id: UUID) -> Member:
        if staff_id not in self.members:
            raise MemberUnknown(staff_id=staff_id)
        return self.members[staff_id]

    def _active(self, staff_id: UUID) -> Member:
        member = self._known(staff_id)
        if not member.is_active:
            raise MemberInactive(staff_id=staff_id)
        return member

    def _an_admin_must_stay_without(self, leaving: Member) -> None:
        if "admin" in leaving.roles and not any(
            member.is_active and "admin" in member.roles
            for member in self.members.values()
            if member.staff_id != leaving.staff_id
        ):
            raise LastAdminStays(staff_id=leaving.staff_id)

    def _change(self, event: Event) -> None:
        match event:
            case MemberAdded():
                self.members[event.staff_id] = Member(
                    event.staff_id, event.name, event.email, event.roles
                )
            case RolesChanged():
                self._note(event.staff_id, roles=event.roles)
            case MemberDeactivated():
                self._note(event.staff_id, is_active=False)
            case MemberReactivated():
                self._note(event.staff_id, is_active=True)
            case SecondFactorEnrolled():
                self._note(event.staff_id, has_second_factor=True)
            case SecondFactorReset():
                self._note(event.staff_id, has_second_factor=False)

    def _note(self, staff_id: UUID, **facts: bool | tuple[Role, ...]) -> None:
        self.members[staff_id] = msgspec.structs.replace(self.members[staff_id], **facts)


def _in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """Give roles once each, in the order of the roles, at least one."""
    wanted = set(roles)
    held: tuple[Role, ...] = tuple(role for role in get_args(Role) if role in wanted)
    if not held:
        raise RolesMissing
    return held
