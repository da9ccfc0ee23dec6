"""Staff see what the customer sees: read-only, recorded, and apart from customers' sessions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from litestar.testing import TestClient

from application.preview import end_previews_of_ended_sessions
from application.staff import DeactivateStaffMember, deactivate_staff_member
from entrypoints.container import Portal
from entrypoints.web.app import create
from read_models import access_panel
from tests.entrypoints.admin.books import ACME, billed, customer, seller
from tests.entrypoints.admin.desk import OPERATOR, Desk, desk_of, staff_member
from tests.entrypoints.customers import tell
from tests.read_models.books import named, payment_rules

INVOICE = named("ACME NW-1")
OPEN = f"/bill-groups/{ACME}/preview"
Tab = TestClient[Any]


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    """A viewer at the bill group of ACME, whose portal is off and has no grant."""
    seller(portal)
    customer(portal)
    customer(portal, "Globex")
    billed(portal, "NW-1")
    with desk_of(portal) as browser:
        browser.come_in(staff_member(portal, "mara@seller.example", "viewer"))
        browser.open(f"/bill-groups/{ACME}/access")
        yield browser


@pytest.fixture
def web(portal: Portal) -> Iterator[Tab]:
    """The same person's browser at the customers' host."""
    with TestClient(create(portal), base_url=portal.settings().web_url) as client:
        yield client


def ticket(desk: Desk) -> str:
    """Press the button; gives where it leads, on the customers' host."""
    answer = desk.send(OPEN, follow=False)
    assert answer.status_code == 303
    where = answer.headers["location"]
    base = desk.portal.settings().web_url
    assert where.startswith(f"{base}/preview/open/")
    return str(where.removeprefix(base))


def begun(desk: Desk, web: Tab) -> Response:
    """Open the preview; gives its first page."""
    return web.get(ticket(desk), follow_redirects=True)


def happened(portal: Portal) -> list[str]:
    with portal.reading() as connection:
        return [line.what for line in access_panel.history(connection, ACME, 10)]


def root(page: Response) -> str:
    """Where the preview's pages are."""
    return page.url.path.rstrip("/")


def test_a_preview_works_before_the_portal_is_on_and_before_anybody_is_granted(
    desk: Desk, web: Tab
) -> None:
    page = begun(desk, web)
    assert page.status_code == 200
    assert "Preview for Mara Okafor" in page.text
    assert "ACME Ltd" in page.text
    assert web.get(f"{root(page)}/invoices").status_code == 200


