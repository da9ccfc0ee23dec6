"""People between whom money is under way: who pays at the customer, who looks after it."""

from datetime import date

from playwright.sync_api import BrowserContext, Locator, expect

from application.staff_session import open_demo_door
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.admin.guard import session_jar
from tests.entrypoints.admin.desk import staff_member
from tests.entrypoints.customers import ADDRESS, tell
from tests.journeys.customers import Customer
from tests.journeys.looking import Looker
from tests.journeys.mailbox import Letter
from tests.journeys.passing_days import PassingDays
from tests.journeys.test_paying import Shop
from tests.read_models import books

GROUP = books.named("ACME")
LINK = "a-link-that-nobody-guesses"


class Payer(Customer):
    """Somebody at ACME; their mailbox is the billing contact's."""

    def __init__(self, context: BrowserContext, days: PassingDays) -> None:
        super().__init__(context, ADDRESS)
        self.days = days
        self.shop = Shop(days.portal, days.web_url, self.tab)
        self.looker = Looker(self.tab)
        access = PortalAccess(portal_access_id(GROUP))
        access.turn_on(GROUP, LINK, by=books.BY)
        access.grant_address(GROUP, books.named("grant"), ADDRESS, by=books.BY)
        tell(days.portal, access)

    def owe(self, number: str, due_on: date) -> None:
        """Have an invoice of 119.00 EUR from the billing system."""
        tell(self.days.portal, books.invoice(number, issued_on=date(2027, 1, 6), due_on=due_on))

    def come_in(self) -> None:
        """Sign in by mail, as on every day: a session lasts no longer."""
        self.ask_to_sign_in(f"{self.days.web_url}/p/{LINK}")
        self.press_the_button(self.letter("Sign in"))

    def letter(self, about: str) -> Letter:
        """Wait for the next mail about something."""
        return self.days.mailbox.await_letter(ADDRESS, about)

    def add_default(self, method: str) -> None:
        """Add a method on the provider's page, and make it the default."""
        self.shop.open("/payment-methods")
        self.shop.press("Add a payment method")
        self.shop.use(method)
        self.shop.sees("The payment method is added")
        self.shop.press("Make default")
        expect(self.tab.get_by_text("The default payment method is saved.")).to_be_visible()

    def balance(self) -> Locator:
        """Open the overview, and give the card on top."""
        self.shop.open("/")
        return self.tab.locator("section").filter(has_text="Outstanding balance")

    def invoice(self, number: str) -> Locator:
        """Open an invoice, and give its page."""
        self.shop.open("/invoices")
        self.open_invoice(number)
        return self.tab.locator("main")

    def auto_pay(self) -> Locator:
        """Open the payment methods, and give what auto-pay collects."""
        self.shop.open("/payment-methods")
        return self.tab.locator("main")


class BillingStaff:
    """Somebody at the seller who looks after payments."""

    def __init__(self, context: BrowserContext, days: PassingDays) -> None:
        self.context, self.days = context, days
        self.staff_id = staff_member(days.portal, "mara@northwind.example", "billing")
        self.tab = context.new_page()
        self.looker = Looker(self.tab)

    def come_in(self) -> None:
        """Have a session; it lasts for a day at most."""
        secret = open_demo_door(self.staff_id, self.days.portal.staff_door())
        name = session_jar(self.days.portal).name
        self.context.add_cookies([{"name": name, "value": secret, "url": self.days.admin_url}])

    def open(self, path: str) -> Locator:
        """Open a page of the admin, and give what is on it."""
        self.tab.goto(f"{self.days.admin_url}{path}")
        return self.tab.locator("main")

    def charges(self, status: str) -> Locator:
        """Look at the provider's own dashboard for what it was asked to charge."""
        room = self.days.sandbox.room
        self.tab.goto(f"{room.url}{room.dashboard}")
        return self.tab.get_by_role("row").filter(has_text="€119.00").filter(has_text=status)
