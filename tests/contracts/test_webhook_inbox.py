"""What every inbox of webhooks promises."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from adapters.database import open_database
from adapters.memory.webhook_inbox import MemoryWebhookInbox
from adapters.outbox import SqlOutbox
from adapters.webhook_inbox import READ_WEBHOOK, SqlWebhookInbox
from application.ports.webhook_inbox import ReadWebhook, WebhookInbox
from tests.databases import Databases

AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)
BODY = b'{"id": "evt_1", "name": "M\xc3\xbcller"}  '


@dataclass
class Post:
    port: WebhookInbox
    jobs: Callable[[], list[ReadWebhook]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def post(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Post]:
    if request.param == "memory":
        inbox = MemoryWebhookInbox()
        yield Post(inbox, lambda: inbox.jobs)
        return
    with databases.fresh(request.param, tmp_path) as url:
        engine = open_database(url, pool_size=8)
        outbox = SqlOutbox(engine)

        def jobs() -> list[ReadWebhook]:
            claimed = outbox.claim(AT, timedelta(minutes=1), 100)
            assert {job.kind for job in claimed} <= {READ_WEBHOOK}
            return [msgspec.json.decode(job.payload, type=ReadWebhook) for job in claimed]

        yield Post(SqlWebhookInbox(engine), jobs)
        engine.dispose()


def test_1_a_webhook_that_was_kept_waits_with_its_job(post: Post) -> None:
    assert post.port.keep("main", "evt_1", BODY, AT)
    assert post.port.body("main", "evt_1") == BODY
    assert post.jobs() == [ReadWebhook("main", "evt_1")]


def test_2_an_event_is_kept_once(post: Post) -> None:
    assert post.port.keep("main", "evt_1", BODY, AT)
    assert not post.port.keep("main", "evt_1", b"other", AT)
    assert post.port.body("main", "evt_1") == BODY
    assert post.jobs() == [ReadWebhook("main", "evt_1")]


def test_2_two_sources_may_name_their_events_alike(post: Post) -> None:
    assert post.port.keep("main", "evt_1", BODY, AT)
    assert post.port.keep("other", "evt_1", BODY, AT)
    assert len(post.jobs()) == 2


def test_2_an_event_that_arrives_many_times_at_once_is_kept_once(post: Post) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: post.port.keep("main", "evt_1", BODY, AT), range(16)))
    assert kept.count(True) == 1
    assert len(post.jobs()) == 1


def test_3_and_4_what_was_read_is_forgotten_and_not_kept_again(post: Post) -> None:
    post.port.keep("main", "evt_1", BODY, AT)
    for _ in range(2):
        post.port.note_read("main", "evt_1", AT)
    assert post.port.body("main", "evt_1") is None
    assert not post.port.keep("main", "evt_1", BODY, AT)


def test_3_what_never_came_has_no_body(post: Post) -> None:
    assert post.port.body("main", "evt_2") is None
    post.port.note_read("main", "evt_2", AT)


def test_5_what_is_old_is_forgotten(post: Post) -> None:
    post.port.keep("main", "evt_1", BODY, AT)
    post.port.keep("main", "evt_2", BODY, AT + timedelta(days=1))
    assert post.port.forget(AT + timedelta(hours=1)) == 1
    assert post.port.body("main", "evt_1") is None
    assert post.port.body("main", "evt_2") == BODY