def test_every_page_of_a_preview_leads_to_pages_of_the_preview(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    for path in ("/", "/invoices", "/subscriptions", "/payment-methods", "/details", "/switch"):
        shown = web.get(root(page) + path)
        assert shown.status_code == 200
        assert 'href="/b/' not in shown.text
        assert 'action="/b/' not in shown.text


def test_the_opening_is_recorded_with_the_name_of_who_looks(desk: Desk, web: Tab) -> None:
    link = ticket(desk)
    assert happened(desk.portal) == []
    web.get(link)
    assert happened(desk.portal) == ["previewed"]
    desk.open(f"/bill-groups/{ACME}/access")
    assert "Portal previewed by Mara Okafor" in desk.words


def test_a_ticket_opens_once(desk: Desk, web: Tab) -> None:
    link = ticket(desk)
    assert web.get(link).status_code in {200, 303}
    assert web.get(link).status_code == 410
    assert happened(desk.portal) == ["previewed"]


def test_looking_at_a_tickets_headers_does_not_use_it_up(desk: Desk, web: Tab) -> None:
    link = ticket(desk)
    assert web.head(link).status_code == 405
    assert web.get(link, follow_redirects=True).status_code == 200


def test_a_ticket_is_good_for_thirty_seconds(desk: Desk, web: Tab) -> None:
    link = ticket(desk)
    desk.portal.clock().advance(timedelta(seconds=30))
    assert web.get(link).status_code == 410
    assert web.get("/preview/open/unknown").status_code == 410
    assert happened(desk.portal) == []


def test_nothing_can_be_changed_in_a_preview(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    headers = {"Origin": desk.portal.settings().web_url}
    for path in ("/sign-out", "/sessions/end-all", "/language"):
        sent = web.post(root(page) + path, data={"token": token}, headers=headers)
        assert sent.status_code == 403
    for method in ("PUT", "PATCH", "DELETE"):
        sent = web.request(method, f"{root(page)}/", headers=headers)
        assert sent.status_code in {403, 405}


def test_the_button_ends_the_preview(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    end = page.text.partition('action="/preview/')[2].partition('"')[0]
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    headers = {"Origin": desk.portal.settings().web_url}
    assert web.post(f"/preview/{end}", data={"token": "0"}, headers=headers).status_code == 403
    assert web.get(f"{root(page)}/").status_code == 200
    ended = web.post(f"/preview/{end}", data={"token": token}, headers=headers)
    assert "The preview is over" in ended.text
    assert web.get(f"{root(page)}/").status_code == 410


def test_a_preview_shows_its_one_bill_group_only(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    other = desk.portal.ids().uuid7()
    assert web.get(root(page).replace(str(ACME), str(other)) + "/").status_code == 404


def test_a_preview_is_for_the_browser_that_opened_it(desk: Desk, web: Tab, portal: Portal) -> None:
    page = begun(desk, web)
    with TestClient(create(portal), base_url=portal.settings().web_url) as stranger:
        assert stranger.get(f"{root(page)}/").status_code == 410


def test_a_preview_is_no_customers_session(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    names = {cookie.name: cookie.path for cookie in web.cookies.jar}
    assert names == {"portal-preview": root(page).partition("/b/")[0]}
    assert web.get(f"/b/{ACME}/", follow_redirects=False).status_code == 303


def test_two_previews_in_one_browser_do_not_meet(desk: Desk, web: Tab) -> None:
    first, second = begun(desk, web), None
    desk.open(f"/bill-groups/{ACME}/access")
    second = begun(desk, web)
    assert root(first) != root(second)
    assert web.get(f"{root(first)}/").status_code == 200
    assert web.get(f"{root(second)}/").status_code == 200


def test_a_preview_ends_with_the_staff_session(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    desk.open("/sessions")
    desk.send("/sign-out")
    assert web.get(f"{root(page)}/").status_code == 410
    assert end_previews_of_ended_sessions(desk.portal.preview_room()) == 1
    assert end_previews_of_ended_sessions(desk.portal.preview_room()) == 0


def test_deactivating_a_staff_member_ends_their_preview_at_once(desk: Desk, web: Tab) -> None:
    page, portal = begun(desk, web), desk.portal
    staff_member(portal, "ada@seller.example", "admin")
    with portal.reading() as connection:
        by = access_panel.history(connection, ACME, 1)[0].by
    command = DeactivateStaffMember(by.staff_id)  # type: ignore[union-attr]
    deactivate_staff_member(command, OPERATOR, portal.staff_door())
    assert web.get(f"{root(page)}/").status_code == 410


def test_a_preview_pauses_with_a_staff_session_that_was_not_used(desk: Desk, web: Tab) -> None:
    page, clock = begun(desk, web), desk.portal.clock()
    clock.advance(timedelta(minutes=10))
    assert web.get(f"{root(page)}/").status_code == 200
    clock.advance(timedelta(minutes=10))
    assert web.get(f"{root(page)}/").status_code == 200
    clock.advance(timedelta(minutes=15))
    assert web.get(f"{root(page)}/").status_code == 410


def test_auditors_see_no_preview(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "otto@seller.example", "auditor"))
    desk.open(f"/bill-groups/{ACME}/access")
    assert "Preview portal" not in desk.words
    assert desk.send(OPEN).status_code == 403


def test_a_preview_begins_at_the_invoice_that_was_pressed_and_nowhere_else(
    desk: Desk, web: Tab
) -> None:
    for at, path in ((f"/invoices/{INVOICE}", f"/invoices/{INVOICE}"), ("//evil.example/", "/")):
        answer = desk.send(OPEN, follow=False, at=at)
        link = answer.headers["location"].removeprefix(desk.portal.settings().web_url)
        opened = web.get(link, follow_redirects=False)
        assert opened.headers["location"].partition(str(ACME))[2] == path
        desk.open(f"/bill-groups/{ACME}/access")


def test_the_pdf_of_an_invoice_may_be_downloaded_in_a_preview(desk: Desk, web: Tab) -> None:
    page = begun(desk, web)
    pdf = web.get(f"{root(page)}/invoices/{INVOICE}/pdf")
    assert pdf.status_code == 200
    assert pdf.content.startswith(b"%PDF-")


def test_forms_of_details_and_contacts_can_be_looked_at_and_not_sent(desk: Desk, web: Tab) -> None:
    here = root(begun(desk, web))
    for path in ("/details/po-number", "/contacts/billing", "/contacts/shipping"):
        shown = web.get(f"{here}{path}")
        assert shown.status_code == 200, path
        assert '<fieldset class="stack' in shown.text
        assert " disabled>" in shown.text
        assert ">Save</button>" not in shown.text
        sent = web.post(f"{here}{path}", data={}, headers={"Sec-Fetch-Site": "same-origin"})
        assert sent.status_code == 403


def test_paying_can_be_looked_at_and_not_done_and_asks_no_provider(
    desk: Desk, web: Tab, portal: Portal
) -> None:
    tell(portal, payment_rules())
    here = root(begun(desk, web))
    shown = web.get(f"{here}/pay?invoice={INVOICE}")
    assert shown.status_code == 200
    assert '<fieldset class="stack" disabled>' in shown.text
    sent = web.post(f"{here}/pay", data={}, headers={"Sec-Fetch-Site": "same-origin"})
    assert sent.status_code == 403
