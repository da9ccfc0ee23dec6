"""Every route of the customers' app, and who may call it.

Read from the app itself: a new route belongs to a bill group and takes its entry, or is named here.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from entrypoints.web.app import create
from entrypoints.web.preview import read_only
from tests.wiring import wired

NOBODY_NEEDED = {
    "GET /": "explains how to get in",
    "GET /static/{name:path}": "files without secrets",
    "GET /logos/{name:str}": "logos, which mails show too",
    "POST /language": "keeps the reader's language",
    "GET /p/{link:str}": "asks for an address",
    "POST /p/{link:str}": "takes an address; the form's token is the link's",
    "GET /p/{link:str}/code": "waits for the mail, in the browser that asked",
    "POST /p/{link:str}/code": "takes the code, in the browser that asked",
    "GET /sign-in/{link:str}": "says who is about to sign in to what",
    "POST /sign-in/{link:str}": "takes the mail's secret, in the browser that asked",
    "GET /billing-email/{change_id:uuid}": "says which billing email is about to be confirmed",
    "POST /billing-email/{change_id:uuid}": "takes the mail's code; its secret only with a session",
}
SESSION_OF_ANY_BILL_GROUP = {
    "GET /sessions": "leads to the sessions as a bill group shows them",
    "GET /switch": "leads to the switcher as a bill group shows it",
    "POST /sign-out": "ends the session, also while its portal is closed",
}
OF_MAIL_PROGRAMS = {
    "GET /stop-mail/{bill_group_id:uuid}/{notification:str}/{proof:str}": "says what it turns off",
    "POST /stop-mail/{bill_group_id:uuid}/{notification:str}/{proof:str}": "has the mail's proof",
}
OF_PROVIDERS = {
    "POST /mail-events": "a signature proves that the mail provider sends it",
    "POST /webhooks/{account:str}": "a signature proves that a payment provider sends it",
}
OF_STAFF = {
    "GET /preview/open/{ticket:str}": "uses the ticket up that the admin made",
    "POST /preview/{preview_id:uuid}/end": "ends the preview of this browser",
}
OF_A_BILL_GROUP = "/b/{bill_group_id:uuid}"
IN_A_PREVIEW = "/preview/{preview_id:uuid}/b/{bill_group_id:uuid}"


class Called:
    """A way to call a route."""

    def __init__(self, route: HTTPRoute, handler: HTTPRouteHandler, method: str) -> None:
        self.path, self.handler, self.method = route.path_format, handler, method
        self.pattern = re.sub(r"//+", "/", route.path)

    def __str__(self) -> str:
        return f"{self.method} {self.pattern}"

    def under(self, root: str) -> bool:
        """Whether it is one of the pages below a path."""
        return self.pattern == root or self.pattern.startswith(f"{root}/")

    @property
    def guards(self) -> list[Any]:
        """What stands before the handler."""
        return [guard for layer in self.handler.ownership_layers for guard in layer.guards or ()]

    @property
    def asks(self) -> set[str]:
        """What the handler takes."""
        return set(self.handler.parsed_fn_signature.parameters)


def called(app: Litestar) -> Iterator[Called]:
    """List every way to call a route of the app; HEAD goes with GET."""
    for route in app.routes:
        assert isinstance(route, HTTPRoute), "only pages and forms"
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield Called(route, handler, method)


@pytest.fixture(scope="module")
def app(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Litestar]:
    """The app on SQLite: who may call is the same on every database."""
    folder = tmp_path_factory.mktemp("routes")
    with databases.fresh("sqlite", folder) as url, wired(url, folder) as portal:
        yield create(portal)


def test_every_route_is_named_or_belongs_to_a_bill_group(app: Litestar) -> None:
    elsewhere = {
        str(call)
        for call in called(app)
        if not call.under(OF_A_BILL_GROUP) and not call.under(IN_A_PREVIEW)
    }
    assert elsewhere == {
        *NOBODY_NEEDED,
        *SESSION_OF_ANY_BILL_GROUP,
        *OF_MAIL_PROGRAMS,
        *OF_PROVIDERS,
        *OF_STAFF,
    }


def test_every_page_of_a_bill_group_takes_its_entry(app: Litestar) -> None:
    pages = [call for call in called(app) if call.under(OF_A_BILL_GROUP)]
    assert len(pages) > 10
    for call in pages:
        assert "entry" in call.asks or str(call) == f"POST {OF_A_BILL_GROUP}/language", call


def test_a_preview_has_the_same_pages_behind_the_one_guard_that_refuses_changes(
    app: Litestar,
) -> None:
    def tails(root: str) -> set[str]:
        every = [call for call in called(app) if call.under(root)]
        return {f"{call.method} {call.pattern.removeprefix(root)}" for call in every}

    assert tails(IN_A_PREVIEW) == tails(OF_A_BILL_GROUP)
    for call in called(app):
        if call.under(IN_A_PREVIEW):
            assert read_only in call.guards, call


def test_ids_in_addresses_are_no_numbers_to_count_up(app: Litestar) -> None:
    for call in called(app):
        assert set(re.findall(r":(\w+)\}", call.pattern)) <= {"uuid", "str", "path"}, call
        assert not re.search(r"\{\w+\}", call.pattern), call


def test_a_page_is_looked_at_or_sent_and_nothing_else(app: Litestar) -> None:
    for call in called(app):
        assert call.method in {"GET", "POST"}, call
        heads = "HEAD" in call.handler.http_methods
        ticket = str(call) == "GET /preview/open/{ticket:str}"
        assert heads is (call.method == "GET" and not ticket), call
