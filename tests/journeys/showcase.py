"""The demo as a stranger starts it, and the links that it prints."""

import re
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from playwright.sync_api import Page

from tests.journeys.running import environment, portal_command, stop, two_ports

PATIENCE = 120.0
LINK = re.compile(r"^  (http\S+)$", re.MULTILINE)


class Showcase:
    """`portal demo`: a believable company with customers, staff and an auditor."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "demo.log"
        port = two_ports()
        self.web_url = f"http://localhost:{port}"
        self.admin_url = f"http://admin.localhost:{port + 1}"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                portal_command("demo", "--port", str(port)), env=environment({}), cwd=folder,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def __enter__(self) -> Self:
        deadline = time.monotonic() + PATIENCE
        while "Ready after" not in self.said():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)
        links = LINK.findall(self.said())
        self.portal_link, self.mails, self.customer, self.staff, self.auditor, self.till = links
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        stop(self._process)

    def said(self) -> str:
        """Give what the command printed."""
        return self._log.read_text()

    def mailed_link(self, tab: Page, address: str) -> str:
        """Wait on the page of mails for the newest one to an address, and give its link."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            tab.goto(self.mails)
            mail = tab.get_by_role("row").filter(has_text=address).first
            if mail.count():
                mail.get_by_role("link").first.click()
                found = re.search(r"(http\S+#[\w-]+)", tab.locator("main").inner_text())
                assert found, tab.locator("main").inner_text()
                return found[1]
        raise AssertionError(f"no mail to {address}")

    def bill_group_of(self, tab: Page, account: str) -> UUID:
        """Look up the first bill group of an account, as signed-in staff."""
        tab.goto(f"{self.admin_url}/accounts?q={account}")
        tab.get_by_role("link", name=account).first.click()
        url = tab.get_by_role("link", name="Customer Portal").first.get_attribute("href") or ""
        return UUID(url.split("/")[2])
