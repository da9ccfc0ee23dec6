"""A seller and a street of browsers, on both databases."""

from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from entrypoints.container import Portal
from entrypoints.logs import set_up_logs
from tests.entrypoints.web.customers import Browser, Seller, Street, street


@pytest.fixture
def seller(portal: Portal) -> Seller:
    """The seller, with nothing but itself recorded."""
    return Seller(portal)


@pytest.fixture
def browsers(portal: Portal) -> Iterator[Street]:
    """Browsers on one running app."""
    with street(portal) as running:
        yield running


@pytest.fixture
def browser(browsers: Street) -> Browser:
    """One browser."""
    return browsers.browser()


@pytest.fixture
def logs() -> Iterator[StringIO]:
    """Everything that is logged, set up as a server does but for where it is written."""
    written = StringIO()
    set_up_logs()
    into = structlog.PrintLoggerFactory(file=written)
    structlog.configure(logger_factory=into, cache_logger_on_first_use=False)
    yield written
    structlog.reset_defaults()
