"""One charge from two tabs, through any order of webhooks, and for whoever is killed while paying.

`paying_drill` does it n times.
"""

import random
from pathlib import Path

import pytest

from entrypoints.container import Portal
from tests.crash.paying_drill import MOMENTS, from_two_tabs, killed, lend, seller, shuffled
from tests.paying import till_of
from tests.sandbox_provider import running


def test_two_tabs_that_are_pressed_twice_charge_once(portal: Portal) -> None:
    till = till_of(portal)
    lend(portal, till.port)
    for number in range(5):
        assert from_two_tabs(till, f"NW-{number}") == []


def test_webhooks_in_any_order_twice_each_and_before_the_answer_record_once(
    portal: Portal,
) -> None:
    till = till_of(portal)
    lend(portal, till.port)
    for number in range(6):
        assert shuffled(till, f"NW-{number}", random.Random(number)) == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_whoever_is_killed_while_paying_has_paid_once(
    portal: Portal, tmp_path: Path, moment: str
) -> None:
    till_of(portal)
    with running(tmp_path, portal.clock()) as sandbox:
        seller(portal, sandbox)
        assert killed(portal, sandbox, "NW-1", moment) == []
