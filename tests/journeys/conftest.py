"""What journeys share: a browser, a mail server, and installations that run."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.databases import Databases
from tests.journeys.browsing import chromium, somebody
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import RunningPortal
from tests.journeys.showcase import Showcase


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the processes said when a story fails."""
    report = yield
    portal = item.funcargs.get("running")
    if report.failed and isinstance(portal, RunningPortal):
        report.sections.append(("what the portal said", portal.said()))
    return report


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module's stories; each person in it has a context of their own."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showcase]:
    """The demo's company, served once for all pages."""
    with Showcase(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab of somebody new."""
    context = somebody(browser)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    """The mail server that the portal sends through."""
    with Mailbox() as server:
        yield server


@pytest.fixture(params=["one command on SQLite", "processes apart on PostgreSQL"])
def running(
    request: pytest.FixtureRequest,
    browser: Browser,
    mailbox: Mailbox,
    databases: Databases,
    tmp_path: Path,
) -> Iterator[RunningPortal]:
    """A portal that serves an empty database, in both ways of running it."""
    if request.param == "one command on SQLite":
        with RunningPortal(tmp_path, mailbox.port, {}) as portal:
            portal.start("serve")
            yield portal
        return
    with (
        databases.fresh("postgresql", tmp_path) as url,
        databases.fresh("postgresql", tmp_path) as keys,
        RunningPortal(
            tmp_path, mailbox.port, {"PORTAL_DATABASE_URL": url, "PORTAL_KEYS_URL": keys}
        ) as portal,
    ):
        portal.start("web", "admin", "worker")
        yield portal
