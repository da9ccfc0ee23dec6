"""What every answer of both apps carries and refuses, whatever was asked for and however."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient

from entrypoints.admin.app import create as create_admin
from entrypoints.container import Portal
from entrypoints.http.answers import go, is_ours
from entrypoints.http.assets import url
from entrypoints.web.app import create as create_web
from tests.wiring import wired

HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "x-frame-options",
    "permissions-policy",
    "cache-control",
}
HTTPS = {"web_url": "https://portal.example", "admin_url": "https://admin.portal.example"}
Client = TestClient[Litestar]


@pytest.fixture(scope="module")
def portal(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An empty portal on SQLite: these answers come before any database."""
    folder = tmp_path_factory.mktemp("answers")
    with databases.fresh("sqlite", folder) as url_, wired(url_, folder) as wired_portal:
        yield wired_portal


@pytest.fixture(scope="module", params=["web", "admin"])
def client(request: pytest.FixtureRequest, portal: Portal) -> Iterator[Client]:
    """Either app."""
    settings = portal.settings()
    web = request.param == "web"
    app = (create_web if web else create_admin)(portal)
    base = settings.web_url if web else settings.admin_url
    with TestClient(app, base_url=base) as browser:
        yield browser


def _ask(client: Client, method: str, path: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, path, headers=named, follow_redirects=False)


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("GET", "/sessions", {303}),
        ("GET", "/nowhere", {404}),
        ("GET", "/logos/nothing.png", {404}),
        ("GET", url("portal.css"), {200}),
        ("HEAD", url("portal.css"), {200}),
        ("HEAD", "/nowhere", {404}),
        ("DELETE", "/sessions", {405}),
        ("POST", "/nowhere", {404}),
        ("POST", "/sign-out", {403}),
        ("GET", "/x%00y", {400, 404}),
        ("GET", "/sessions?done=%00", {400}),
        ("TRACE", "/", {405}),
    ],
)
def test_every_answer_has_every_header(
    client: Client, method: str, path: str, statuses: set[int]
) -> None:
    answer = _ask(client, method, path)
    assert answer.status_code in statuses
    assert set(answer.headers) >= HEADERS
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "server" not in answer.headers
    if not path.startswith("/static/"):
        assert answer.headers["cache-control"] == "no-store"


def test_looking_at_the_headers_gives_those_of_the_page_and_nothing_else(client: Client) -> None:
    for path in ("/", "/nowhere", url("portal.css")):
        page, headers = _ask(client, "GET", path), _ask(client, "HEAD", path)
        assert headers.status_code == page.status_code
        assert headers.content == b""


def test_what_cannot_be_done_says_what_can(client: Client) -> None:
    answer = _ask(client, "PUT", "/sessions")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "SAME-ORIGIN"])
def test_a_form_of_another_page_is_refused(client: Client, site: str) -> None:
    ours = str(client.base_url).rstrip("/")
    assert _ask(client, "POST", "/language", Sec_Fetch_Site=site, Origin=ours).status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8000", ""])
def test_a_form_of_another_origin_is_refused(client: Client, origin: str) -> None:
    assert _ask(client, "POST", "/language", Origin=origin).status_code == 403


def test_there_is_no_description_of_the_interface_and_no_metrics(client: Client) -> None:
    for path in ("/schema", "/schema/openapi.json", "/docs", "/metrics", "/debug", "/.env"):
        assert _ask(client, "GET", path).status_code == 404


@pytest.mark.parametrize("create", [create_web, create_admin])
def test_over_https_cookies_are_secure_and_the_browser_is_told_to_stay(
    portal: Portal, create: Any
) -> None:
    settings = msgspec.structs.replace(portal.settings(), **HTTPS)
    with portal.settings.override(settings):
        base = HTTPS["web_url"] if create is create_web else HTTPS["admin_url"]
        with TestClient(create(portal), base_url=base) as client:
            for path in ("/", "/nowhere", url("portal.css")):
                kept = _ask(client, "GET", path).headers["strict-transport-security"]
                assert "max-age=63072000" in kept
            fields = {"language": "de", "next": "/"}
            answer = client.post("/language", data=fields, headers={"Origin": base})
            set_ = [line for each in answer.history for line in each.headers.get_list("set-cookie")]
            assert set_
            assert all("Secure" in line and "HttpOnly" in line for line in set_)


@pytest.mark.parametrize(
    "path", ["//x", "/\\x", "\\x", "/\t/x", "/\r\n/x", "x", "", "https://x", "/\x00"]
)
def test_only_paths_of_ours_lead_anywhere(path: str) -> None:
    assert not is_ours(path)
    assert go(path).url == "/"
    assert is_ours("/b/1?words=a%20b")
