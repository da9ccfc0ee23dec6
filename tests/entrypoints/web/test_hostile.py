"""Whatever is typed or sent, by whomever: a page answers with words, never with a fault."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from httpx import Response

from tests.entrypoints.naughty import RAW, STRINGS, filled, forms
from tests.entrypoints.web.customers import (
    Browser,
    Seller,
    Street,
    link_of,
    sign_in,
    street,
    token_in,
)
from tests.read_models.books import invoice, named, subscription
from tests.wiring import wired

ROOT = f"/b/{named('Acme')}"
LINK = link_of("Acme")
COOKIES = ("session", "asked", "device", "link", "language", "preview")
ASKED_OF_INVOICES = ("words", "since", "until", "status", "sort", "order", "size", "first")
PATHS = ("/p/{}", "/p/{}/code", "/sign-in/{}", "/preview/open/{}", "/static/{}", "/logos/{}", "/{}")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(
    request: pytest.FixtureRequest, databases: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Seller, Street]]:
    """A seller with one customer, and browsers."""
    folder = tmp_path_factory.mktemp("hostile")
    with databases.fresh(request.param, folder) as url, wired(url, folder) as portal:
        seller = Seller(portal)
        seller.customer("Acme", "acme.com")
        seller.save(invoice("A-1", group="Acme").pending)
        seller.save(subscription("Platform", "Acme"))
        with street(portal) as running:
            yield seller, running


@pytest.fixture(scope="module")
def inside(town: tuple[Seller, Street]) -> Browser:
    """Somebody who is let in."""
    seller, running = town
    browser = running.browser()
    assert sign_in(seller, browser, "Acme").status_code == 303
    return browser


def _sent(running: Street, method: str, path: str, **options: Any) -> Response:
    running.client.cookies.clear()
    return running.client.request(method, path, follow_redirects=False, **options)


def test_every_question_of_the_list_of_invoices(inside: Browser) -> None:
    for name in ASKED_OF_INVOICES:
        for text in (*map(quote, STRINGS), *RAW):
            answer = inside.get(f"{ROOT}/invoices?{name}={text}")
            assert answer.status_code < 500, (name, text[:30])
    for sort in ("issued", "due", "number", "total", "open"):
        for text in map(quote, STRINGS):
            for way in ("after", "before"):
                place = f"{named('Acme').hex}.{text}"
                answer = inside.get(f"{ROOT}/invoices?sort={sort}&{way}={place}")
                assert answer.status_code < 500, (sort, way, text[:30])


@pytest.mark.parametrize("path", PATHS)
def test_every_address(town: tuple[Seller, Street], path: str) -> None:
    for text in (*(quote(text, safe="") for text in STRINGS), *RAW):
        answer = _sent(town[1], "GET", path.format(text))
        assert answer.status_code in {303, 400, 404, 410}, text[:30]


def test_every_field_of_every_form(town: tuple[Seller, Street], inside: Browser) -> None:
    waiting, fresh = town[1].browser(), town[1].browser()
    waiting.ask("Acme", "ann@acme.com")
    pages = ((fresh, f"/p/{LINK}"), (waiting, f"/p/{LINK}/code"), (waiting, f"/sign-in/{LINK}"))
    seen = 0
    for browser, page in (*pages, (inside, f"{ROOT}/invoices")):
        for form in forms(browser.get(page).text):
            for fields in filled(form) if form.method == "POST" else ():
                kept = dict(browser.cookies)
                answer = browser.post(form.action, **fields)
                assert answer.status_code < 500, (form.action, fields)
                browser.cookies, seen = kept, seen + 1
    assert seen > 100


@pytest.mark.parametrize("noun", COOKIES)
def test_every_cookie(town: tuple[Seller, Street], noun: str) -> None:
    pages = ("/", f"/p/{LINK}", f"/p/{LINK}/code", f"/sign-in/{LINK}", f"{ROOT}/")
    for text in map(quote, STRINGS):
        cookie = {"Cookie": f"portal-{noun}={text}"}
        for page in (*pages, f"/preview/{named('x')}{ROOT}/"):
            assert _sent(town[1], "GET", page, headers=cookie).status_code < 500, text[:30]


@pytest.mark.parametrize(
    "header", ["Host", "Accept-Language", "User-Agent", "X-Forwarded-For", "Accept-Encoding"]
)
def test_every_header(town: tuple[Seller, Street], header: str) -> None:
    for text in STRINGS:
        value = text.encode().replace(b"\x00", b"").replace(b"\r\n", b"")
        answer = _sent(town[1], "GET", f"/p/{LINK}", headers={header.encode(): value})
        assert answer.status_code in ({200, 400} if header == "Host" else {200}), text[:30]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"address": 1}', 403),
        ("application/json", b"{", 403),
        ("text/plain", b"address=jane@acme.com", 403),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=a", b"--a\r\n", 400),
        ("application/x-www-form-urlencoded", b"%ff=%ff&a=%00", 400),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 10_001, 413),
        ("application/x-www-form-urlencoded", b"a=" + b"x" * 3_000_000, 413),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(101)), 413),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_body_that_is_no_form_of_ours_is_refused(
    town: tuple[Seller, Street], kind: str, body: bytes, status: int
) -> None:
    headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin"}
    answer = _sent(town[1], "POST", f"/p/{LINK}", content=body, headers=headers)
    assert answer.status_code == status


def test_an_unknown_field_is_refused(town: tuple[Seller, Street]) -> None:
    browser = town[1].browser()
    token = token_in(browser.get(f"/p/{LINK}").text)
    answer = browser.post(f"/p/{LINK}", token=token, address="jo@acme.com", role="admin")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "place",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "",
    ],
)  # fmt: skip
def test_nobody_is_led_to_another_site(town: tuple[Seller, Street], place: str) -> None:
    answer = town[1].browser().post("/language", language="de", next=place)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    ticket = _sent(town[1], "GET", "/preview/open/x", params={"at": place})
    assert ticket.status_code == 410


def test_the_host_that_a_request_names_is_not_believed(town: tuple[Seller, Street]) -> None:
    for host in ("evil.example", "evil.example:99", "127.0.0.1"):
        answer = _sent(town[1], "GET", f"/p/{LINK}", headers={"Host": host})
        assert answer.status_code == 200
        assert host not in answer.text
        moved = _sent(town[1], "GET", f"{ROOT}/", headers={"Host": host})
        assert moved.headers["location"].startswith("/")
    for host in ("evil.example/x?y", "[", "a:b:c"):
        answer = _sent(town[1], "GET", f"/p/{LINK}", headers={"Host": host})
        assert answer.status_code in {200, 400}
        assert "evil" not in answer.text
