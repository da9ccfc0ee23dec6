"""What a customer does in the portal, in their words."""

from io import BytesIO
from pathlib import Path

from playwright.sync_api import BrowserContext, Download, Locator, expect
from pypdf import PdfReader

from tests.journeys.mailbox import Letter, Mailbox


class Customer:
    """Somebody at a customer's company, with one browser."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.tab = context.new_page()
        self.address = address

    def ask_to_sign_in(self, portal_link: str) -> None:
        """Open the portal link and type the address."""
        self.tab.goto(portal_link)
        self.tab.get_by_label("Email address").fill(self.address)
        self.tab.get_by_role("button", name="Send me a link and a code").click()
        expect(self.heading("Check your mail")).to_be_visible()

    def read_mail(self, mailbox: Mailbox) -> Letter:
        """Wait for the sign-in mail."""
        return mailbox.await_letter(self.address, "Sign in")

    def press_the_button(self, letter: Letter) -> None:
        """Open the mail's link here and confirm."""
        self.tab.goto(letter.link)
        self.tab.get_by_role("button", name=f"Sign in as {self.address}").click()
        self.sees_the_overview()

    def type_the_code(self, letter: Letter) -> None:
        """Type the mail's code where the sign-in was asked for."""
        self.tab.get_by_label("Code").fill(letter.code.lower())
        self.tab.get_by_role("button", name="Sign in").click()
        self.sees_the_overview()

    def sees_the_overview(self) -> None:
        """Be in."""
        expect(self.tab.get_by_role("link", name="Overview")).to_have_attribute(
            "aria-current", "page"
        )

    def open(self, tab: str) -> None:
        """Go to one of the portal's pages."""
        self.tab.get_by_role("navigation").get_by_role("link", name=tab).click()
        expect(self.tab.get_by_role("navigation").get_by_role("link", name=tab)).to_have_attribute(
            "aria-current", "page"
        )

    def open_invoice(self, number: str) -> None:
        """Open one invoice from the list."""
        self.tab.get_by_role("link", name=number, exact=True).click()
        expect(self.heading(number)).to_be_visible()

    def download_pdf(self) -> str:
        """Download the open invoice's PDF and read its text."""
        with self.tab.expect_download() as coming:
            self.tab.get_by_role("link", name="Download PDF").click()
        return words_of(coming.value)

    def tab_to(self, wanted: Locator) -> None:
        """Press the Tab key until something has the focus, and see that it shows."""
        expect(wanted).to_be_visible()
        for _ in range(80):
            self.tab.keyboard.press("Tab")
            if wanted.evaluate("it => it === document.activeElement"):
                look = wanted.evaluate("it => getComputedStyle(it).outlineStyle")
                assert look != "none", f"no focus to be seen on {wanted}"
                return
        raise AssertionError(f"the Tab key does not reach {wanted}")

    def heading(self, words: str) -> Locator:
        """Find a heading."""
        return self.tab.get_by_role("heading", name=words)


def words_of(download: Download) -> str:
    """Read a PDF, with every gap between words as one space."""
    pages = PdfReader(BytesIO(Path(download.path()).read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
