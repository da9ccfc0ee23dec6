"""Makes the README's pictures from the demo: `python -m tests.journeys.pictures`.

Each is what a browser shows at the first glance, at most 200 KB.
"""

import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.journeys.browsing import chromium, somebody
from tests.journeys.looking import DESK, PHONE
from tests.journeys.showcase import Showcase

PICTURES = Path(__file__).parent / "pictures"
COLOURS = 256
MOST_BYTES = 200_000
SHOWN = "Silberhorn"


def overview(tab: Page, demo: Showcase) -> None:
    """Show what a customer sees first."""
    tab.goto(demo.customer)


def sign_in(tab: Page, demo: Showcase) -> None:
    """Show the form behind the portal link."""
    tab.goto(demo.portal_link)


def invoices(tab: Page, demo: Showcase) -> None:
    """Show the list of invoices."""
    tab.goto(demo.customer)
    tab.get_by_role("link", name="All invoices").click()


def invoice(tab: Page, demo: Showcase) -> None:
    """Show an invoice that was paid in part."""
    invoices(tab, demo)
    row = tab.get_by_role("row").filter(has_text="Partly paid")
    row.get_by_role("link").first.click()
    tab.get_by_role("link", name="Download PDF").wait_for()


def pay(tab: Page, demo: Showcase) -> None:
    """Show what would be paid, and with what."""
    tab.goto(demo.customer)
    tab.goto(f"{tab.url.rstrip('/')}/pay?all=unpaid")


def statement(tab: Page, demo: Showcase) -> None:
    """Show a statement of account of the last three months."""
    tab.goto(demo.customer)
    tab.goto(f"{tab.url.rstrip('/')}/statement")


def details(tab: Page, demo: Showcase) -> None:
    """Show what customers keep right themselves."""
    tab.goto(demo.customer)
    tab.goto(f"{tab.url.rstrip('/')}/details")


def access(tab: Page, demo: Showcase) -> None:
    """Show the Customer Portal panel, refusing an address whose domain is granted."""
    tab.goto(demo.staff)
    group = demo.bill_group_of(tab, SHOWN)
    tab.goto(f"{demo.admin_url}/bill-groups/{group}/access")
    add(tab, "petra.lang@lang-steuerkanzlei.example", "their accountant")
    tab.locator("#grants").get_by_text("lang-steuerkanzlei.example").first.wait_for()
    add(tab, "finance@silberhorn.example")
    tab.locator("[aria-invalid]").wait_for()
    tab.evaluate("document.activeElement.blur(), scrollTo(0, 0)")


def add(tab: Page, address: str, reason: str = "") -> None:
    """Try to let one person in."""
    form = tab.locator("form").filter(has=tab.get_by_label("One person"))
    form.get_by_label("One person").fill(address)
    if reason:
        form.get_by_text("Add a reason").click()
        form.get_by_label("Reason").fill(reason)
    form.get_by_role("button", name="Add email").click()


def audit(tab: Page, demo: Showcase) -> None:
    """Show who could enter a bill group."""
    tab.goto(demo.auditor)
    tab.goto(f"{demo.admin_url}/audit/as-of?bill_group={demo.bill_group_of(tab, SHOWN)}&zone=UTC")


TO_TAKE: dict[str, tuple[Callable[[Page, Showcase], None], str, dict[str, int]]] = {
    "overview-light": (overview, "light", DESK),
    "overview-dark": (overview, "dark", DESK),
    "overview-phone": (overview, "light", PHONE),
    "sign-in-light": (sign_in, "light", {"width": 1180, "height": 620}),
    "invoices-light": (invoices, "light", DESK),
    "invoice-light": (invoice, "light", DESK),
    "pay-light": (pay, "light", DESK),
    "statement-light": (statement, "light", DESK),
    "details-light": (details, "light", DESK),
    "access-light": (access, "light", DESK),
    "audit-light": (audit, "light", {"width": 1180, "height": 756}),
}
"""Each picture's name: how to get there, the scheme, and the size of the window."""


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        chromium() as browser,
        Showcase(Path(folder)) as demo,
    ):
        for name in TO_TAKE:
            small = taken(browser, demo, name)
            (PICTURES / f"{name}.png").write_bytes(small)
            print(f"{name}: {len(small) // 1000} KB")  # noqa: T201 - what somebody at a terminal reads


def taken(browser: Browser, demo: Showcase, name: str) -> bytes:
    """Take one picture, in as few colours as screens of text need."""
    lead, scheme, size = TO_TAKE[name]
    person = somebody(browser, viewport=size, color_scheme=scheme, device_scale_factor=1.5)
    tab = person.new_page()
    lead(tab, demo)
    tab.evaluate("document.fonts.ready.then(() => true)")
    shot = Image.open(BytesIO(tab.screenshot())).convert("RGB")
    person.close()
    small = BytesIO()
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    assert small.tell() <= MOST_BYTES, f"{name} has {small.tell()} bytes"
    return small.getvalue()


if __name__ == "__main__":
    main()
