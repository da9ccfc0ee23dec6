"""Signing in: from the portal link to the first page, and everything that stands in the way."""

import re
from datetime import timedelta

import pytest

from domain.customer_session import SessionEnded, SignedIn
from domain.sign_in import SignInRefused
from tests.entrypoints.web.customers import (
    JANE,
    Browser,
    Seller,
    Street,
    code_in,
    link_in,
    link_of,
    sign_in,
    token_in,
)
from tests.read_models.books import named

HOME = f"/b/{named('Acme')}/"
SESSIONS = f"/b/{named('Acme')}/sessions"


def test_a_covered_address_gets_a_link_and_the_button_lets_in(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    asked = browser.ask("Acme")
    assert (asked.status_code, asked.headers["location"]) == (303, f"/p/{link_of('Acme')}/code")
    assert "jane@acme.com" in browser.get(asked.headers["location"]).text
    seller.works()
    opened = browser.get(link_in(seller.mails[0]).partition("#")[0])
    assert "Sign in as jane@acme.com" in opened.text
    let_in = browser.press_link(seller.mails[0])
    assert (let_in.status_code, let_in.headers["location"]) == (303, HOME)
    assert browser.get(SESSIONS).status_code == 200
    [event] = seller.told(SignedIn)
    assert (event.address, event.how, event.bill_group_id) == (JANE, "link", named("Acme"))
    assert event.browser == "Firefox on Linux"


def test_the_code_lets_in_without_any_script(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", JANE)
    browser.ask("Acme", "Jane@ACME.com ")
    seller.works()
    typed = code_in(seller.mails[0]).lower().replace("0", "o").replace("1", "l").replace(" ", "-")
    assert browser.type_code("Acme", typed).headers["location"] == HOME
    assert seller.told(SignedIn)[0].how == "code"


def test_an_address_without_access_gets_the_same_answers_and_no_mail(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    answers = []
    for address in (JANE, "mary@acmf.com"):
        browser = browsers.browser()
        asked = browser.ask("Acme", address)
        seller.works()
        waiting = browser.get(asked.headers["location"])
        wrong = browser.type_code("Acme", "ZZZZZZZZ")
        again = browser.ask("Acme", address)
        headers = {name: value for name, value in asked.headers.items() if name != "set-cookie"}
        answers.append(
            (
                asked.status_code,
                headers,
                asked.content,
                _without_secrets(waiting.text, address),
                _without_secrets(wrong.text, address),
                wrong.status_code,
                again.status_code,
                again.headers["location"],
                re.sub(r"portal-asked=[\w-]+", "", again.headers["set-cookie"]),
            )
        )
    assert answers[0] == answers[1]
    assert [mail.envelope_to for mail in seller.mails] == [JANE]


def _without_secrets(html: str, address: str) -> str:
    return re.sub(r'value="[0-9a-f]{64}"', "", html).replace(address, "someone@acme.com")


def test_a_link_works_once(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    path, _, secret = link_in(seller.mails[0]).partition("#")
    token, asked = _token_on(browser, path), browser.cookies["portal-asked"]
    assert browser.post(path, token=token, secret=secret).headers["location"] == HOME
    assert browser.get(path).headers["location"] == HOME
    browser.cookies = {"portal-asked": asked}
    assert browser.post(path, token=token, secret=secret).status_code == 410
    assert len(seller.told(SignedIn)) == 1


def test_after_signing_in_by_code_the_same_mails_link_leads_in(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    path = link_in(seller.mails[0]).partition("#")[0]
    assert browser.type_code("Acme", code_in(seller.mails[0])).headers["location"] == HOME
    assert browser.get(path).headers["location"] == HOME


def test_ten_minutes_later_the_link_is_too_old(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    path, _, secret = link_in(seller.mails[0]).partition("#")
    token = _token_on(browser, path)
    seller.portal.clock().advance(timedelta(minutes=10))
    late = browser.post(path, token=token, secret=secret)
    assert late.status_code == 410
    assert "ask for a new mail" in late.text
    assert seller.told(SignedIn) == []


def _token_on(browser: Browser, path: str) -> str:
    return token_in(browser.get(path).text)


def test_in_another_browser_there_is_no_button_and_nothing_is_used_up(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    here, scanner = browsers.browser(), browsers.browser("Mozilla/5.0 HeadlessChrome/140")
    here.ask("Acme")
    seller.works()
    path, _, secret = link_in(seller.mails[0]).partition("#")
    for _ in range(3):
        looked = scanner.get(path)
        assert "type the code" in looked.text
        assert "<button" not in looked.text.partition("<main")[2].partition("</main>")[0]
        posted = scanner.post(path, secret=secret)
        assert posted.status_code == 403
        assert "set-cookie" not in posted.headers
    assert here.press_link(seller.mails[0]).headers["location"] == HOME


def test_a_browser_with_a_request_of_its_own_cannot_use_anothers_link(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    here, other = browsers.browser(), browsers.browser()
    here.ask("Acme")
    other.ask("Acme", "eve@acme.com")
    seller.works()
    assert other.press_link(seller.mails[0]).status_code == 403
    assert here.press_link(seller.mails[0]).headers["location"] == HOME


def test_a_code_of_another_browsers_request_does_not_work(seller: Seller, browsers: Street) -> None:
    seller.customer("Acme", "acme.com")
    here, other = browsers.browser(), browsers.browser()
    here.ask("Acme")
    other.ask("Acme", "eve@acme.com")
    seller.works()
    assert other.type_code("Acme", code_in(seller.mails[0])).status_code == 422


def test_the_sixth_code_is_not_even_looked_at(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    for _ in range(5):
        assert browser.type_code("Acme", "00000000").status_code == 422
    assert browser.type_code("Acme", code_in(seller.mails[0])).status_code == 410
    assert browser.press_link(seller.mails[0]).headers["location"] == HOME


def test_what_is_no_code_costs_no_try(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    for _ in range(7):
        assert browser.type_code("Acme", "12").status_code == 422
    assert browser.type_code("Acme", code_in(seller.mails[0])).headers["location"] == HOME


def test_a_newer_request_of_the_same_browser_ends_the_older_one(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    seller.portal.clock().advance(timedelta(seconds=61))
    browser.ask("Acme")
    seller.works()
    first, second = seller.mails
    assert browser.press_link(first).status_code == 410
    assert browser.press_link(second).headers["location"] == HOME


@pytest.mark.parametrize("by", ["link", "code"])
def test_asking_again_within_a_minute_leaves_the_mail_good_that_is_under_way(
    seller: Seller, browser: Browser, by: str
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    assert browser.ask("Acme").headers["location"] == f"/p/{link_of('Acme')}/code"
    seller.works()
    [mail] = seller.mails
    let_in = browser.press_link(mail) if by == "link" else browser.type_code("Acme", code_in(mail))
    assert let_in.headers["location"] == HOME
    since = seller.portal.clock().now() - timedelta(hours=1)
    assert seller.portal.sign_in_requests().held_back(since) == 1


def test_a_form_that_is_sent_twice_is_one_request_whichever_answer_arrives(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    door = f"/p/{link_of('Acme')}"
    token, shown = token_in(browser.get(door).text), dict(browser.cookies)
    answers = []
    for _ in range(2):
        browser.cookies = dict(shown)
        browser.post(door, token=token, address=JANE)
        answers.append(dict(browser.cookies))
    seller.works()
    assert answers[0] == answers[1]
    assert browser.type_code("Acme", code_in(seller.mails[0])).headers["location"] == HOME


def test_within_a_minute_another_address_still_ends_the_older_request(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    browser.ask("Acme", "eve@acme.com")
    seller.works()
    assert [mail.envelope_to for mail in seller.mails] == ["eve@acme.com"]


@pytest.mark.parametrize(
    ("happens", "why"),
    [("revoke", "revoked"), ("turn_off", "portal_off"), ("contract", "no_contract")],
)
def test_a_proven_mailbox_that_is_not_let_in_any_more_is_recorded(
    seller: Seller, browser: Browser, happens: str, why: str
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.works()
    path, _, secret = link_in(seller.mails[0]).partition("#")
    token = _token_on(browser, path)
    seller.portal.clock().advance(timedelta(seconds=1))
    if happens == "contract":
        seller.contract("Acme", "cancelled")
    else:
        getattr(seller, happens)("Acme")
    refused = browser.post(path, token=token, secret=secret)
    assert refused.status_code == 403
    assert "billing@northwind.example" in refused.text
    assert [event.why for event in seller.told(SignInRefused)] == [why]
    assert seller.told(SignedIn) == []
    browser.post(path, token=token, secret=secret)
    assert len(seller.told(SignInRefused)) == 1


def test_a_mail_stays_dead_when_the_grant_or_the_portal_comes_back(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    revoked, switched = browsers.browser(), browsers.browser()
    revoked.ask("Acme")
    switched.ask("Acme", "eve@acme.com")
    seller.works()
    seller.portal.clock().advance(timedelta(seconds=1))
    seller.revoke("Acme")
    seller.grant("Acme", "acme.com")
    assert revoked.press_link(seller.mails[0]).status_code == 403
    seller.turn_off("Acme")
    seller.turn_on("Acme")
    assert switched.press_link(seller.mails[1]).status_code == 403
    assert seller.told(SignedIn) == []


def test_a_rotated_link_ends_sign_ins_under_way_but_no_session(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    inside, asking = browsers.browser(), browsers.browser()
    sign_in(seller, inside, "Acme")
    asking.ask("Acme", "eve@acme.com")
    seller.works()
    path, _, secret = link_in(seller.mails[-1]).partition("#")
    token = _token_on(asking, path)
    seller.rotate("Acme")
    old, unknown = asking.get(f"/p/{link_of('Acme')}"), asking.get("/p/nobody-knows-this-one")
    assert old.status_code == unknown.status_code == 404
    assert old.text.replace(link_of("Acme"), "") == unknown.text.replace(
        "nobody-knows-this-one", ""
    )
    assert asking.post(path, token=token, secret=secret).status_code == 404
    moved = path.replace("link-of", "another-link-of")
    assert asking.post(moved, token=token, secret=secret).status_code == 403
    assert [event.why for event in seller.told(SignInRefused)] == ["rotated"]
    assert inside.get(SESSIONS).status_code == 200


def test_a_sign_in_mail_under_way_is_not_sent_after_the_grant_is_gone(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    browser.ask("Acme")
    seller.revoke("Acme")
    seller.works()
    assert seller.mails == []


def test_the_page_of_a_closed_portal_names_whom_to_ask(seller: Seller, browser: Browser) -> None:
    seller.customer("Acme", "acme.com")
    seller.turn_off("Acme")
    closed = browser.get(f"/p/{link_of('Acme')}")
    assert closed.status_code == 403
    assert "billing@northwind.example" in closed.text
    assert '<form class="stack"' not in closed.text


def test_an_address_that_cannot_be_one_is_named_at_its_field(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    wrong = browser.ask("Acme", "jane at acme")
    assert wrong.status_code == 422
    assert 'value="jane at acme"' in wrong.text
    assert browser.ask("Acme", "").status_code == 422


def test_a_form_without_its_token_or_with_other_fields_is_refused(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    assert browser.post(f"/p/{link_of('Acme')}", address=JANE).status_code == 403
    path = f"/p/{link_of('Acme')}"
    assert browser.press(path, path, address=JANE, role="admin").status_code == 400


def test_one_mail_a_minute_and_five_an_hour_and_nothing_shows_it(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    clock = seller.portal.clock()
    answers = set()
    for _ in range(8):
        for _ in range(3):
            asked = browsers.browser().ask("Acme")
            answers.add((asked.status_code, asked.headers["location"]))
        seller.works()
        clock.advance(timedelta(seconds=61))
    assert len(seller.mails) == 5
    assert len(answers) == 1
    assert seller.portal.sign_in_requests().held_back(clock.now() - timedelta(hours=1)) == 19


def test_a_browser_that_has_signed_in_before_has_a_budget_of_its_own(
    seller: Seller, browsers: Street
) -> None:
    seller.customer("Acme", "acme.com")
    known = browsers.browser()
    sign_in(seller, known, "Acme")
    del known.cookies["portal-session"]
    seller.portal.clock().advance(timedelta(hours=2))
    for _ in range(6):
        browsers.browser().ask("Acme")
        seller.works()
        seller.portal.clock().advance(timedelta(seconds=61))
    before = len(seller.mails)
    known.ask("Acme")
    seller.works()
    assert len(seller.mails) == before + 1
    assert known.press_link(seller.mails[-1]).headers["location"] == HOME


def test_signing_in_again_replaces_the_session_of_this_browser(
    seller: Seller, browser: Browser
) -> None:
    seller.customer("Acme", "acme.com")
    seller.customer("Beta", "beta.com")
    sign_in(seller, browser, "Acme")
    browser.ask("Beta", "eve@beta.com")
    seller.works()
    browser.press_link(seller.mails[-1])
    assert [event.cause for event in seller.told(SessionEnded)] == ["replaced"]
    assert browser.get(SESSIONS).status_code == 404
