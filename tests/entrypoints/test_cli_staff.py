"""`portal staff` makes the first admin, and says what to do next."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from domain.actor import Operator
from domain.identity import STAFF_DIRECTORY
from domain.staff import MemberAdded
from entrypoints.asgi import portal_of_process
from entrypoints.cli import main
from entrypoints.cli.staff import staff


@pytest.fixture(autouse=True)
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without anything in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path / "data"))


def typed(*words: str) -> Result:
    return CliRunner().invoke(staff, words)


def test_the_first_one_becomes_an_admin_and_is_told_what_to_do_next() -> None:
    said = typed("add", "Ann@Seller.Example", "--name", "Ann Berg")
    assert said.exit_code == 0, said.output
    assert "Added Ann Berg (admin)." in said.output
    assert "http://admin.localhost:8001/sign-in" in said.output
    assert "ann@seller.example  Ann Berg  admin  active" in typed("list").output


def test_without_an_admin_the_way_to_one_is_told() -> None:
    said = typed("add", "ann@seller.example", "--name", "Ann Berg", "--role", "billing")
    assert (
        "Nobody is an admin yet: portal staff roles ann@seller.example --role admin" in said.output
    )
    assert "Nobody is an admin" not in typed("add", "bo@seller.example", "--name", "Bo").output


def test_what_is_made_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["staff", "add", "ann@seller.example", "--name", "Ann Berg"])
    made = [tmp_path / "data", *(tmp_path / "data").iterdir()]
    assert {path.name for path in made} >= {"portal.db", "portal-keys.db", "portal.secrets"}
    assert not [path for path in made if path.stat().st_mode & 0o077]


@pytest.mark.parametrize("words", [["staff", "list"], ["web"], ["doctor"], ["rebuild"]])
def test_other_secrets_are_never_made_beside_a_record(words: list[str], tmp_path: Path) -> None:
    typed("add", "ann@seller.example", "--name", "Ann Berg")
    secrets = tmp_path / "data" / "portal.secrets"
    secrets.unlink()
    ended = CliRunner().invoke(main, words)
    assert ended.exit_code == 1
    assert "put the kept copy there" in ended.output
    assert not secrets.exists()


def test_the_operators_account_and_machine_are_recorded() -> None:
    typed("add", "ann@seller.example", "--name", "Ann Berg")
    (added,) = portal_of_process().log().store.get(STAFF_DIRECTORY)
    assert isinstance(added, MemberAdded)
    assert isinstance(added.actor, Operator)
    assert added.actor.account
    assert added.actor.machine


def test_the_next_one_needs_a_role() -> None:
    typed("add", "ann@seller.example", "--name", "Ann Berg")
    said = typed("add", "mara@seller.example", "--name", "Mara Okafor")
    assert said.exit_code == 2
    assert "Choose what they may do" in said.output
    words = ("--name", "Mara Okafor", "--role", "billing", "--role", "viewer")
    assert typed("add", "mara@seller.example", *words).exit_code == 0
    assert "viewer, billing" in typed("list").output


@pytest.mark.parametrize("words", [("deactivate",), ("roles", "--role", "viewer")])
def test_the_last_admin_stays(words: tuple[str, ...]) -> None:
    typed("add", "ann@seller.example", "--name", "Ann Berg")
    said = typed(words[0], "ann@seller.example", *words[1:])
    assert said.exit_code == 1
    assert "This is the last admin." in said.output


def test_somebody_is_deactivated_reactivated_and_given_other_roles() -> None:
    typed("add", "ann@seller.example", "--name", "Ann Berg")
    typed("add", "mara@seller.example", "--name", "Mara Okafor", "--role", "viewer")
    assert typed("deactivate", "mara@seller.example").exit_code == 0
    assert "deactivated" in typed("list").output
    assert typed("reactivate", "mara@seller.example").exit_code == 0
    assert typed("roles", "mara@seller.example", "--role", "auditor").exit_code == 0
    assert "Mara Okafor  auditor  active" in typed("list").output
    assert typed("reset-second-factor", "mara@seller.example").exit_code == 0


@pytest.mark.parametrize("command", ["deactivate", "reactivate", "reset-second-factor", "roles"])
def test_somebody_unknown_is_named_in_the_answer(command: str) -> None:
    said = typed(command, "nobody@seller.example")
    assert said.exit_code == 1
    assert "There is no staff member nobody@seller.example." in said.output


def test_an_address_that_is_none_is_refused_with_words() -> None:
    said = typed("add", "ann", "--name", "Ann Berg")
    assert said.exit_code == 1
    assert "An email address has an @ in it" in said.output
