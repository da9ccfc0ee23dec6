"""A database of an earlier version is brought up to this one, or a sentence says what to run."""

import socket

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from adapters.database import writing
from adapters.migrations import VERSION_TABLES
from entrypoints.cli import main
from entrypoints.container import Portal
from tests.application.test_erasure import rows
from tests.entrypoints.web.customers import Seller
from tests.wiring import settle_in


@pytest.fixture
def earlier(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Portal:
    """A portal with events whose audit history had another shape when it was last run."""
    Seller(portal).customer("Acme", "acme.com")
    settle_in(monkeypatch, portal, WEB_PORT=_free_port(), ADMIN_PORT=_free_port())
    monkeypatch.setattr("entrypoints.processes.Processes.run", lambda _: None)
    with writing(portal.engine()) as connection:
        connection.execute(text("DROP TABLE audit_history"))
        connection.execute(text("CREATE TABLE audit_history (position INTEGER)"))
        connection.execute(
            text("UPDATE read_models SET model = 'audit_history@0' WHERE model LIKE :name"),
            {"name": "audit_history@%"},
        )
    return portal


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_serving_builds_what_is_new_first_and_only_once(earlier: Portal) -> None:
    started = _run("serve")
    assert started.exit_code == 0, started.output
    assert "This version of the portal reads more from the record." in started.output
    assert "Rebuilt audit_history." in started.output
    assert "Customers: http://" in started.output
    live = rows(earlier)
    assert live["audit_history"]
    earlier.traces().rebuild()
    assert rows(earlier) == live
    assert "Rebuilt" not in _run("serve").output


@pytest.mark.parametrize("name", ["web", "admin", "worker"])
def test_processes_that_are_started_one_by_one_say_what_to_run(earlier: Portal, name: str) -> None:
    ended = _run(name)
    assert ended.exit_code == 1
    assert "The read model audit_history is new in this version" in ended.output
    assert "run `portal rebuild --missing`" in ended.output


def test_the_doctor_says_which_command_brings_what_is_new(earlier: Portal) -> None:
    said = _run("doctor").output
    assert "MEND  New in this version of the portal: audit_history." in said
    assert "Run `portal rebuild --missing`" in said
    assert "Rebuilt audit_history." in _run("rebuild", "--missing").output
    assert "Every read model is at the head of the record." in _run("doctor").output


def test_the_doctor_says_what_to_run_on_the_tables_of_an_earlier_version(earlier: Portal) -> None:
    with writing(earlier.engine()) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLES['portal']} SET version_num = 'first'"))
    ended = _run("doctor")
    assert ended.exit_code == 1
    assert "The tables are those of another version of the portal" in ended.output
    assert "`portal rebuild --missing`" in ended.output
