"""The main job, from a grant to its revocation, in both ways of running the portal."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect

from tests.importing import EXAMPLES
from tests.journeys.browsing import somebody
from tests.journeys.customers import Customer
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import RunningPortal
from tests.journeys.staff import Auditor, StaffMember

pytestmark = pytest.mark.browser

JANE = "jane.porter@acme.example"
TOM = "tom.reid@acme.example"
RUNE = "rune@northwind.example"
MARA = "mara@northwind.example"


def test_staff_grant_a_domain_a_customer_comes_in_and_an_auditor_replays_it(
    running: RunningPortal, browser: Browser, mailbox: Mailbox
) -> None:
    running.command("staff", "add", MARA, "--name", "Mara Okafor")
    running.command("staff", "add", RUNE, "--name", "Rune Dahl", "--role", "auditor")
    running.command("import", str(EXAMPLES / "company.jsonl"), str(EXAMPLES / "invoices.csv"))

    mara = StaffMember(somebody(browser), running.admin_url, MARA)
    mara.sign_in(mailbox)
    mara.open_portal_of("Acme Manufacturing Ltd", "Acme main")
    mara.grant_domain("acme.example")
    mara.turn_on()
    link = mara.copy_portal_link()

    jane = Customer(somebody(browser), JANE)
    jane.ask_to_sign_in(link)
    jane.press_the_button(jane.read_mail(mailbox))
    expect(jane.tab.get_by_text("€173.00").first).to_be_visible()
    jane.open("Invoices")
    expect(jane.tab.get_by_role("link", name="R-1001", exact=True)).to_be_visible()
    assert "inv-1003" not in jane.tab.content(), "a draft leaked"
    jane.open_invoice("R-2001")
    printed = jane.download_pdf()
    assert "R-2001" in printed
    assert "312,500" in printed
    assert "Northwind Software GmbH" in printed

    tom, phone_of_tom = Customer(somebody(browser), TOM), Customer(somebody(browser), TOM)
    tom.ask_to_sign_in(link)
    letter = tom.read_mail(mailbox)
    phone_of_tom.tab.goto(letter.link)
    expect(phone_of_tom.heading("Type the code instead")).to_be_visible()
    tom.type_the_code(letter)
    tom.open("Invoices")

    before = datetime.now(UTC)
    mara.tab.reload()
    expect(mara.grant("acme.example")).to_contain_text("2 people have signed in")
    mara.revoke("acme.example", "the pilot is over")
    for customer in (jane, tom):
        customer.tab.get_by_role("link", name="Subscriptions").click()
        expect(customer.heading("Sign in")).to_be_visible()

    rune = Auditor(somebody(browser), running.admin_url, RUNE)
    rune.sign_in(mailbox)
    rune.ask_who_could_enter("Acme main", before)
    expect(rune.row("acme.example", "Mara Okafor")).to_be_visible()
    rune.ask_who_could_enter("Acme main", datetime.now(UTC))
    expect(rune.tab.get_by_text("No rule stood")).to_be_visible()
    rune.ask_who_signed_in("Acme main")
    expect(rune.row("Signed in", JANE)).to_contain_text("acme.example")
    expect(rune.row("Signed in", TOM)).to_contain_text("acme.example")
    rune.ask_what_was_granted()
    expect(rune.row("acme.example", "the pilot is over")).to_contain_text("Mara Okafor")
