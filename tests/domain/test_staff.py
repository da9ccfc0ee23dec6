from collections.abc import Callable

import pytest

from domain.identity import STAFF_DIRECTORY
from domain.staff import (
    LastAdminStays,
    MemberAdded,
    MemberAlreadyAdded,
    MemberDeactivated,
    MemberInactive,
    MemberReactivated,
    MemberUnknown,
    Role,
    RolesChanged,
    RolesMissing,
    SecondFactorEnrolled,
    SecondFactorReset,
    Staff,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

JANE, OMAR, NOBODY = name("jane"), name("omar"), name("nobody")


def directory(*decisions: Callable[[Staff], object]) -> Staff:
    return given(
        Staff,
        STAFF_DIRECTORY,
        lambda it: it.add_member(JANE, "Jane", "jane@northwind.example", ["admin"], by=BY),
        lambda it: it.add_member(OMAR, "Omar", "omar@northwind.example", ["billing"], by=BY),
        *decisions,
    )


def test_a_member_is_added_with_roles_once_each_in_their_order() -> None:
    staff = Staff(STAFF_DIRECTORY)
    roles: list[Role] = ["admin", "viewer", "admin"]
    staff.add_member(JANE, "Jane Doe", "jane@northwind.example", roles, by=BY)

    (event,) = told(staff)
    assert isinstance(event, MemberAdded)
    assert facts(event) == {
        "staff_id": JANE,
        "name": "Jane Doe",
        "email": "jane@northwind.example",
        "roles": ("viewer", "admin"),
    }
    assert event.person == f"staff:{JANE}"


def test_two_members_cannot_share_an_address_even_when_one_is_deactivated() -> None:
    staff = directory(lambda it: it.deactivate(OMAR, by=BY))

    with pytest.raises(MemberAlreadyAdded) as refused:
        staff.add_member(NOBODY, "Omar", "omar@northwind.example", ["viewer"], by=LATER)
    assert refused.value.facts == {"staff_id": OMAR, "is_active": False}
    with pytest.raises(MemberAlreadyAdded):
        staff.add_member(OMAR, "Omar", "other@northwind.example", ["viewer"], by=LATER)


def test_a_member_has_at_least_one_role() -> None:
    staff = directory()

    with pytest.raises(RolesMissing):
        staff.add_member(NOBODY, "Eve", "eve@northwind.example", [], by=LATER)
    with pytest.raises(RolesMissing):
        staff.change_roles(OMAR, [], by=LATER)


def test_roles_are_changed_only_when_they_differ() -> None:
    staff = directory()
    staff.change_roles(OMAR, ["billing", "billing"], by=LATER)
    assert told(staff) == []

    staff.change_roles(OMAR, ["auditor", "viewer"], by=LATER)
    (event,) = told(staff)
    assert isinstance(event, RolesChanged)
    assert event.roles == ("viewer", "auditor")


def test_the_last_admin_can_neither_be_deactivated_nor_lose_the_role() -> None:
    staff = directory()

    with pytest.raises(LastAdminStays):
        staff.deactivate(JANE, by=LATER)
    with pytest.raises(LastAdminStays):
        staff.change_roles(JANE, ["viewer"], by=LATER)
    staff.change_roles(JANE, ["viewer", "admin"], by=LATER)
    assert len(told(staff)) == 1


def test_an_admin_can_leave_while_another_one_is_active() -> None:
    staff = directory(lambda it: it.change_roles(OMAR, ["admin"], by=BY))
    staff.deactivate(JANE, by=LATER)
    assert [type(event) for event in told(staff)] == [MemberDeactivated]

    with pytest.raises(LastAdminStays):
        staff.change_roles(OMAR, ["viewer"], by=LATER)


def test_a_deactivated_admin_is_no_reason_to_let_the_last_active_one_go() -> None:
    staff = directory(
        lambda it: it.change_roles(OMAR, ["admin"], by=BY), lambda it: it.deactivate(OMAR, by=BY)
    )

    with pytest.raises(LastAdminStays):
        staff.deactivate(JANE, by=LATER)


def test_deactivating_and_reactivating_are_recorded_once_each() -> None:
    staff = directory()
    staff.reactivate(OMAR, by=LATER)
    staff.deactivate(OMAR, by=LATER)
    staff.deactivate(OMAR, by=LATER)
    staff.reactivate(OMAR, by=LATER)
    staff.reactivate(OMAR, by=LATER)

    assert [type(event) for event in told(staff)] == [MemberDeactivated, MemberReactivated]


def test_a_deactivated_member_gets_no_roles_and_no_second_factor() -> None:
    staff = directory(lambda it: it.deactivate(OMAR, by=BY))

    with pytest.raises(MemberInactive):
        staff.change_roles(OMAR, ["viewer"], by=LATER)
    with pytest.raises(MemberInactive):
        staff.enroll_second_factor(OMAR, by=LATER)


def test_a_second_factor_is_enrolled_and_reset_with_a_reason() -> None:
    staff = directory()
    staff.reset_second_factor(OMAR, "nothing to reset", by=LATER)
    staff.enroll_second_factor(OMAR, by=LATER)
    assert staff.members[OMAR].has_second_factor
    staff.reset_second_factor(OMAR, "lost phone", by=LATER)

    enrolled, reset = told(staff)
    assert isinstance(enrolled, SecondFactorEnrolled)
    assert isinstance(reset, SecondFactorReset)
    assert (reset.reason, reset.person) == ("lost phone", f"staff:{OMAR}")
    assert not staff.members[OMAR].has_second_factor


@pytest.mark.parametrize(
    "decide",
    [
        lambda it: it.change_roles(NOBODY, ["viewer"], by=BY),
        lambda it: it.deactivate(NOBODY, by=BY),
        lambda it: it.reactivate(NOBODY, by=BY),
        lambda it: it.enroll_second_factor(NOBODY, by=BY),
        lambda it: it.reset_second_factor(NOBODY, by=BY),
    ],
)
def test_nothing_can_be_done_to_somebody_unknown(decide: Callable[[Staff], None]) -> None:
    with pytest.raises(MemberUnknown):
        decide(directory())
