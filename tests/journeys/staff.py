"""What staff members and auditors do in the admin, in their words."""

from datetime import UTC, datetime
from pathlib import Path

import pyotp
from playwright.sync_api import BrowserContext, Locator, expect

from tests.journeys.mailbox import Mailbox


class StaffMember:
    """Somebody at the seller, with one browser and one authenticator app."""

    def __init__(self, context: BrowserContext, admin_url: str, address: str) -> None:
        self.admin_url = admin_url
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=admin_url)
        self.tab = context.new_page()
        self.address = address
        self.app: pyotp.TOTP | None = None

    def sign_in(self, mailbox: Mailbox) -> None:
        """Sign in for the first time: by the mail's link, then with an authenticator app."""
        self.tab.goto(f"{self.admin_url}/sign-in")
        self.tab.get_by_label("Email").fill(self.address)
        self.tab.get_by_role("button", name="Send the mail").click()
        expect(self.heading("Check your mail")).to_be_visible()
        self.tab.goto(mailbox.await_letter(self.address).link)
        self.tab.get_by_role("button", name="Sign in").click()
        self._enrol()

    def _enrol(self) -> None:
        expect(self.heading("Set up your second factor")).to_be_visible()
        key = self.tab.locator("code").inner_text().replace(" ", "")
        self.app = pyotp.TOTP(key)
        self.tab.get_by_label("The code that the app shows now").fill(self.app.now())
        self.tab.get_by_role("button", name="Confirm").click()
        expect(self.heading("Your recovery codes")).to_be_visible()
        self.tab.get_by_role("link", name="I saved them").click()
        expect(self.heading("Your recovery codes")).not_to_be_visible()

    def open(self, tab: str) -> None:
        """Go to one of the admin's pages."""
        self.tab.get_by_role("navigation").get_by_role("link", name=tab).click()

    def open_portal_of(self, account: str, bill_group: str) -> None:
        """Find an account and open the Customer Portal panel of one of its bill groups."""
        self.tab.goto(f"{self.admin_url}/accounts")
        self.tab.get_by_role("searchbox", name="Search by name").fill(account)
        self.tab.get_by_role("button", name="Show").click()
        self.tab.get_by_role("link", name=account, exact=True).click()
        expect(self.heading(account)).to_be_visible()
        row = self.tab.get_by_role("row").filter(has_text=bill_group)
        row.get_by_role("link", name="Customer Portal").click()
        expect(self.heading("Customer Portal")).to_be_visible()

    def turn_on(self) -> None:
        """Switch the portal on."""
        self.tab.get_by_role("button", name="Turn on").click()
        expect(self.tab.get_by_role("link", name="Turn off")).to_be_visible()

    def grant_domain(self, domain: str) -> None:
        """Let everyone at a domain in."""
        self.tab.get_by_label("Everyone at a domain").fill(domain)
        self.tab.get_by_role("button", name="Add domain").click()
        expect(self.grant(domain)).to_be_visible()

    def revoke(self, value: str, reason: str) -> None:
        """Take a grant back."""
        self.grant(value).get_by_role("link", name="Revoke").click()
        self.tab.get_by_label("Reason").fill(reason)
        self.tab.get_by_role("button", name="Revoke").click()
        expect(self.grant(value)).not_to_be_visible()

    def copy_portal_link(self) -> str:
        """Press the button that copies the portal link, and paste."""
        self.tab.get_by_role("button", name="Copy portal link").click()
        expect(self.tab.get_by_role("button", name="Copied")).to_be_visible()
        pasted: str = self.tab.evaluate("navigator.clipboard.readText()")
        assert pasted == self.tab.get_by_role("textbox", name="Portal link").input_value()
        return pasted

    def grant(self, value: str) -> Locator:
        """Find the row of a grant."""
        return self.tab.locator("#grants").get_by_role("row").filter(has_text=value)

    def heading(self, words: str) -> Locator:
        """Find a heading."""
        return self.tab.get_by_role("heading", name=words, exact=True)


class Auditor(StaffMember):
    """Somebody who replays who had access."""

    def ask_who_could_enter(self, bill_group: str, at: datetime) -> None:
        """Ask for the rules of a moment."""
        form = self._question("could")
        form.get_by_label("Bill group").fill(bill_group)
        form.get_by_label("At optional", exact=True).fill(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
        form.get_by_label("Time zone").select_option("UTC")
        form.get_by_role("button", name="Who could enter?").click()
        expect(self.heading(f"Who could enter {bill_group}")).to_be_visible()

    def ask_who_signed_in(self, bill_group: str) -> None:
        """Ask for the sign-ins of all time."""
        form = self._question("did")
        form.get_by_label("Bill group").fill(bill_group)
        form.get_by_role("button", name="Who signed in?").click()
        expect(self.heading("Who signed in")).to_be_visible()

    def ask_what_was_granted(self) -> None:
        """Ask for all grants and revocations."""
        self.tab.goto(f"{self.admin_url}/audit")
        self.tab.get_by_role("link", name="All grants and revocations").click()
        expect(self.heading("What was granted and revoked")).to_be_visible()

    def take_the_record(self, target: Path) -> str:
        """Download the record with its proof, and note the key that signs."""
        self.tab.goto(f"{self.admin_url}/audit")
        self.tab.get_by_role("link", name="The record and its proof").click()
        expect(self.heading("The record and its proof")).to_be_visible()
        key: str = self.tab.get_by_label("The key that signs").input_value()
        with self.tab.expect_download() as download:
            self.tab.get_by_role("button", name="Download the record").click()
        download.value.save_as(target)
        return key

    def row(self, *words: str) -> Locator:
        """Find the row of an answer that holds all these words."""
        rows = self.tab.get_by_role("row")
        for each in words:
            rows = rows.filter(has_text=each)
        return rows

    def _question(self, name: str) -> Locator:
        self.tab.goto(f"{self.admin_url}/audit")
        return self.tab.locator(f"#{name}")
