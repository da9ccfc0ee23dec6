"""What nobody should have to put up with on a page: axe's findings, scrolling sideways, errors."""

from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK = {"width": 1180, "height": 900}
PHONE = {"width": 390, "height": 844}


class Looker:
    """Looks at one page after another in a tab and keeps what is wrong with each."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.faults: list[str] = []
        tab.on("console", self._hear)
        tab.on("pageerror", lambda error: self._note(str(error)))

    def at(self, *urls: str) -> None:
        """Open pages and look at each."""
        for url in urls:
            self.tab.goto(url)
            self.look()

    def look(self, state: str = "") -> None:
        """Look at the page as it stands: in light, in the dark, and on a phone."""
        self.tab.evaluate(AXE)
        for scheme in ("light", "dark"):
            self.tab.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            found = self.tab.evaluate(
                "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})",
                RULES if scheme == "light" else {"type": "rule", "values": ["color-contrast"]},
            )
            for one in found["violations"]:
                for node in one["nodes"]:
                    self._note(f"{state} {scheme}: {one['id']}: {node['html'][:300]}")
        self.tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
        sideways = self.tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if sideways > 0:
            self._note(f"{state} scrolls sideways on a phone, by {sideways} px")
        self.tab.set_viewport_size(DESK)  # type: ignore[arg-type]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._note(message.text)

    def _note(self, words: str) -> None:
        self.faults.append(f"{self.tab.url}: {words}")
