"""Every route of the admin declares who may call it, and nobody else gets in.

The list is read from the app itself, so that a new route is held to this without being named here.
"""

import re
from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from domain.staff import Role
from entrypoints.admin.app import create
from entrypoints.admin.entry import INCLUDES, NAV
from entrypoints.admin.guard import Allow, Anyone
from entrypoints.container import Portal
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member
from tests.wiring import wired

WITHOUT_A_GUARD = {"/static/{name:path}", "/language", "/logos/{name}"}
"""Shared with the web: files and logos without secrets, and the choice of language."""

SIGNING_IN = {
    "/sign-in",
    "/sign-in/sent",
    "/sign-in/code",
    "/sign-in/link",
    "/second-factor",
    "/second-factor/recovery",
    "/second-factor/key.svg",
    "/second-factor/enrol",
}
"""All that anybody may call."""

ROLES: tuple[Role, ...] = get_args(Role)


class Called:
    """A way to call a route: its path with ids in it, its method, its guards."""

    def __init__(self, route: HTTPRoute, handler: HTTPRouteHandler, method: str) -> None:
        self.path = route.path_format
        self.method = method
        self.guards = [
            guard
            for layer in handler.ownership_layers
            for guard in layer.guards or ()
            if isinstance(guard, (Allow, Anyone))
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        """The path with a made-up id in each place."""
        return re.sub(r"\{[^}]*\}", str(UUID(int=1)), self.path)

    def path_in(self, paths: set[str]) -> bool:
        """Whether it is one of these, however its parameters are written."""
        return re.sub(r"\{(\w+)(:\w+)?\}", r"{\1}", self.path) in {
            re.sub(r"\{(\w+)(:\w+)?\}", r"{\1}", path) for path in paths
        }

    def lets_in(self, role: Role) -> bool:
        """Whether the guard names the role, or one that it includes."""
        return any(INCLUDES[role] & set(guard.roles) for guard in self.guards if _is_allow(guard))


def _is_allow(guard: Allow | Anyone) -> bool:
    return isinstance(guard, Allow)


def called(app: Litestar) -> Iterator[Called]:
    """List every way to call a route of the app."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield Called(route, handler, method)


@pytest.fixture
def one_portal(databases: Any, tmp_path: Any) -> Iterator[Portal]:
    """A portal on SQLite: who may call is the same on every database."""
    with databases.fresh("sqlite", tmp_path) as url, wired(url, tmp_path) as portal:
        yield portal


def test_every_route_declares_once_who_may_call_it(one_portal: Portal) -> None:
    for call in called(create(one_portal)):
        if call.path_in(WITHOUT_A_GUARD):
            continue
        assert len(call.guards) == 1, f"{call} has {len(call.guards)} guards"


def test_anybody_may_sign_in_and_nothing_else(one_portal: Portal) -> None:
    open_to_all = {
        call.path
        for call in called(create(one_portal))
        if any(isinstance(guard, Anyone) for guard in call.guards)
    }
    assert open_to_all == SIGNING_IN


def test_without_a_session_every_other_route_leads_to_signing_in(one_portal: Portal) -> None:
    with desk_of(one_portal) as desk:
        for call in _guarded(one_portal):
            answer = _request(desk, call, token="none")
            assert answer.status_code == 303, call
            assert answer.headers["location"] == "/sign-in", call


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_exactly_the_routes_that_name_it(one_portal: Portal, role: Role) -> None:
    staff_id = staff_member(one_portal, f"{role}@seller.example", role)
    with desk_of(one_portal) as desk:
        for call in _guarded(one_portal):
            desk.come_in(staff_id)
            token = desk.open("/sessions") and desk.token
            answer = _request(desk, call, token=token)
            refused = answer.status_code == 403
            assert refused is not call.lets_in(role), f"{role}: {call} gave {answer.status_code}"
            assert answer.status_code < 500, f"{role}: {call} gave {answer.status_code}"


def test_a_form_without_the_sessions_token_is_refused_everywhere(one_portal: Portal) -> None:
    staff_id = staff_member(one_portal, "all@seller.example", *ROLES)
    with desk_of(one_portal) as desk:
        desk.come_in(staff_id)
        for call in called(create(one_portal)):
            if call.method != "GET" and not call.path_in(WITHOUT_A_GUARD):
                assert _request(desk, call, token="0" * 64).status_code == 403, call


def test_a_form_of_another_site_is_refused_everywhere(one_portal: Portal) -> None:
    with desk_of(one_portal) as desk:
        for call in called(create(one_portal)):
            if call.method != "GET":
                headers = {"Sec-Fetch-Site": "cross-site"}
                answer = desk.client.request(call.method, call.url, headers=headers)
                assert answer.status_code == 403, call


@pytest.mark.parametrize("role", ROLES)
def test_the_tabs_lead_only_where_the_role_may_go(one_portal: Portal, role: Role) -> None:
    staff_id = staff_member(one_portal, f"{role}@seller.example", role)
    with desk_of(one_portal) as desk:
        desk.come_in(staff_id)
        for link, roles in NAV:
            if INCLUDES[role] & roles:
                assert desk.open(link.url).status_code == 200, link


def _guarded(portal: Portal) -> list[Called]:
    every = called(create(portal))
    return [call for call in every if any(_is_allow(guard) for guard in call.guards)]


def _request(desk: Desk, call: Called, token: str) -> Any:
    headers = {"Origin": desk.portal.settings().admin_url}
    data = None if call.method == "GET" else {"token": token}
    return desk.client.request(
        call.method, call.url, data=data, headers=headers, follow_redirects=False
    )
