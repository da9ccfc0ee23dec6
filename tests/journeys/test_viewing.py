"""What people see: staff before anybody is let in, and customers without script or mouse."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, expect

from tests.importing import EXAMPLES
from tests.journeys.browsing import somebody
from tests.journeys.customers import Customer
from tests.journeys.looking import Looker
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import RunningPortal
from tests.journeys.staff import StaffMember

pytestmark = pytest.mark.browser

MARA = "mara@northwind.example"


class Opened(msgspec.Struct):
    """A portal that is on, with the staff member who opened it, and its link."""

    running: RunningPortal
    mara: StaffMember
    link: str


@pytest.fixture(scope="module")
def opened(
    browser: Browser, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Opened]:
    """Acme's main bill group with many invoices is open; its spare one is off and empty."""
    folder = tmp_path_factory.mktemp("portal")
    with RunningPortal(folder, mailbox.port, {}) as running:
        running.start("serve")
        running.command("staff", "add", MARA, "--name", "Mara Okafor")
        running.command("import", str(EXAMPLES / "company.jsonl"), str(more_rows(folder)))
        mara = StaffMember(somebody(browser), running.admin_url, MARA)
        mara.sign_in(mailbox)
        mara.open_portal_of("Acme Manufacturing Ltd", "Acme main")
        mara.grant_domain("acme.example")
        mara.turn_on()
        yield Opened(running, mara, mara.copy_portal_link())


def more_rows(folder: Path) -> Path:
    """Write the rows of a bill group with nothing in it, and of 30 invoices in the main one."""
    rows = [spare_group(), *(open_invoice(number) for number in range(3001, 3031))]
    path = folder / "more.jsonl"
    path.write_bytes(b"\n".join(msgspec.json.encode(row) for row in rows))
    return path


def spare_group() -> dict[str, Any]:
    return {
        "kind": "bill_group", "external_id": "acme-spare", "account": "acme",
        "entity": "northwind-de", "name": "Acme spare", "currency": "EUR", "language": "en",
        "frequency": {"unit": "month"},
    }  # fmt: skip


def open_invoice(number: int) -> dict[str, Any]:
    issued = date(2023, 1, 1) + timedelta(days=30 * (number - 3001))
    return {
        "kind": "invoice", "external_id": f"inv-{number}", "bill_group": "acme-main",
        "status": "issued", "number": f"R-{number}", "currency": "EUR", "issued_on": str(issued),
        "lines": [{"description": "Platform", "amount": "100.00"}], "total": "100.00",
    }  # fmt: skip


def test_staff_preview_an_empty_portal_that_is_off_and_can_change_nothing_in_it(
    opened: Opened,
) -> None:
    mara, tab = opened.mara, opened.mara.tab
    mara.open_portal_of("Acme Manufacturing Ltd", "Acme spare")
    panel = tab.url
    tab.get_by_role("button", name="Preview portal").click()
    banner = tab.get_by_role("region", name="Preview")
    expect(banner).to_contain_text("Preview for Mara Okafor")
    root = tab.url.rstrip("/")
    expect(tab.get_by_text("Nothing to pay")).to_be_visible()
    looker = Looker(tab)
    looker.at(
        f"{root}/",
        f"{root}/invoices",
        f"{root}/subscriptions",
        f"{root}/payment-methods",
        f"{root}/details",
        f"{root}/upcoming",
    )
    refused = tab.evaluate("url => fetch(url, {method: 'POST'}).then(it => it.status)", f"{root}/")
    assert refused in {403, 405}
    refused = tab.evaluate(
        "url => fetch(url, {method: 'POST'}).then(it => it.status)", f"{root}/sign-out"
    )
    assert refused == 403
    tab.get_by_role("button", name="End preview").click()
    expect(banner).not_to_be_visible()
    tab.goto(f"{root}/invoices")
    expect(tab.get_by_role("heading", name="The preview is over")).to_be_visible()
    looker.look()
    assert looker.faults == []
    tab.goto(panel)
    expect(tab.locator("#history")).to_contain_text("previewed by Mara Okafor")


def test_a_customer_without_javascript_signs_in_by_the_code_filters_and_pages(
    opened: Opened, browser: Browser, mailbox: Mailbox
) -> None:
    lena = Customer(somebody(browser, java_script_enabled=False), "lena@acme.example")
    lena.ask_to_sign_in(opened.link)
    letter = lena.read_mail(mailbox)
    lena.tab.goto(letter.link)
    lena.type_the_code(letter)
    lena.open("Invoices")
    expect(lena.tab.get_by_role("row")).to_have_count(26)
    lena.tab.get_by_role("link", name="Next").click()
    expect(lena.tab.get_by_role("link", name="R-3001", exact=True)).to_be_visible()
    lena.tab.get_by_role("link", name="Previous").click()
    lena.tab.get_by_role("searchbox").fill("3007")
    lena.tab.get_by_role("button", name="Show").click()
    expect(lena.tab.get_by_role("row")).to_have_count(2)
    lena.tab.get_by_role("link", name="Clear").click()
    lena.tab.get_by_role("navigation", name="Status").get_by_role("link", name="Void").click()
    lena.open_invoice("R-1002")
    expect(lena.tab.get_by_text("This invoice is void.")).to_be_visible()


def test_a_customer_without_a_mouse_signs_in_and_reads_an_invoice(
    opened: Opened, browser: Browser, mailbox: Mailbox
) -> None:
    omar = Customer(somebody(browser), "omar@acme.example")
    keys = omar.tab.keyboard
    omar.tab.goto(opened.link)
    expect(omar.tab.get_by_label("Email address")).to_be_focused()
    keys.type(omar.address)
    keys.press("Enter")
    letter = omar.read_mail(mailbox)
    omar.tab_to(omar.tab.get_by_label("Code"))
    keys.type(letter.code)
    keys.press("Enter")
    omar.sees_the_overview()
    keys.press("Tab")
    expect(omar.tab.get_by_role("link", name="Skip to content")).to_be_focused()
    omar.tab_to(omar.tab.get_by_role("navigation").get_by_role("link", name="Invoices"))
    keys.press("Enter")
    omar.tab_to(omar.tab.get_by_role("link", name="R-1001", exact=True))
    keys.press("Enter")
    expect(omar.heading("R-1001")).to_be_visible()
    omar.tab_to(omar.tab.get_by_role("link", name="Download PDF"))
    with omar.tab.expect_download():
        keys.press("Enter")
