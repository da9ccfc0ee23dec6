"""Sessions: how long they last, who sees them, how they end, and what they may open."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from domain.customer_session import Entered, SessionEnded
from entrypoints.web.guard import Asking, Guard
from entrypoints.worker.housekeeping import end_lapsed_sessions, end_uncovered_sessions
from read_models.entry import SessionScope
from tests.entrypoints.web.customers import (
    Browser,
    Seller,
    Street,
    link_of,
    sign_in,
    street,
    token_in,
)
from tests.read_models.books import named
from tests.wiring import wired

ACME, BETA = f"/b/{named('Acme')}", f"/b/{named('Beta')}"


def test_a_session_ends_after_four_hours_without_use(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    clock = seller.portal.clock()
    for _ in range(2):
        clock.advance(timedelta(hours=3, minutes=59))
        assert browser.get(f"{ACME}/sessions").status_code == 200
    clock.advance(timedelta(hours=4))
    gone = browser.get(f"{ACME}/sessions")
    assert (gone.status_code, gone.headers["location"]) == (303, f"/p/{link_of('Acme')}")
    assert end_lapsed_sessions(seller.portal) == 1
    [ended] = seller.told(SessionEnded)
    assert ended.cause == "expired"
    assert clock.now() - ended.last_used_at == timedelta(hours=4)
    assert end_lapsed_sessions(seller.portal) == 0


def test_a_session_ends_after_twelve_hours_however_busy(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    for _ in range(11):
        seller.portal.clock().advance(timedelta(hours=1))
        assert browser.get(f"{ACME}/sessions").status_code == 200
    seller.portal.clock().advance(timedelta(hours=1))
    assert browser.get(f"{ACME}/sessions").status_code == 303


def test_the_last_use_is_written_at_most_once_a_minute(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    clock, sessions = seller.portal.clock(), seller.portal.sessions()
    begun = clock.now()
    clock.advance(timedelta(seconds=59))
    browser.get(f"{ACME}/sessions")
    assert sessions.of_address("jane@acme.com", clock.now())[0].last_used_at == begun
    clock.advance(timedelta(seconds=1))
    browser.get(f"{ACME}/sessions")
    assert sessions.of_address("jane@acme.com", clock.now())[0].last_used_at == clock.now()


def test_revoking_is_felt_by_the_next_request_and_recorded(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    assert end_uncovered_sessions(seller.portal) == 0
    seller.revoke("Acme")
    assert browser.get(f"{ACME}/sessions").status_code == 303
    assert end_uncovered_sessions(seller.portal) == 1
    assert [event.cause for event in seller.told(SessionEnded)] == ["revoked"]
    assert end_uncovered_sessions(seller.portal) == 0
    seller.grant("Acme", "acme.com")
    assert browser.get(f"{ACME}/sessions").status_code == 303


def test_a_session_that_another_grant_covers_goes_on(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    seller.customer("Beta", "acme.com")
    sign_in(seller, browser, "Acme")
    seller.revoke("Acme")
    assert browser.get(f"{BETA}/sessions").status_code == 200
    foreign, unknown = browser.get(f"{ACME}/sessions"), browser.get(f"/b/{named('x')}/sessions")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.content == unknown.content
    assert end_uncovered_sessions(seller.portal) == 0


def test_a_closed_portal_names_whom_to_ask_and_comes_back(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    seller.turn_off("Acme")
    closed = browser.get(f"{ACME}/sessions")
    assert closed.status_code == 403
    assert "billing@northwind.example" in closed.text
    seller.turn_on("Acme")
    assert browser.get(f"{ACME}/sessions").status_code == 200


def test_whoever_may_open_another_portal_is_led_there_while_the_first_is_closed(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    seller.customer("Beta", "acme.com")
    seller.customer("Gamma", "acme.com")
    seller.turn_off("Acme")
    seller.turn_off("Gamma")
    for path, leads_to in (
        ("/", f"{BETA}/"),
        ("/switch", f"{BETA}/switch"),
        ("/sessions", f"{BETA}/sessions"),
    ):
        assert browser.get(path).headers["location"] == leads_to
    for closed in (browser.get(f"{ACME}/"), browser.get(f"/p/{link_of('Acme')}")):
        assert closed.status_code == 403
        assert f'href="{BETA}/"' in closed.text
        assert f"{named('Gamma')}" not in closed.text
        assert "jane@acme.com" in closed.text


def test_one_signs_out_from_the_page_of_a_closed_portal(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    seller.turn_off("Acme")
    assert browser.get("/").headers["location"] == f"{ACME}/"
    assert browser.post("/sign-out").status_code == 403
    assert browser.press(f"{ACME}/", "/sign-out").headers["location"] == "/"
    assert [event.cause for event in seller.told(SessionEnded)] == ["signed_out"]
    stranger = browser.get(f"/p/{link_of('Acme')}")
    assert 'action="/sign-out"' not in stranger.text


def test_the_portal_closes_when_the_contract_ends_in_the_entitys_time_zone(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    seller.contract("Acme", ends_on=date(2026, 11, 2))
    clock = seller.portal.clock()
    clock.set(clock.now().replace(hour=22, minute=59))
    sign_in(seller, browser, "Acme")
    assert browser.get(f"{ACME}/sessions").status_code == 200
    clock.advance(timedelta(minutes=1))
    assert browser.get(f"{ACME}/sessions").status_code == 403


def test_each_bill_group_is_recorded_when_a_session_first_opens_it(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    seller.customer("Beta")
    granted = seller.grant("Beta", "jane@acme.com")
    sign_in(seller, browser, "Acme")
    for _ in range(3):
        browser.get(f"{ACME}/sessions")
        browser.get(f"{BETA}/sessions")
    [entered] = seller.told(Entered)
    assert (entered.bill_group_id, entered.grant_id) == (named("Beta"), granted)
    assert entered.actor.bill_group_id == named("Beta")


def test_a_grant_that_is_revoked_before_the_opening_is_recorded_opens_nothing(
    seller: Seller, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller.customer("Acme", "acme.com")
    seller.customer("Beta", "acme.com")
    sign_in(seller, browser, "Acme")
    asked, left = Guard.session, [lambda: seller.revoke("Beta")]

    def session(guard: Guard, request: Asking, which: UUID | None, now: datetime) -> SessionScope:
        found = asked(guard, request, which, now)
        if left:
            left.pop()()
        return found

    monkeypatch.setattr(Guard, "session", session)
    assert browser.get(f"{BETA}/sessions").status_code == 404
    assert seller.told(Entered) == []
    assert browser.get(f"{ACME}/sessions").status_code == 200


def test_the_switcher_lists_what_a_grant_covers_now_and_is_open(
    seller: Seller, browser: Browser
) -> None:
    for name in ("Acme", "Beta", "Gamma"):
        seller.customer(name, "acme.com")
    seller.customer("Delta", "delta.com")
    sign_in(seller, browser, "Acme")
    seller.turn_off("Gamma")
    listed = browser.get(browser.get("/switch").headers["location"]).text
    assert BETA in listed
    assert str(named("Gamma")) not in listed
    assert str(named("Delta")) not in listed


def test_one_session_is_ended_from_another_browser(seller: Seller, browsers: Street) -> None:
    seller.customer("Acme", "acme.com")
    laptop, phone = browsers.browser(), browsers.browser("Mozilla/5.0 (iPhone) Version Safari/60")
    stranger = browsers.browser()
    sign_in(seller, laptop, "Acme")
    seller.portal.clock().advance(timedelta(minutes=2))
    sign_in(seller, phone, "Acme")
    sign_in(seller, stranger, "Acme", "eve@acme.com")
    listed = laptop.get(f"{ACME}/sessions").text
    assert "Safari on iPhone" in listed
    assert listed.count("This browser") == 1
    sessions = seller.portal.sessions()
    now = seller.portal.clock().now()
    [eve] = sessions.of_address("eve@acme.com", now)
    [on_phone] = [
        one for one in sessions.of_address("jane@acme.com", now) if "iPhone" in (one.browser or "")
    ]
    laptop.press(f"{ACME}/sessions", f"{ACME}/sessions/{eve.session_id}/end")
    assert stranger.get(f"{ACME}/sessions").status_code == 200
    laptop.press(f"{ACME}/sessions", f"{ACME}/sessions/{on_phone.session_id}/end")
    assert phone.get(f"{ACME}/sessions").status_code == 303
    assert laptop.get(f"{ACME}/sessions").status_code == 200
    assert [event.cause for event in seller.told(SessionEnded)] == ["ended_elsewhere"]


def test_signing_out_everywhere_ends_every_session_of_the_address(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    laptop, phone = browsers.browser(), browsers.browser()
    sign_in(seller, laptop, "Acme")
    seller.portal.clock().advance(timedelta(minutes=2))
    sign_in(seller, phone, "Acme")
    secret = laptop.cookies["portal-session"]
    out = laptop.press(f"{ACME}/sessions", f"{ACME}/sessions/end-all")
    assert out.headers["location"] == "/"
    assert "portal-session" not in laptop.cookies
    laptop.cookies["portal-session"] = secret
    assert laptop.get(f"{ACME}/sessions").status_code == 303
    assert phone.get(f"{ACME}/sessions").status_code == 303
    causes = sorted(event.cause for event in seller.told(SessionEnded))
    assert causes == ["ended_elsewhere", "signed_out"]


def test_signing_out_needs_the_token_of_this_session(seller: Seller, browsers: Street) -> None:
    seller.customer("Acme", "acme.com")
    jane, eve = browsers.browser(), browsers.browser()
    sign_in(seller, jane, "Acme")
    sign_in(seller, eve, "Acme", "eve@acme.com")
    eves = token_in(eve.get(f"{ACME}/sessions").text)
    assert jane.post(f"{ACME}/sign-out").status_code == 403
    assert jane.post(f"{ACME}/sign-out", token=eves).status_code == 403
    assert jane.get(f"{ACME}/sessions").status_code == 200
    jane.press(f"{ACME}/sessions", f"{ACME}/sign-out")
    assert jane.get(f"{ACME}/sessions").status_code == 303


def test_a_session_id_chosen_by_somebody_else_is_never_adopted(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    browser.cookies["portal-session"] = "chosen-by-an-attacker"
    sign_in(seller, browser, "Acme")
    assert browser.cookies["portal-session"] != "chosen-by-an-attacker"


def test_after_a_restore_all_sessions_are_void(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    assert seller.portal.sessions().end_all("restored", seller.portal.clock().now()) == 1
    assert browser.get(f"{ACME}/sessions").status_code == 303


def test_the_start_page_explains_and_has_no_form(seller: Seller, browser: Browser) -> None:
    start = browser.get("/")
    assert start.status_code == 200
    assert "<form" not in start.text.partition("<main")[2].partition("</main>")[0]
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    assert browser.get("/").headers["location"] == f"{ACME}/"


def test_another_process_refuses_at_once_too(
    seller: Seller, browser: Browser, tmp_path: Path
) -> None:
    seller.customer("Acme", "acme.com")
    sign_in(seller, browser, "Acme")
    url = seller.portal.settings().database_url
    with wired(url, tmp_path) as elsewhere, street(elsewhere) as there:
        again = there.browser()
        again.cookies = dict(browser.cookies)
        assert again.get(f"{ACME}/sessions").status_code == 200
        seller.revoke("Acme")
        assert again.get(f"{ACME}/sessions").status_code == 303
