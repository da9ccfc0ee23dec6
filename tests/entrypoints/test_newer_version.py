"""What a newer version of the portal wrote stops this one cleanly: nothing is passed over."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from litestar.testing import TestClient
from sqlalchemy import func, insert, inspect, select, text

from adapters.database import recording
from adapters.schema import EVENTS, OUTBOX
from application.ports.event_log import RecordNewer
from application.ports.outbox import Share
from domain.identity import portal_access_id
from entrypoints.cli import main
from entrypoints.container import Portal
from entrypoints.web.app import create
from entrypoints.worker import loop
from read_models.live import CATCH_UP_LIMIT, POSITIONS
from tests.entrypoints.admin.desk import desk_of, staff_member
from tests.entrypoints.web.customers import Seller, link_of
from tests.read_models.books import named
from tests.wiring import settle_in

TOPIC = "portal_access.paused.v1"


@pytest.fixture
def seller(portal: Portal) -> Seller:
    seller = Seller(portal)
    seller.customer("Acme", "acme.com")
    return seller


def _newer_writes(portal: Portal, stream: UUID, *, models: bool = True) -> int:
    """Store an event that this version does not know, as the newer one would."""
    with recording(portal.engine()) as connection:
        last = connection.execute(select(func.max(EVENTS.c.position))).scalar_one()
        version = connection.execute(
            select(func.coalesce(func.max(EVENTS.c.version), 0)).where(EVENTS.c.stream_id == stream)
        ).scalar_one()
        row = {
            "position": last + 1,
            "recorded_at": 2**60,
            "stream_id": stream,
            "version": version + 1,
            "topic": TOPIC,
            "state": b"{}",
        }
        connection.execute(insert(EVENTS).values(row))
        if models:
            connection.execute(POSITIONS.update().values(position=last + 1))
    return int(last) + 1


@pytest.fixture
def paused(seller: Seller) -> Portal:
    """The access of Acme was changed by a newer version, which kept the read models in step."""
    _newer_writes(seller.portal, portal_access_id(named("Acme")))
    return seller.portal


@pytest.fixture
def portal_command(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    settle_in(monkeypatch, portal)


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def _head(portal: Portal) -> int:
    return portal.log().recorder.max_notification_id() or 0


def test_staff_get_a_503_for_what_a_newer_version_changed_and_nothing_is_stored(
    paused: Portal,
) -> None:
    with desk_of(paused) as desk:
        desk.come_in(staff_member(paused, "jane@northwind.example", "billing"))
        before = _head(paused)
        path = f"/bill-groups/{named('Acme')}/access"
        assert desk.open(path).status_code == 200
        answer = desk.send(f"{path}/off", reason="closing")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert _head(paused) == before


def test_a_customers_page_stays_up_while_reading_what_both_versions_know(paused: Portal) -> None:
    with TestClient(create(paused), base_url=paused.settings().web_url) as browser:
        assert browser.get(f"/p/{link_of('Acme')}").status_code == 200


def test_a_writer_whose_read_models_would_have_to_pass_over_it_is_refused(
    seller: Seller,
) -> None:
    head = _newer_writes(seller.portal, uuid4(), models=False)
    with pytest.raises(RecordNewer, match=TOPIC):
        seller.customer("Bolt", "bolt.com")
    assert _head(seller.portal) == head


def test_the_worker_pauses_and_leaves_the_job_for_the_newer_version(
    paused: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reads_the_newer_event(portal: Portal, _payload: bytes) -> None:
        list(portal.log().store.get(portal_access_id(named("Acme"))))

    monkeypatch.setitem(loop.JOBS, "send_access_granted", reads_the_newer_event)
    with recording(paused.engine()) as connection:
        connection.execute(text("UPDATE outbox SET status = 'done'"))
        row = {"job_id": uuid4(), "kind": "send_access_granted", "payload": b"{}"}
        times = dict.fromkeys(("attempts", "created_at", "due_at", "leased_until"), 0)
        connection.execute(insert(OUTBOX).values({**row, **times, "status": "waiting"}))
    with pytest.raises(RecordNewer):
        loop.work_once(paused)
    with paused.reading() as connection:
        job = connection.execute(select(OUTBOX).where(OUTBOX.c.status == "waiting")).one()
    assert (job.attempts, job.problem) == (0, "It waits for the newer version.")
    assert loop.work_once(paused) == 0, "it is left alone for a while"


def test_the_workers_loop_goes_on_after_the_pause(
    paused: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[int] = []
    stop = threading.Event()

    def refused(_portal: Portal, _share: Share) -> int:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise RecordNewer(TOPIC)

    monkeypatch.setattr(loop, "work_once", refused)
    monkeypatch.setattr(loop, "NEWER_PAUSE", timedelta(0))
    loop.run(paused, stop)
    assert len(rounds) == 3


@pytest.mark.usefixtures("portal_command")
def test_a_rebuild_ends_with_a_sentence_and_leaves_the_live_tables_alone(paused: Portal) -> None:
    tables = _tables(paused)
    ended = _run("rebuild")
    assert ended.exit_code == 1
    assert f"a newer version of the portal wrote {TOPIC}. Use that version." in ended.output
    assert _tables(paused) == tables


@pytest.mark.usefixtures("portal_command")
def test_an_auditors_question_is_refused_rather_than_answered_without_it(paused: Portal) -> None:
    asked = ["audit", "as-of", "--bill-group", str(named("Acme"))]
    ended = _run(*asked)
    assert ended.exit_code == 1
    assert f"a newer version of the portal wrote {TOPIC}" in ended.output


@pytest.mark.usefixtures("portal_command")
def test_read_models_of_another_version_end_a_command_with_what_to_do(portal: Portal) -> None:
    with recording(portal.engine()) as connection:
        connection.execute(POSITIONS.update().values(position=-CATCH_UP_LIMIT - 1))
    ended = _run("staff", "add", "jane@northwind.example", "--name", "Jane", "--role", "admin")
    assert ended.exit_code == 1
    assert "run `portal rebuild" in ended.output


def _tables(portal: Portal) -> set[str]:
    return set(inspect(portal.engine()).get_table_names())
