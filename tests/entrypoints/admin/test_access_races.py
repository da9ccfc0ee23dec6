"""Two of the staff click at the same instant: the rules of access hold all the same."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from uuid import UUID

import pytest

from entrypoints.container import Portal
from read_models import access_panel
from tests.entrypoints.admin.books import ACME, customer, seller
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member

PANEL = f"/bill-groups/{ACME}/access"


@pytest.fixture
def acme(portal: Portal) -> Portal:
    """A portal with a customer."""
    seller(portal)
    customer(portal)
    return portal


def at_once(portal: Portal, *clicks: Callable[[Desk], int]) -> list[int]:
    """Let several members of the staff, each in a browser of their own, click at once."""
    start = Barrier(len(clicks))

    def click(desk: Desk, sending: Callable[[Desk], int]) -> int:
        start.wait()
        return sending(desk)

    with ExitStack() as browsers, ThreadPoolExecutor(len(clicks)) as hands:
        desks = [browsers.enter_context(desk_of(portal)) for _ in clicks]
        for desk in desks:
            name = portal.ids().uuid7().hex
            desk.come_in(staff_member(portal, f"{name}@seller.example", "billing"))
            desk.open(PANEL)
        return list(hands.map(click, desks, clicks))


def grant(kind: str, **fields: str) -> Callable[[Desk], int]:
    return lambda desk: desk.send(f"{PANEL}/{kind}", **fields).status_code


def granted(portal: Portal) -> list[str]:
    with portal.reading() as connection:
        return [one.value for one in access_panel.grants(connection, ACME)]


def test_a_domain_and_one_of_its_addresses_are_never_both_granted(acme: Portal) -> None:
    answers = at_once(
        acme,
        grant("domains", domain="acme.example"),
        grant("addresses", address="ane@acme.example"),
    )
    assert sorted(answers) == [200, 422]
    assert granted(acme) in (["acme.example"], ["ane@acme.example"])


def test_the_same_domain_is_granted_once(acme: Portal) -> None:
    same = grant("domains", domain="acme.example")
    assert sorted(at_once(acme, same, same, same)) == [200, 422, 422]
    assert granted(acme) == ["acme.example"]


def test_two_grants_that_do_not_meet_are_both_given(acme: Portal) -> None:
    unrelated = ["a.example", "b.example"]
    answers = at_once(acme, *(grant("domains", domain=domain) for domain in unrelated))
    assert answers == [200, 200]
    assert granted(acme) == unrelated


def test_a_grant_is_revoked_once(acme: Portal) -> None:
    ids: list[UUID] = []

    def revoke(desk: Desk) -> int:
        return desk.send(f"{PANEL}/grants/{ids[0]}/revoke", reason="left").status_code

    at_once(acme, grant("domains", domain="acme.example"))
    with acme.reading() as connection:
        ids.append(access_panel.grants(connection, ACME)[0].grant_id)
    answers = at_once(acme, revoke, revoke)
    assert sorted(answers) == [200, 422]
    with acme.reading() as connection:
        told = [line.what for line in access_panel.history(connection, ACME, 10)]
    assert told.count("domain_revoked") == 1
