"""Nothing of a bill group reaches anybody whom no grant covers now, on any route.

Routes come from the app. Whoever asks, an id of the bill group and an unknown one are answered
alike; the same requests by somebody who is let in show what there would have been to see.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from dependency_injector import providers
from httpx import Response

from adapters.memory.pdf import MemoryPdf
from application.ports.previews import KeptPreview
from application.preview import OpenPreview, open_preview
from application.staff import AddStaffMember, add_staff_member
from application.staff_session import open_demo_door
from domain.actor import Operator
from domain.allocation import Allocation
from domain.credit_note import Applied
from domain.event import Event
from domain.payment import Payment
from entrypoints.container import Portal
from tests.architecture.test_web_routes import (
    IN_A_PREVIEW,
    OF_A_BILL_GROUP,
    SESSION_OF_ANY_BILL_GROUP,
    called,
)
from tests.entrypoints.web.customers import Browser, Seller, link_of, sign_in, street
from tests.read_models.books import (
    BY,
    SELLER,
    credit_note,
    invoice,
    named,
    pay,
    subscription,
    told_of,
)
from tests.wiring import wired

MARK = "Secretive"
"""Stands in every name, number and address of the bill group that is to stay closed."""

GONE = UUID(int=404)
ASKERS = (
    "nobody",
    "a colleague of another bill group",
    "somebody whose grant was revoked",
    "somebody whose session ran out",
    "somebody whose portal was switched off",
    "staff in a preview of another bill group",
    "staff with nothing but their own session",
    "somebody with a made-up cookie",
)


class Scene(msgspec.Struct):
    """A running app, and the browsers of all those."""

    app: Any
    browsers: dict[str, Browser]
    roots: dict[str, str]

    def calls(self, root: str) -> Iterator[tuple[str, str]]:
        """List the ways to call pages below a root, with an id of the closed bill group."""
        for call in called(self.app):
            if call.under(root):
                tail = call.pattern.removeprefix(root)
                path = re.sub(r"\{(\w+):uuid\}", lambda found: str(IDS.get(found[1], GONE)), tail)
                yield call.method, path or "/"


IDS: dict[str, UUID] = {
    "invoice_id": named(f"{MARK} {MARK}-1"),
    "credit_note_id": named(f"{MARK} CN-{MARK}"),
    "payment_id": named(f"{MARK} payment"),
    "method_id": named(f"{MARK} card"),
}
"""What the closed bill group has of each kind; of set-ups at a provider it has none."""

NEEDS_MORE = {
    "/auto-pay/on": "something that auto-pay would collect at once",
    "/statement.pdf": "a currency",
    f"/credit-notes/{IDS['credit_note_id']}/cii.xml": "lines",
    f"/credit-notes/{IDS['credit_note_id']}/ubl.xml": "the same",
    f"/payment-methods/{IDS['method_id']}/remove": "a sign-in less than an hour old",
    f"/payment-methods/adding/{GONE}": "a set-up at the provider",
    f"/payment-methods/adding/{GONE}/back": "the same",
    f"/payments/{IDS['payment_id']}/back": "a provider that was asked",
}
"""Pages that even somebody who is let in does not see just so, and what they wait for."""


def _books(name: str) -> list[list[Event]]:
    told = invoice(f"{name}-1", group=name, po_number=f"PO-{name}")
    pay(told, 1_000)
    note = credit_note(f"CN-{name}", 9_000, name, Applied(told.id, 2_000))
    paying, part = Payment(named(f"{name} payment")), (Allocation(told.id, 1_000),)
    paying.begin(named(name), SELLER, "main", f"cus-{name}", "EUR", part, "provider_page", by=BY)
    return [told.pending, told_of(note, paying), subscription(f"{name} Platform", name)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def scene(
    request: pytest.FixtureRequest, databases: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Everybody, once for all tests of a database."""
    folder = tmp_path_factory.mktemp("leaks")
    with databases.fresh(request.param, folder) as url, wired(url, folder) as portal:
        portal.pdf.override(providers.Object(MemoryPdf()))
        seller = Seller(portal)
        for name in (MARK, "Acme", "Left", "Closed"):
            seller.customer(name, f"{name.lower()}.com")
            for story in _books(name):
                seller.save(story)
        with street(portal) as running:
            browsers = {who: running.browser() for who in (*ASKERS, "somebody who is let in")}
            yield Scene(running.client.app, browsers, _settled(seller, browsers))


