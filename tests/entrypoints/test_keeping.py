"""How long things are kept is set by the operator, and the worker deletes what is older."""

from datetime import timedelta
from pathlib import Path

import pytest

from adapters.memory.clock import SetClock
from application.ports.import_runs import RunBegun
from entrypoints.settings import SettingsWrong, read_settings
from entrypoints.worker.housekeeping import forget_what_is_old
from tests.databases import Databases
from tests.wiring import STARTED, wired


def test_unless_set_otherwise_things_are_kept_as_the_documentation_says() -> None:
    settings = read_settings({})
    assert settings.keep_requests_days == 1
    assert settings.keep_sessions_days == 90
    assert settings.keep_mails_days == 30
    assert settings.keep_imports_days == 365
    assert settings.keep_webhooks_days == 90
    assert settings.keep_bounces_days == 90


def test_an_operator_may_keep_things_for_a_shorter_time() -> None:
    assert read_settings({"PORTAL_KEEP_IMPORTS_DAYS": "30"}).keep_imports_days == 30


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(SettingsWrong) as refused:
        read_settings({"PORTAL_KEEP_MAILS_DAYS": "0", "PORTAL_KEEP_SESSIONS_DAYS": "-1"})
    assert refused.value.problems == [
        "PORTAL_KEEP_SESSIONS_DAYS is at least 1.",
        "PORTAL_KEEP_MAILS_DAYS is at least 1.",
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(("days", "left"), [(9, 0), (10, 1)])
def test_the_worker_deletes_what_is_older_than_was_set(
    databases: Databases, tmp_path: Path, kind: str, days: int, left: int
) -> None:
    with (
        databases.fresh(kind, tmp_path) as url,
        wired(url, tmp_path, keep_imports_days=days, keep_bounces_days=days) as portal,
    ):
        begun = RunBegun(
            run_id=portal.ids().uuid7(),
            source="erp",
            format="rows",
            files=("rows.jsonl",),
            operator="ops@desk",
            at=STARTED,
        )
        portal.import_runs().begin(begun)
        portal.bounces().note("jane@acme.com", "no mailbox", STARTED)
        clock: SetClock = portal.clock()
        clock.set(STARTED + timedelta(days=10))
        forget_what_is_old(portal)
        assert len(portal.import_runs().latest(10)) == left
        assert (portal.bounces().of("jane@acme.com") is not None) == bool(left)
