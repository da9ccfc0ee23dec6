"""The demo starts by itself, shows its mails, and has doors that nothing else has."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from adapters.payments_sandbox.records import KeptCustomer, KeptMethod
from application.ports.mail import OutgoingMail
from domain.actor import System
from domain.bill_group import BillGroup
from domain.event import Act
from domain.identity import imported_id, portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.admin.app import create as create_admin
from entrypoints.container import Portal
from entrypoints.demo import apps
from entrypoints.demo.company.staff import SOURCE
from entrypoints.demo.links import DemoLinks
from entrypoints.demo.making import made
from entrypoints.demo.serving import sandbox_of
from entrypoints.web.app import create as create_web

START_LIMIT = 120
"""Seconds; far more than it takes, for machines that do much else."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, DemoLinks]]:
    portal, links = made(tmp_path_factory.mktemp("demo"), 8000)
    yield portal, links
    portal.engine().dispose()
    portal.keys_engine().dispose()


@pytest.fixture
def web(demo: tuple[Portal, DemoLinks]) -> Iterator[TestClient[Litestar]]:
    with TestClient(apps.web(*demo), base_url="http://portal.localhost:8000") as client:
        yield client


@pytest.fixture
def admin(demo: tuple[Portal, DemoLinks]) -> Iterator[TestClient[Litestar]]:
    with TestClient(apps.admin(*demo), base_url="http://admin.localhost:8001") as client:
        yield client


def paths(app: Litestar) -> set[str]:
    return {route.path for route in app.routes}


def test_the_customers_door_says_so_while_the_portal_is_closed(
    demo: tuple[Portal, DemoLinks], web: TestClient[Litestar]
) -> None:
    portal, links = demo
    path = urlsplit(links.customer).path
    shown = web.get(path, follow_redirects=False)
    bill_group_id = UUID(shown.headers["location"].split("/")[2])
    switch(portal, bill_group_id, on=False)
    try:
        closed = web.get(path, follow_redirects=False)
    finally:
        switch(portal, bill_group_id, on=True)
    assert closed.status_code == 403
    assert "This portal is not available" in closed.text


def switch(portal: Portal, bill_group_id: UUID, *, on: bool) -> None:
    """Switch a portal off, or on again by its own link."""
    access = portal.log().get(PortalAccess, portal_access_id(bill_group_id))
    by = Act(portal.clock().now(), System("test"), uuid4())
    if on:
        access.turn_on(bill_group_id, access.link or "", by=by)
    else:
        access.turn_off(bill_group_id, by=by)
    portal.log().save(access)


def test_doors_and_mails_stand_in_the_demo_and_nowhere_else(
    demo: tuple[Portal, DemoLinks],
) -> None:
    portal, _ = demo
    added = (paths(apps.web(*demo)) - paths(create_web(portal))) | (
        paths(apps.admin(*demo)) - paths(create_admin(portal))
    )
    assert added == {
        "/demo/{key:str}/customer",
        "/demo/{key:str}/mails",
        "/demo/{key:str}/mails/{mail_id:int}",
        "/demo/{key:str}/mails/{mail_id:int}/frame",
        "/demo/{key:str}/admin",
        "/demo/{key:str}/auditor",
    }
    assert not [path for path in paths(create_web(portal)) if "demo" in path]
    assert not [path for path in paths(create_admin(portal)) if "demo" in path]


def test_the_customers_door_leads_to_the_overview(
    demo: tuple[Portal, DemoLinks], web: TestClient[Litestar]
) -> None:
    answer = web.get(urlsplit(demo[1].customer).path)
    assert answer.status_code == 200
    assert "Copperline Freight Co." in answer.text


@pytest.mark.parametrize("who", ["admin", "auditor"])
def test_the_doors_of_staff_lead_into_the_admin(
    demo: tuple[Portal, DemoLinks], admin: TestClient[Litestar], who: str
) -> None:
    answer = admin.get(urlsplit(demo[1].staff(who)).path)
    assert answer.status_code == 200
    assert "/sign-in" not in str(answer.url)


@pytest.mark.parametrize("path", ["customer", "mails", "mails/1", "mails/1/frame"])
def test_without_the_key_there_is_nothing_on_the_customers_host(
    web: TestClient[Litestar], path: str
) -> None:
    assert web.get(f"/demo/a-guess/{path}").status_code == 404
    assert not web.cookies


@pytest.mark.parametrize("path", ["admin", "auditor"])
def test_without_the_key_there_is_nothing_on_the_staffs_host(
    admin: TestClient[Litestar], path: str
) -> None:
    assert admin.get(f"/demo/a-guess/{path}").status_code == 404
    assert not admin.cookies


