"""A seller and a street of browsers, on both databases."""

from collections.abc import Iterator

import pytest

from entrypoints.container import Portal
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
