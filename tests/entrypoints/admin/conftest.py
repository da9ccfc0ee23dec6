"""What the tests of the admin may ask for."""

from collections.abc import Iterator

import pytest

from entrypoints.container import Portal
from tests.entrypoints.admin.desk import Desk, desk_of


@pytest.fixture
def desk(portal: Portal) -> Iterator[Desk]:
    """A browser at the admin, on a portal without staff."""
    with desk_of(portal) as browser:
        yield browser