def test_mails_are_shown_newest_first_in_a_frame_that_runs_nothing(
    demo: tuple[Portal, DemoLinks], web: TestClient[Litestar]
) -> None:
    portal, links = demo
    root = urlsplit(links.mails).path
    for number in (1, 2):
        portal.mail().send(_mail(f"Subject {number}"))
    listed = web.get(root).text
    assert listed.index("Subject 2") < listed.index("Subject 1")
    newest = portal.mail().newest(1)[0]
    shown = web.get(f"{root}/{newest.id}")
    assert 'sandbox="allow-same-origin allow-popups' in shown.text
    assert "allow-scripts" not in shown.text
    assert "the text part" in shown.text
    assert "frame-src 'self'" in shown.headers["content-security-policy"]
    frame = web.get(f"{root}/{newest.id}/frame")
    policy = frame.headers["content-security-policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert frame.headers["x-frame-options"] == "SAMEORIGIN"
    assert '<base target="_blank">' in frame.text


def _mail(subject: str) -> OutgoingMail:
    return OutgoingMail(
        envelope_to="robert.delgado@copperline-freight.example",
        from_name="Larkmoor Analytics",
        from_address="no-reply@brennholt.example",
        reply_to="billing@larkmoor.example",
        subject=subject,
        text="the text part",
        html="<!doctype html><html><head><title>x</title></head><body>hello</body></html>",
        message_id=f"<{subject.replace(' ', '')}@brennholt.example>",
        dated=datetime.now(UTC),
        language="en",
    )


@pytest.fixture
def free_port() -> int:
    """A port with a free one behind it."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
        with socket.socket() as second:
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        return port


def _command(port: int, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-u", "-m", "entrypoints.cli", "demo", "--port", str(port)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _output_until(command: subprocess.Popen[str], words: str) -> str:
    assert command.stdout is not None
    said, deadline = "", time.monotonic() + START_LIMIT
    while words not in said and time.monotonic() < deadline:
        line = command.stdout.readline()
        if not line:
            break
        said += line
    return said


def test_the_command_serves_a_portal_of_its_own_and_ends_cleanly(
    free_port: int, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    command = _command(
        free_port,
        PORTAL_DATABASE_URL="postgresql://nobody@nowhere.example/none",
        PORTAL_DATA=str(elsewhere),
        PORTAL_WEB_URL="https://portal.nowhere.example",
    )
    try:
        said = _output_until(command, "Ctrl-C")
        links = re.findall(r"http://\S+", said)
        assert len(links) == 6, said
        hosts = {urlsplit(link).netloc for link in links}
        assert hosts == {
            f"localhost:{free_port}",
            f"admin.localhost:{free_port + 1}",
            f"localhost:{free_port + 2}",
        }
        statuses = [_status(link) for link in links]
        assert statuses == [200, 200, 303, 303, 303, 200]
    finally:
        command.send_signal(signal.SIGINT)
    rest, _ = command.communicate(timeout=30)
    assert "The demo has ended" in rest
    assert command.returncode == 0
    assert not elsewhere.exists()


def _status(link: str) -> int:
    parts = urlsplit(link)
    with closing(HTTPConnection("127.0.0.1", parts.port or 0, timeout=30)) as connection:
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        with connection.getresponse() as answer:
            return answer.status


def test_a_taken_port_is_named_with_what_to_do(free_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port + 1))
        taken.listen()
        command = _command(free_port)
        said, _ = command.communicate(timeout=60)
    assert command.returncode == 2
    assert f"Port {free_port + 1} is taken" in said
    assert "portal demo --port" in said


def test_without_faker_the_demo_says_what_to_install(free_port: int, tmp_path: Path) -> None:
    hiding = tmp_path / "sitecustomize.py"
    hiding.write_text(
        "import sys, importlib.util as util\n"
        "found = util.find_spec\n"
        "util.find_spec = lambda name, *more: None if name == 'faker' else found(name, *more)\n"
    )
    command = _command(free_port, PYTHONPATH=str(tmp_path))
    said, _ = command.communicate(timeout=60)
    assert command.returncode == 2
    assert "pip install 'customer-portal[demo]'" in said


def test_the_sandbox_knows_the_methods_that_the_demos_customers_have(
    demo: tuple[Portal, DemoLinks],
) -> None:
    room = sandbox_of(demo[0])
    with room.bank() as bank:
        methods = [one.shown() for one in bank.drawer.all(KeptMethod)]
        known = list(bank.drawer.all(KeptCustomer))
    assert {one.bill_group_id for one in known} >= {apps.visitor().bill_group_id}
    assert {"card", "sepa_debit"} <= {one.kind for one in methods}
    for group in known:
        theirs = demo[0].log().get(BillGroup, group.bill_group_id).payment_methods
        with room.bank() as bank:
            saved = bank.methods(group.key)
        assert {imported_id(SOURCE, "payment_method", one.key) for one in saved} <= theirs.keys()