def _settled(seller: Seller, browsers: dict[str, Browser]) -> dict[str, str]:
    """Let each come as far as they once came; gives where each finds the closed bill group."""
    roots = dict.fromkeys(browsers, f"/b/{named(MARK)}")
    _enter(seller, browsers["somebody whose session ran out"], MARK)
    seller.portal.clock().advance(timedelta(hours=5))
    _enter(seller, browsers["somebody who is let in"], MARK)
    _enter(seller, browsers["a colleague of another bill group"], "Acme")
    for who, name in (
        ("somebody whose grant was revoked", "Left"),
        ("somebody whose portal was switched off", "Closed"),
    ):
        _enter(seller, browsers[who], name)
        roots[who] = f"/b/{named(name)}"
    seller.revoke("Left")
    seller.turn_off("Closed")
    staff, secret = _staff(seller.portal)
    browsers["staff with nothing but their own session"].cookies["portal-staff"] = secret
    previews = browsers["staff in a preview of another bill group"]
    preview_id, previews.cookies["portal-preview"] = _preview(seller.portal, staff, secret)
    roots["staff in a preview of another bill group"] = f"/preview/{preview_id}/b/{named(MARK)}"
    browsers["somebody with a made-up cookie"].cookies["portal-session"] = "made up"
    return roots


def _enter(seller: Seller, browser: Browser, name: str) -> None:
    assert sign_in(seller, browser, name, f"jane@{name.lower()}.com").status_code == 303
    assert browser.get(f"/b/{named(name)}/").status_code == 200


def _staff(portal: Portal) -> tuple[UUID, str]:
    command = AddStaffMember(portal.ids().uuid7(), "Mara", "mara@seller.example", ("admin",))
    staff_id = portal.bus().execute(add_staff_member, command, Operator("root", "machine"))
    return staff_id, open_demo_door(staff_id, portal.staff_door())


def _preview(portal: Portal, staff_id: UUID, secret: str) -> tuple[UUID, str]:
    """Open a preview of another bill group; gives its id and the secret of its cookie."""
    now = portal.clock().now()
    session = portal.staff_sessions().by_secret(secret, now)
    kept = KeptPreview(
        preview_id=portal.ids().uuid7(),
        bill_group_id=named("Acme"),
        staff_id=staff_id,
        staff_session_id=session.session_id,
        asked_at=now,
    )
    portal.previews().keep(kept, "ticket")
    opened = open_preview(OpenPreview("ticket"), portal.preview_room())
    return kept.preview_id, opened.secret


def _ask(browser: Browser, method: str, path: str) -> Response:
    kept = dict(browser.cookies)
    answer = browser.get(path) if method == "GET" else browser.post(path, token="0" * 64)
    browser.cookies = kept
    return answer


def _bare(answer: Response, *words: object) -> tuple[Any, ...]:
    """What an answer says apart from the ids that were asked for."""
    text = answer.text
    for word in words:
        text = text.replace(str(word), "")
    place = answer.headers.get("location", "")
    return answer.status_code, text, place, answer.headers["content-type"]


def test_whoever_is_let_in_sees_what_the_others_must_not(scene: Scene) -> None:
    browser, root = scene.browsers["somebody who is let in"], f"/b/{named(MARK)}"
    calls = [path for method, path in scene.calls(OF_A_BILL_GROUP) if method == "GET"]
    pages = [path for path in calls if path not in NEEDS_MORE]
    assert NEEDS_MORE.keys() < set(calls)
    answers = {path: _ask(browser, "GET", root + path) for path in pages}
    assert {answer.status_code for answer in answers.values()} == {200}
    showing = [path for path in pages if MARK in answers[path].text]
    assert showing == pages


