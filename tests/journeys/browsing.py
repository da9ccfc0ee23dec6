"""Debian's chromium, as the journeys drive it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
]
PATIENCE = 20_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open the browser; without one the test is skipped, or fails where a browser is required."""
    if CHROMIUM is None:
        words = "there is no chromium on the path; Debian's package `chromium` brings it"
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1":
            pytest.fail(words)
        pytest.skip(words)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def somebody(browser: Browser, **habits: object) -> BrowserContext:
    """Give somebody a browser of their own: nothing is shared with the others."""
    context = browser.new_context(**{"locale": "en-GB", "timezone_id": "Europe/Berlin", **habits})  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    return context
