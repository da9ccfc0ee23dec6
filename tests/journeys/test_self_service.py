"""A customer keeps their own details right: a VAT number, and where invoices go."""

from collections.abc import Iterator

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

MARA, JANE, NEW = "mara@northwind.example", "jane@acme.example", "invoices@acme.example"


@pytest.fixture(scope="module")
def mara(
    browser: Browser, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StaffMember]:
    """A staff member who has opened Acme's portal."""
    with RunningPortal(tmp_path_factory.mktemp("portal"), mailbox.port, {}) as running:
        running.start("serve")
        running.command("staff", "add", MARA, "--name", "Mara Okafor")
        running.command("import", str(EXAMPLES / "company.jsonl"))
        opened = StaffMember(somebody(browser), running.admin_url, MARA)
        opened.sign_in(mailbox)
        opened.open_portal_of("Acme Manufacturing Ltd", "Acme main")
        opened.grant_domain("acme.example")
        opened.turn_on()
        yield opened


@pytest.fixture(scope="module")
def jane(browser: Browser, mailbox: Mailbox, mara: StaffMember) -> Customer:
    """Somebody of Acme, signed in."""
    customer = Customer(somebody(browser), JANE)
    customer.ask_to_sign_in(mara.copy_portal_link())
    customer.press_the_button(customer.read_mail(mailbox))
    return customer


def change(jane: Customer, detail: str, typed: str) -> None:
    """Change a detail in its place, with the keyboard alone."""
    tab = jane.tab
    jane.tab_to(tab.locator("#details").get_by_role("link", name=detail))
    tab.keyboard.press("Enter")
    field = tab.get_by_label(detail)
    expect(field).to_be_focused()
    field.fill(typed)
    tab.keyboard.press("Enter")


def test_a_wrong_vat_number_is_explained_and_a_right_one_is_kept(jane: Customer) -> None:
    jane.open("Details & contacts")
    tab = jane.tab
    tab.evaluate("window.stayed = true")
    change(jane, "VAT number", "GB980780685")
    error = tab.locator("#vat_number-error")
    expect(error).to_contain_text("United Kingdom")
    expect(error).to_contain_text("GB980780684")
    expect(tab.get_by_label("VAT number")).to_have_value("GB980780685")

    tab.get_by_label("VAT number").fill("980 7806 84")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("#details")).to_contain_text("GB980780684")
    expect(tab.locator("#details")).to_contain_text("The VAT number is saved")
    assert tab.evaluate("window.stayed"), "only the card was exchanged"


def test_another_country_shows_its_fields_and_checks_the_vat_number_again(jane: Customer) -> None:
    jane.open("Details & contacts")
    tab = jane.tab
    tab.locator("#billing").get_by_role("link", name="Change").click()
    expect(tab.get_by_label("City")).to_be_visible()
    tab.get_by_label("Country").select_option("JP")
    expect(tab.get_by_label("Prefecture")).to_be_visible()
    expect(tab.get_by_label("City")).to_have_count(0)
    tab.get_by_label("Country").select_option("FR")
    tab.get_by_label("City").fill("Paris")
    tab.get_by_label("Postal code").fill("75001")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("#details")).to_contain_text("is no number of France")


def test_a_new_billing_email_takes_effect_when_its_mailbox_confirms_it(
    jane: Customer, mailbox: Mailbox, mara: StaffMember, browser: Browser
) -> None:
    jane.open("Details & contacts")
    tab = jane.tab
    before = tab.locator("#billing dd").nth(2).inner_text()
    tab.locator("#billing").get_by_role("link", name="Change").click()
    tab.get_by_label("Email").fill(NEW)
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("#billing")).to_contain_text("becomes the billing email")
    expect(tab.locator("#billing")).to_contain_text(before)

    letter = mailbox.await_letter(NEW)
    elsewhere = somebody(browser).new_page()
    elsewhere.goto(letter.link)
    expect(elsewhere.get_by_role("button", name="Confirm this address")).to_have_count(1)
    expect(elsewhere.get_by_label("Code")).to_be_visible()

    tab.goto(letter.link)
    tab.get_by_role("button", name="Confirm this address").click()
    expect(jane.heading("The billing email is confirmed")).to_be_visible()
    assert NEW in mailbox.await_letter(NEW).text
    tab.get_by_role("link", name="Details & contacts").click()
    expect(tab.locator("#billing")).to_contain_text(NEW)

    elsewhere.reload()
    expect(elsewhere.get_by_role("heading", name="This is confirmed already")).to_be_visible()
    staff = mara.tab
    staff.goto(f"{mara.admin_url}/accounts")
    staff.goto(f"{mara.admin_url}{_group_path(tab.url)}/changes")
    row = staff.get_by_role("row").filter(has_text=NEW)
    expect(row).to_contain_text(JANE)
    row.get_by_role("button", name="Undo").click()
    expect(staff.get_by_role("status")).to_contain_text("The change is undone")
    tab.reload()
    expect(tab.locator("#billing")).to_contain_text(before)


def _group_path(url: str) -> str:
    return "/bill-groups/" + url.partition("/b/")[2].partition("/")[0]


def test_nothing_on_these_pages_keeps_anybody_out(jane: Customer, mara: StaffMember) -> None:
    looker = Looker(jane.tab)
    root = jane.tab.url.partition("/details")[0]
    forms = ("po-number", "vat-number", "registration-number", "default-payment-method")
    looker.at(
        f"{root}/details",
        *(f"{root}/details/{path}" for path in forms),
        f"{root}/contacts/billing",
        f"{root}/contacts/shipping",
    )
    jane.tab.get_by_label("Name").fill("")
    jane.tab.get_by_role("button", name="Save").click()
    looker.look("with errors")
    staff = Looker(mara.tab)
    staff.at(f"{mara.admin_url}{_group_path(root + '/')}/changes")
    assert looker.faults + staff.faults == []
