"""What keeps a command from its work is said in a sentence, with what to do."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from adapters.database import open_database, writing
from entrypoints.cli import main

SECRET = "a-secret-of-the-tests-0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with nothing in it but what is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_SECRET", SECRET)
    return tmp_path


def types(*words: str) -> Result:
    """Type a command."""
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("command", ["doctor", "web", "worker"])
def test_where_nothing_was_begun_a_command_says_so_and_makes_nothing(
    folder: Path, command: str
) -> None:
    said = types(command)
    assert said.exit_code == 1
    assert "There is no portal here yet (portal-data/portal.db)" in said.output
    assert "portal staff add" in said.output
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [("privacy", "find", "mara@acme.com"), ("privacy", "erase", "mara@acme.com", "--dry-run")],
)
def test_a_person_is_not_looked_for_in_read_models_of_another_version(
    folder: Path, words: tuple[str, ...]
) -> None:
    assert types("staff", "add", "mara@acme.com", "--name", "Mara").exit_code == 0
    engine = open_database(f"sqlite:///{folder / 'portal-data' / 'portal.db'}")
    with writing(engine) as connection:
        connection.execute(text("DELETE FROM read_models WHERE model LIKE 'entry@%'"))
        tables = "SELECT name FROM sqlite_master WHERE name LIKE 'entry_%' AND type = 'table'"
        for table in list(connection.execute(text(tables)).scalars()):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_of_another_version"))
    engine.dispose()
    said = types(*words)
    assert said.exit_code == 1
    assert "The read model entry is new in this version of the portal" in said.output


def test_what_the_database_said_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "portal.db").mkdir()
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{folder / 'portal.db'}")
    said = types("doctor")
    assert said.exit_code == 1
    assert "cannot be reached, or is full (OperationalError: unable to open" in said.output
