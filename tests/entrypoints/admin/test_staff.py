"""Admins manage staff: adding, roles, keeping out, second factors."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity import STAFF_DIRECTORY
from domain.staff import Member, Staff
from tests.entrypoints.admin.desk import OPERATOR, Desk, staff_member


@pytest.fixture
def admin(desk: Desk) -> UUID:
    """An admin who is signed in."""
    staff_id = staff_member(desk.portal, "ann@seller.example", "admin", name="Ann Berg")
    desk.come_in(staff_id)
    return staff_id


def members(desk: Desk) -> dict[UUID, Member]:
    return desk.portal.log().get(Staff, STAFF_DIRECTORY).members


def test_an_admin_adds_a_staff_member(desk: Desk, admin: UUID) -> None:
    desk.open("/staff/add")
    desk.send("/staff/add", name="Mara Okafor", email="Mara@Seller.Example", roles=["billing"])
    assert "Mara Okafor was added" in desk.words
    added = next(member for member in members(desk).values() if member.staff_id != admin)
    assert (added.email, added.roles) == ("mara@seller.example", ("billing",))


def test_all_that_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    desk: Desk, admin: UUID
) -> None:
    desk.open("/staff/add")
    assert desk.send("/staff/add", name="", email="", roles="viewer").status_code == 422
    assert desk.words.count("Please fill this in.") >= 2
    desk.send("/staff/add", name="Mara", email="ann@seller.example", roles="viewer")
    assert "A staff member has this address already." in desk.words
    assert 'value="Mara"' in desk.page.text  # type: ignore[union-attr]
    desk.send("/staff/add", name="Mara", email="mara@seller.example")
    assert "Choose at least one role." in desk.words


def test_the_last_admin_stays(desk: Desk, admin: UUID) -> None:
    desk.open(f"/staff/{admin}")
    assert desk.send(f"/staff/{admin}/roles", roles="viewer").status_code == 422
    assert "This is the last admin." in desk.words
    desk.open(f"/staff/{admin}/deactivate")
    assert desk.send(f"/staff/{admin}/deactivate").status_code == 422
    assert "This is the last admin." in desk.words
    assert members(desk)[admin].is_active


def test_a_page_of_other_roles_says_who_can_change_them(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "vi@seller.example", "viewer"))
    assert desk.open("/staff").status_code == 403
    assert "Your roles do not include this page. An admin can change them." in desk.words


def test_changed_roles_hold_from_the_next_page_on(desk: Desk, admin: UUID) -> None:
    other = staff_member(desk.portal, "mara@seller.example", "admin")
    desk.open(f"/staff/{admin}")
    desk.send(f"/staff/{admin}/roles", roles=["viewer"])
    assert desk.page is not None
    assert desk.page.status_code == 403
    assert members(desk)[other].roles == ("admin",)


def test_deactivating_ends_every_session_and_reactivating_lets_in_again(
    desk: Desk, admin: UUID
) -> None:
    other = staff_member(desk.portal, "mara@seller.example", "billing")
    with_session = desk.portal.staff_sessions()
    desk.come_in(other)
    desk.come_in(admin)
    desk.open(f"/staff/{other}/deactivate")
    desk.send(f"/staff/{other}/deactivate")
    assert "All sessions have ended" in desk.words
    assert with_session.of_staff(other, desk.portal.clock().now()) == []
    desk.open(f"/staff/{other}")
    desk.send(f"/staff/{other}/reactivate")
    assert members(desk)[other].is_active


def test_a_sensitive_change_asks_for_the_code_again_and_keeps_what_was_chosen(
    desk: Desk, admin: UUID
) -> None:
    other = staff_member(desk.portal, "mara@seller.example", "viewer")
    key = enrolled(desk, admin)
    desk.open(f"/staff/{other}")
    desk.portal.clock().advance(timedelta(minutes=11))
    desk.send(f"/staff/{other}/roles", roles=["viewer", "billing"])
    assert "Please confirm that it is you" in desk.words
    assert members(desk)[other].roles == ("viewer",)
    go_on(desk, key)
    assert members(desk)[other].roles == ("viewer", "billing")


def test_after_a_pause_the_code_alone_continues_and_what_was_typed_is_kept(
    desk: Desk, admin: UUID
) -> None:
    key = enrolled(desk, admin)
    desk.open("/staff/add")
    desk.portal.clock().advance(timedelta(minutes=20))
    desk.send("/staff/add", name="Mara Okafor", email="mara@seller.example", roles="viewer")
    assert "Are you still there?" in desk.words
    go_on(desk, key)
    assert "Mara Okafor was added" in desk.words


def test_after_a_pause_a_page_comes_back_by_the_code(desk: Desk, admin: UUID) -> None:
    key = enrolled(desk, admin)
    desk.portal.clock().advance(timedelta(minutes=15))
    assert desk.open("/staff?role=admin").status_code == 403
    before = desk.client.cookies["portal-staff"]
    desk.send("/continue", **{**desk.hidden, "code": "000000"})
    assert "This code is not right. Tries left: 4." in desk.words
    desk.send("/continue", **{**desk.hidden, "code": desk.code(key)})
    assert desk.page is not None
    assert str(desk.page.url).endswith("/staff?role=admin")
    assert desk.client.cookies["portal-staff"] != before


def test_after_eight_hours_one_signs_in_again(desk: Desk, admin: UUID) -> None:
    for _ in range(40):
        desk.portal.clock().advance(timedelta(minutes=12))
        desk.open("/staff")
    assert desk.page is not None
    assert desk.page.url.path == "/sign-in"


def test_resetting_a_second_factor_lets_the_next_sign_in_set_up_a_new_one(
    desk: Desk, admin: UUID
) -> None:
    other = staff_member(desk.portal, "mara@seller.example", "viewer")
    enrolled(desk, other)
    desk.open(f"/staff/{other}/second-factor")
    desk.send(f"/staff/{other}/second-factor", reason="lost the phone")
    assert "The second factor was reset." in desk.words
    assert not members(desk)[other].has_second_factor
    assert desk.portal.second_factors().recovery_codes_left(other) == 0


def test_the_list_is_searched_and_filtered_and_given_to_a_spreadsheet(
    desk: Desk, admin: UUID
) -> None:
    staff_member(desk.portal, "mara@seller.example", "billing", name="=Mara(1)")
    desk.open("/staff?q=MARA")
    assert "mara@seller.example" in desk.words
    assert "ann@seller.example" not in desk.words
    desk.open("/staff?role=admin")
    assert "mara@seller.example" not in desk.words
    desk.open("/staff?standing=deactivated")
    assert "Nobody matches" in desk.words
    file = desk.client.get("/staff.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "'=Mara(1)" in file.text


def test_a_name_is_shown_as_text(desk: Desk, admin: UUID) -> None:
    staff_member(desk.portal, "m@seller.example", "viewer", name="<b>Mara</b>")
    assert "<b>Mara" not in desk.open("/staff").text


def enrolled(desk: Desk, staff_id: UUID) -> str:
    """Have an authenticator app; gives its key."""
    door, now = desk.portal.staff_door(), desk.portal.clock().now()
    proposal = desk.portal.ids().uuid7()
    key = door.second_factors.propose(proposal, staff_id, now)
    directory = desk.portal.log().get(Staff, STAFF_DIRECTORY)
    directory.enroll_second_factor(staff_id, by=door.bus.act(OPERATOR))
    factor = door.second_factors.enrol(proposal, desk.code(key), ["7K2M9QXD"], now)
    desk.portal.log().save(directory, beside=[factor])
    desk.portal.clock().advance(timedelta(minutes=1))
    return key


def go_on(desk: Desk, key: str) -> None:
    """Give the code, and send what was kept."""
    desk.send("/continue", **{**desk.hidden, "code": desk.code(key)})
    assert "What you entered was kept" in desk.words
    found = re.search(r'<form class="stack" method="post" action="([^"]+)"', desk.page.text)  # type: ignore[union-attr]
    assert found
    desk.send(found[1], **desk.hidden)
