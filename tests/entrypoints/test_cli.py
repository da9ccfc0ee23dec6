"""The command line teaches, answers at once, and names what is wrong with an installation."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from adapters.counts import counted
from adapters.database import open_database, writing
from entrypoints.cli import ABOUT, COMMANDS, main
from entrypoints.installing import install
from tests.wiring import SECRET


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET", SECRET)
    monkeypatch.setenv("PORTAL_SMTP_PORT", "1")
    install(f"sqlite:///{tmp_path / 'portal.db'}", f"sqlite:///{tmp_path / 'portal-keys.db'}")
    return tmp_path


def test_help_names_every_command_without_importing_one() -> None:
    shown = CliRunner().invoke(main, ["--help"])
    assert shown.exit_code == 0
    assert COMMANDS.keys() == ABOUT.keys()
    for name in COMMANDS:
        assert f"  {name} " in shown.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert "Usage" in shown.output


def test_an_unknown_setting_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_COLOUR", "blue")
    ended = CliRunner().invoke(main, ["doctor"])
    assert ended.exit_code == 2
    assert "PORTAL_COLOUR is not a setting" in ended.output


def test_the_doctor_names_a_mail_server_that_does_not_answer(installed: Path) -> None:
    seen = CliRunner().invoke(main, ["doctor"])
    assert seen.exit_code == 1
    assert (
        "MEND  The mail server localhost:1: The mail server could not be talked to" in seen.output
    )
    assert "ok    The record has 0 events and no gaps." in seen.output


@pytest.mark.parametrize(("number", "said"), [(0, "0 keys"), (1, "1 key"), (2, "2 keys")])
def test_what_operators_count_is_singular_where_it_is_one(number: int, said: str) -> None:
    assert counted(number, "key") == said
    assert counted(1, "event is", "events are") == "1 event is"
    assert counted(2, "event is", "events are") == "2 events are"


def test_the_doctor_names_read_models_that_are_behind(installed: Path) -> None:
    engine = open_database(f"sqlite:///{installed / 'portal.db'}")
    with writing(engine) as connection:
        connection.execute(text("UPDATE read_models SET position = -1"))
    engine.dispose()
    assert "run `portal rebuild`" in CliRunner().invoke(main, ["doctor"]).output


def test_the_doctor_names_read_models_that_this_database_never_had(installed: Path) -> None:
    engine = open_database(f"sqlite:///{installed / 'portal.db'}")
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM read_models WHERE model LIKE 'overview@%'"))
    engine.dispose()
    said = CliRunner().invoke(main, ["doctor"]).output
    assert "MEND  New in this version of the portal: overview." in said
    assert "Run `portal rebuild --missing`" in said


def test_the_doctor_names_a_database_that_others_can_read(installed: Path) -> None:
    (installed / "portal.db").chmod(0o644)
    (installed / "portal-keys.db").chmod(0o600)
    seen = CliRunner().invoke(main, ["doctor"]).output
    assert f"MEND  Others can read {installed / 'portal.db'} (644)" in seen
    assert f"ok    {installed / 'portal-keys.db'} is readable by its owner only (600)." in seen


@pytest.mark.parametrize("name", ["serve", "web", "admin", "worker"])
def test_nothing_runs_for_real_on_a_sqlite_that_can_lose_data(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.database.SAFE_SQLITE", (99, 0, 0))
    ended = CliRunner().invoke(main, [name])
    assert ended.exit_code == 2
    assert "PORTAL_DATABASE_URL" in ended.output
