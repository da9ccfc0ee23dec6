"""`portal privacy`: the same as on screen, for who has a shell."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli.privacy import privacy
from entrypoints.container import Portal
from tests.application.erasure_story import JUTTA, NAME, WORDS, dumps, fill, stored_events


@pytest.fixture
def shell(portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Shell":
    """A shell on the machine where she stands in every corner."""
    fill(portal, tmp_path)
    monkeypatch.setattr("entrypoints.cli.privacy._portal", lambda: portal)
    return Shell()


class Shell:
    """Types commands."""

    def types(self, *words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(privacy, list(words), input=answer)


def test_the_dry_run_says_what_goes_and_what_stays_by_law(shell: Shell, portal: Portal) -> None:
    before = stored_events(portal)
    said = shell.types("erase", JUTTA, "--dry-run").output
    assert "Goes with an erasure:" in said
    assert "Stays by law: accounting records (GDPR Art. 17(3)(b)):" in said
    assert "1 PDF: R-77" in said
    assert "1 grant still lets this address in; --revoke ends what lets it in." in said
    assert stored_events(portal)[: len(before)] == before
    assert len(stored_events(portal)) == len(before) + 1, "the look itself is recorded"


def test_erasing_asks_to_type_the_address_once_more(shell: Shell, portal: Portal) -> None:
    erase = ("erase", JUTTA, "--reason", "She asked", "--revoke")
    refused = shell.types(*erase, answer="somebody else\n")
    assert refused.exit_code == 1
    assert "This is not what stands above." in refused.output
    done = shell.types(*erase, answer=f"{JUTTA}\n")
    assert done.exit_code == 0, done.output
    assert not any(JUTTA.encode() in content.lower() for _, content in dumps(portal))
    assert NAME not in shell.types("find", JUTTA).output
    assert "was erased once" in shell.types("find", JUTTA).output


def test_logs_and_dumps_are_looked_through_when_they_are_named(
    shell: Shell, tmp_path: Path
) -> None:
    logs = tmp_path / "elsewhere"
    logs.mkdir()
    (logs / "portal.log").write_text(f"mail to {JUTTA.upper()} {JUTTA}")
    (logs / "other.log").write_text("nothing")
    said = shell.types("find", JUTTA, "--also", str(logs)).output
    assert "portal.log" in said
    assert "other.log" not in said


def test_a_hold_refuses_until_it_is_released(shell: Shell) -> None:
    assert shell.types("hold", JUTTA, "--reason", "A dispute").exit_code == 0
    assert "A legal hold stands since 2026-11-02 09:30 UTC" in shell.types("find", JUTTA).output
    refused = shell.types("erase", JUTTA, "--reason", "x", "--revoke", "--yes")
    assert refused.exit_code == 1
    assert "A legal hold stands on this person." in refused.output
    assert shell.types("release", JUTTA, "--reason", "Settled").exit_code == 0
    assert shell.types("erase", JUTTA, "--reason", "x", "--revoke", "--yes").exit_code == 0


def test_what_is_held_is_written_into_a_file(shell: Shell, tmp_path: Path) -> None:
    for form in ("json", "pdf"):
        target = tmp_path / f"hers.{form}"
        said = shell.types("export", JUTTA, "--format", form, "--output", str(target))
        assert said.exit_code == 0, said.output
        assert target.stat().st_size > 1_000
    assert all(word in (tmp_path / "hers.json").read_text() for word in WORDS)


def test_what_is_no_person_and_what_nobody_is_held_of_is_said(shell: Shell) -> None:
    assert "Type an email address" in shell.types("find", "staff:x").output
    assert "Nothing is held of this person." in shell.types("find", "no@corp.example").output


def test_carrying_erasures_out_again_finds_none_that_came_back(shell: Shell) -> None:
    shell.types("erase", JUTTA, "--reason", "x", "--revoke", "--yes")
    assert "None came back." in shell.types("reapply").output
