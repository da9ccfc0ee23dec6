"""Staff sign in by a mailed secret and a second factor, in the browser that asked."""

import re
from datetime import timedelta

import pytest

from application.staff import DeactivateStaffMember, deactivate_staff_member
from entrypoints.worker import work_once
from tests.entrypoints.admin.desk import OPERATOR, Desk, desk_of, staff_member


def asked(desk: Desk, email: str = "mara@seller.example") -> None:
    desk.open("/sign-in")
    desk.send("/sign-in", email=email)


def enrolled(desk: Desk) -> str:
    """Sign in for the first time; gives the key in the authenticator app."""
    asked(desk)
    code = desk.mail().code
    desk.send("/sign-in/code", code=code)
    key = desk.key()
    desk.send("/second-factor/enrol", code=desk.code(key))
    return key


def test_the_first_sign_in_enrols_a_second_factor_and_shows_recovery_codes_once(
    desk: Desk,
) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    assert "a mail is on its way" in desk.words
    link = desk.mail().link
    desk.open("/sign-in/link")
    desk.send("/sign-in/link", link=link)
    assert "Set up your second factor" in desk.words
    drawing = desk.client.get("/second-factor/key.svg")
    assert drawing.headers["content-type"].startswith("image/svg+xml")
    desk.send("/second-factor/enrol", code=desk.code(desk.key()))
    assert "Your recovery codes" in desk.words
    assert desk.open("/sessions").status_code == 200
    assert "10 recovery codes are left" in desk.words


def test_a_later_sign_in_asks_for_the_code_of_the_app(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    key = enrolled(desk)
    desk.open("/sessions")
    desk.send("/sign-out")
    assert "Sign in" in desk.words
    desk.portal.clock().advance(timedelta(minutes=2))
    asked(desk)
    desk.send("/sign-in/code", code=desk.mail().code)
    assert desk.client.get("/second-factor/key.svg").status_code == 422
    desk.send("/second-factor", code="000000")
    assert "This code is not right. Tries left: 4." in desk.words
    desk.send("/second-factor", code=desk.code(key))
    assert desk.open("/sessions").url.path == "/sessions"


@pytest.mark.parametrize("way", ["first", "app", "recovery"])
def test_the_language_of_a_sign_in_is_kept_for_mails(desk: Desk, way: str) -> None:
    mara = staff_member(desk.portal, "mara@seller.example", "admin")
    assert desk.portal.staff_sessions().language_of(mara) is None
    desk.client.headers["accept-language"] = "de" if way == "first" else "en"
    key = enrolled(desk)
    codes = [word for word in desk.words.split() if len(word) == 9 and word[4] == "-"]
    if way != "first":
        assert desk.portal.staff_sessions().language_of(mara) == "en"
        desk.client.headers["accept-language"] = "de"
        desk.client.cookies.clear()
        desk.portal.clock().advance(timedelta(minutes=2))
        asked(desk)
        desk.send("/sign-in/code", code=desk.mail().code)
    if way == "app":
        desk.send("/second-factor", code=desk.code(key))
    elif way == "recovery":
        desk.open("/second-factor/recovery")
        desk.send("/second-factor/recovery", code=codes[0])
    assert desk.portal.staff_sessions().language_of(mara) == "de"


def test_a_recovery_code_lets_in_once(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    desk.send("/sign-in/code", code=desk.mail().code)
    desk.send("/second-factor/enrol", code=desk.code(desk.key()))
    codes = [word for word in desk.words.split() if len(word) == 9 and word[4] == "-"]
    assert len(set(codes)) == 10
    for expected in ("/sessions", "/sign-in"):
        desk.client.cookies.clear()
        desk.portal.clock().advance(timedelta(minutes=2))
        asked(desk)
        desk.send("/sign-in/code", code=desk.mail().code)
        desk.open("/second-factor/recovery")
        desk.send("/second-factor/recovery", code=codes[0].lower())
        assert desk.open("/sessions").url.path == expected


def test_an_unknown_address_gets_the_same_answer_and_no_mail(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    known = desk.words
    desk.client.cookies.clear()
    asked(desk, "nobody@seller.example")
    assert desk.words.replace("nobody@", "mara@") == known
    with pytest.raises(Exception, match="staff_sign_in_over"):
        desk.mail()


def test_a_link_in_another_browser_asks_for_the_code_where_it_was_asked_for(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    link = desk.mail().link
    with desk_of(desk.portal) as other:
        other.open("/sign-in/link")
        assert "Open this link where you asked for it" in other.words
        other.send("/sign-in/link", link=link)
        assert "This sign-in is over" in other.words or "not open to you" in other.words
    desk.open("/sign-in/link")
    desk.send("/sign-in/link", link=link)
    assert "Set up your second factor" in desk.words


def test_looking_at_a_link_does_not_use_it_up(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    link = desk.mail().link
    for _ in range(3):
        assert desk.open("/sign-in/link").status_code == 200
        assert desk.client.head("/sign-in/link").status_code == 200
    desk.send("/sign-in/link", link=link)
    assert "Set up your second factor" in desk.words


def test_a_code_is_over_after_ten_minutes(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    code = desk.mail().code
    desk.portal.clock().advance(timedelta(minutes=10))
    desk.send("/sign-in/code", code=code)
    assert "This sign-in is over" in desk.words


def test_somebody_deactivated_is_let_in_no_more(desk: Desk) -> None:
    staff_member(desk.portal, "ann@seller.example", "admin")
    staff_id = staff_member(desk.portal, "mara@seller.example", "viewer")
    desk.come_in(staff_id)
    assert desk.open("/sessions").url.path == "/sessions"
    command = DeactivateStaffMember(staff_id)
    deactivate_staff_member(command, OPERATOR, desk.portal.staff_door())
    assert desk.open("/sessions").url.path == "/sign-in"
    assert desk.portal.staff_sessions().of_staff(staff_id, desk.portal.clock().now()) == []


def test_after_signing_in_one_is_where_one_wanted_to_go(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    desk.open("/sessions?done=ended")
    desk.send("/sign-in", email="mara@seller.example")
    desk.send("/sign-in/code", code=desk.mail().code)
    desk.send("/second-factor/enrol", code=desk.code(desk.key()))
    desk.open("/second-factor/saved")
    assert desk.page is not None
    assert str(desk.page.url).endswith("/sessions?done=ended")


def test_a_typed_address_is_kept_when_it_is_none(desk: Desk) -> None:
    desk.open("/sign-in")
    assert desk.send("/sign-in", email="mara at seller").status_code == 422
    assert 'value="mara at seller"' in desk.page.text  # type: ignore[union-attr]


def test_the_worker_mails_staff_a_link_and_a_code(desk: Desk) -> None:
    staff_member(desk.portal, "mara@seller.example", "admin")
    asked(desk)
    work_once(desk.portal)
    (mail,) = desk.portal.mail().sent
    assert mail.envelope_to == "mara@seller.example"
    link = re.search(r"http://admin\.localhost:8001/sign-in/link#(\S+)", mail.text)
    assert link
    desk.open("/sign-in/link")
    desk.send("/sign-in/link", link=link[1])
    assert "Set up your second factor" in desk.words


def test_the_worker_mails_nobody_who_is_not_staff(desk: Desk) -> None:
    asked(desk, "nobody@seller.example")
    work_once(desk.portal)
    assert desk.portal.mail().sent == []
