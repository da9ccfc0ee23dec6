"""Whatever staff type by mistake, or a stranger on purpose: the admin answers with words."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from tests.entrypoints.admin.books import ACME, SELLER, billed, customer, seller
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member
from tests.entrypoints.naughty import RAW, STRINGS, Found, filled, forms
from tests.wiring import wired

QUESTIONS = {
    "/accounts": ("q", "portals", "at"),
    "/accounts.csv": ("q", "portals"),
    "/entities": ("q",),
    "/staff": ("q", "role", "standing", "at", "added"),
    "/mail": ("q", "kind", "status", "below", "above", "done"),
    f"/bill-groups/{ACME}": ("after", "before"),
    f"/bill-groups/{ACME}/access": ("done", "before"),
    f"/bill-groups/{ACME}/access/replace": ("domain",),
    "/audit/history": ("bill_group", "person", "domain", "since", "until", "zone", "after"),
    "/audit/as-of": ("bill_group", "person", "domain", "at", "zone"),
}
FORMS = (
    f"/bill-groups/{ACME}/access",
    f"/entities/{SELLER}",
    "/staff/add",
    "/sessions",
)
NOT_SENT = {"/sign-out", "/sessions/end-others", "/sessions/end-all"}
"""They end the session that the test sends everything from."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(
    request: pytest.FixtureRequest, databases: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Somebody with every role, at a seller with one customer."""
    folder = tmp_path_factory.mktemp("hostile")
    with databases.fresh(request.param, folder) as url, wired(url, folder) as portal:
        seller(portal)
        customer(portal)
        billed(portal, "NW-1")
        with desk_of(portal) as browser:
            every = ("viewer", "billing", "admin", "auditor")
            browser.come_in(staff_member(portal, "mara@seller.example", *every))
            yield browser


@pytest.mark.parametrize("path", QUESTIONS)
def test_every_question(desk: Desk, path: str) -> None:
    for name in QUESTIONS[path]:
        for text in (*map(quote, STRINGS), *RAW):
            answer = desk.client.get(f"{path}?{name}={text}", follow_redirects=False)
            assert answer.status_code < 500, (name, text[:30])


@pytest.mark.parametrize("page", FORMS)
def test_every_field_of_every_form(desk: Desk, page: str) -> None:
    shown = desk.open(page)
    assert shown.status_code == 200
    for form in forms(shown.text):
        if form.method == "POST" and urlsplit(form.action).path not in NOT_SENT:
            _send_all(desk, form)


@pytest.mark.parametrize("page", ["/sign-in", "/second-factor/recovery", "/sign-in/link"])
def test_every_field_of_signing_in(desk: Desk, page: str) -> None:
    with desk_of(desk.portal) as stranger:
        for form in forms(stranger.open(page).text):
            if form.method == "POST":
                _send_all(stranger, form)


def _send_all(desk: Desk, form: Found) -> None:
    headers = {"Origin": desk.portal.settings().admin_url}
    for fields in islice(filled(form), len(STRINGS)):
        answer = desk.client.post(form.action, data=fields, headers=headers, follow_redirects=False)
        assert answer.status_code < 500, (form.action, fields)
