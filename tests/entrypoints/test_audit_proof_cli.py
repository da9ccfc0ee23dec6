"""`portal audit` hands out the key, the whole record, and proofs that verify.py checks."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.event_proof.verify import main as verify
from domain.audit_reading import AuditExported
from entrypoints.cli import main
from entrypoints.container import Portal
from entrypoints.settings import from_process
from entrypoints.worker.checkpoints import send_checkpoints, sign_the_record
from tests.entrypoints.admin.test_audit import readings
from tests.entrypoints.test_audit_cli import portal_audit, story  # noqa: F401 - the fixture

told = pytest.mark.usefixtures("story")


@told
def test_a_bundle_by_command_is_whole_and_its_taking_recorded(
    portal: Portal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "record.zip"
    said = portal_audit("export", "--format", "bundle", "--output", str(target)).output
    key = portal_audit("key").output.strip()
    assert key in said
    assert target.stat().st_mode & 0o077 == 0
    assert verify([str(target), "--key", key]) == 0
    assert "whole, unaltered, in order" in capsys.readouterr().out
    taken = readings(portal)[-1]
    assert isinstance(taken, AuditExported)
    assert taken.sha256 in said


@told
def test_what_the_worker_sent_to_a_folder_proves_that_nothing_was_rewritten(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.setenv("PORTAL_CHECKPOINTS_FOLDER", str(outside))
    worker = Portal(settings=from_process())
    sign_the_record(worker)
    assert send_checkpoints(worker) == 1
    (kept,) = outside.iterdir()
    doctor = CliRunner().invoke(main, ["doctor"]).output
    assert "ok    The folder outside has the checkpoint of" in doctor
    portal_audit("export", "--format", "bundle", "--output", str(tmp_path / "record.zip"))
    assert verify([str(tmp_path / "record.zip"), str(outside)]) == 0
    portal_audit("prove", "--since", str(kept), "--output", str(tmp_path / "grown.json"))
    assert verify([str(tmp_path / "grown.json")]) == 0
    worker.engine().dispose()
    worker.keys_engine().dispose()


@told
def test_one_event_is_proven_by_command(
    portal: Portal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "event.json"
    portal_audit("prove", "--position", "12", "--output", str(target))
    assert verify([str(target), "--key", portal_audit("key").output.strip()]) == 0
    assert "Event 12 stands in the record" in capsys.readouterr().out
    target.write_bytes(target.read_bytes().replace(b"acme", b"acne"))
    assert verify([str(target)]) == 1
    assert "event 12 is not in the record in this form" in capsys.readouterr().out


@told
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["export", "--format", "bundle", "--kind", "grants"], "A bundle is the whole record"),
        (["export", "--disclose"], "Only a bundle keeps personal values apart"),
        (["prove"], "Name either a position or a checkpoint."),
        (["prove", "--position", "4711"], "The record is not that long."),
    ],
)
def test_what_cannot_be_proven_ends_with_a_sentence(
    words: list[str], sentence: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, ["audit", *words, "--output", str(tmp_path / "out")])
    assert done.exit_code in {1, 2}
    assert sentence in done.output
    assert not (tmp_path / "out").exists()