@pytest.mark.parametrize("who", ASKERS)
def test_nothing_of_a_bill_group_comes_back(scene: Scene, who: str) -> None:
    browser, root = scene.browsers[who], scene.roots[who]
    mark = {"Left": "Left", "Closed": "Closed"}.get(_name_of(root), MARK)
    own_name = mark == "Closed"
    for method, path in scene.calls(OF_A_BILL_GROUP):
        answer = _ask(browser, method, root + path)
        assert answer.status_code in {303, 403, 404}, f"{method} {path}: {answer.status_code}"
        for shown in (f"{mark}-1", f"PO-{mark}", f"{mark} Platform", f"{mark} Street", "11,900"):
            assert shown not in answer.text, f"{method} {path} shows {shown}"
        assert own_name or f"{mark} Ltd" not in answer.text, f"{method} {path}"
        assert mark not in str(answer.headers).replace(link_of(mark), "")


def _name_of(root: str) -> str:
    return next((name for name in ("Left", "Closed") if str(named(name)) in root), "")


@pytest.mark.parametrize("who", ASKERS)
def test_a_foreign_id_and_an_unknown_one_are_answered_alike(scene: Scene, who: str) -> None:
    browser, foreign = scene.browsers[who], f"/b/{named(MARK)}"
    if "preview" in who:
        foreign = scene.roots[who]
    unknown = foreign.replace(str(named(MARK)), str(GONE))
    for method, path in scene.calls(OF_A_BILL_GROUP):
        one = _bare(_ask(browser, method, foreign + path), foreign, named(MARK))
        other = _bare(_ask(browser, method, unknown + path), unknown, GONE)
        assert one == other, f"{method} {path}"


def test_what_another_bill_group_has_is_not_found_like_what_never_was(scene: Scene) -> None:
    browser, root = scene.browsers["a colleague of another bill group"], f"/b/{named('Acme')}"
    for method, path in scene.calls(OF_A_BILL_GROUP):
        theirs = next((str(one) for one in IDS.values() if str(one) in path), None)
        if theirs and method == "GET":
            foreign = _ask(browser, method, root + path)
            unknown = _ask(browser, method, root + path.replace(theirs, str(GONE)))
            assert foreign.status_code == unknown.status_code in {303, 404}, path
            assert _bare(foreign, theirs) == _bare(unknown, GONE), path


def test_another_browsers_session_is_ended_by_nobody_else(scene: Scene) -> None:
    browser = scene.browsers["a colleague of another bill group"]
    root = f"/b/{named('Acme')}"
    page = browser.get(f"{root}/sessions")
    token = re.search(r'name="token" value="([0-9a-f]{64})"', page.text)
    assert token
    other = scene.browsers["somebody who is let in"].get(f"/b/{named(MARK)}/sessions").text
    ids = set(re.findall(r"/sessions/([0-9a-f-]{36})/end", other))
    for session_id in {*ids, str(uuid5(GONE, "session"))}:
        sent = browser.post(f"{root}/sessions/{session_id}/end", token=token[1])
        assert sent.status_code == 303
    assert scene.browsers["somebody who is let in"].get(f"/b/{named(MARK)}/").status_code == 200


def test_a_preview_shows_its_bill_group_and_refuses_whatever_changes_something(
    scene: Scene,
) -> None:
    browser = scene.browsers["staff in a preview of another bill group"]
    root = scene.roots["staff in a preview of another bill group"]
    own = root.replace(str(named(MARK)), str(named("Acme")))
    page = browser.get(f"{own}/")
    assert page.status_code == 200
    token = re.search(r'name="token" value="([0-9a-f]{64})"', page.text)
    assert token
    for method, path in scene.calls(IN_A_PREVIEW):
        answer = (
            browser.get(own + path) if method == "GET" else browser.post(own + path, token=token[1])
        )
        if method == "GET":
            assert MARK not in answer.text, path
        else:
            assert answer.status_code == 403, path


@pytest.mark.parametrize("who", ASKERS)
def test_pages_without_a_bill_group_in_their_address_give_nothing_away(
    scene: Scene, who: str
) -> None:
    browser = scene.browsers[who]
    for route in SESSION_OF_ANY_BILL_GROUP:
        method, _, path = route.partition(" ")
        answer = _ask(browser, method, path)
        assert answer.status_code in {303, 403}, route
        assert str(named(MARK)) not in str(answer.headers)
        assert MARK not in answer.text
