"""A bundle holds the whole record, and is checked by a bare Python that knows no portal."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import msgspec
import pytest
from sqlalchemy import func, select

from adapters.database import writing
from adapters.event_proof.signing import NoteSigner
from adapters.event_proof.verify import Key, main, verify_bundle
from adapters.person_keys import PERSON_KEYS
from adapters.schema import EVENTS
from application.checkpoints import cover_everything
from entrypoints.auditing_proof import bundled
from entrypoints.container import Portal
from tests.read_models.access_stories import Story
from tests.wiring import STARTED


@pytest.fixture
def told(portal: Portal) -> Story:
    """A story with personal values: who was let in, and why."""
    story = Story(portal)
    story.seller()
    story.bill_group()
    story.turn()
    story.revoke(story.grant("acme.example", reason="a customer since May"), "over")
    return story


def taken(portal: Portal, folder: Path, *, disclosed: bool = False) -> Path:
    """Take a bundle, as a zip file."""
    _, file = bundled(portal, disclosed=disclosed)
    path = folder / "record.zip"
    path.write_bytes(b"".join(file.chunks()))
    return path


def unpacked(bundle: Path) -> Path:
    folder = bundle.with_suffix("")
    ZipFile(bundle).extractall(folder)
    return folder


def checked(path: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the bundle's own verify.py, isolated from whatever is installed."""
    script = unpacked(path) / "verify.py" if path.suffix == ".zip" else path / "verify.py"
    command = [sys.executable, "-I", "-S", str(script), str(path), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_bundle_is_whole_and_checked_without_the_portal(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    path = taken(portal, tmp_path)
    with portal.reading() as connection:
        stored = connection.execute(select(func.count()).select_from(EVENTS)).scalar()
    done = checked(path, "--key", portal.record_signer().verifier_key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{stored} events, positions 1 to {stored}: whole, unaltered, in order." in done.stdout


def test_without_a_key_the_one_in_the_bundle_is_shown_to_be_compared(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    done = checked(taken(portal, tmp_path))
    assert done.returncode == 0
    assert "compare this one with the key that you noted" in done.stdout
    assert portal.record_signer().verifier_key in done.stdout


def test_without_a_word_it_checks_the_folder_it_lies_in(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    script = unpacked(taken(portal, tmp_path)) / "verify.py"
    command = [sys.executable, "-I", "-S", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "whole, unaltered, in order." in done.stdout


def test_one_changed_byte_is_named_by_its_event(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    folder = unpacked(taken(portal, tmp_path))
    lines = (folder / "events.jsonl").read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"acme.example", b"acne.example").replace(b'"at"', b'"aT"')
    (folder / "events.jsonl").write_bytes(b"".join(lines))
    done = checked(folder)
    assert done.returncode == 1
    assert "ALTERED  Event 5 was changed." in done.stdout


def test_a_damaged_zip_file_is_told(portal: Portal, told: Story, tmp_path: Path) -> None:
    path = taken(portal, tmp_path)
    with ZipFile(path) as bundle:
        start = bundle.getinfo("events.jsonl").header_offset + 200
    content = bytearray(path.read_bytes())
    content[start : start + 40] = bytes(40)
    path.write_bytes(content)
    findings = verify_bundle(path).findings
    assert any("events.jsonl is damaged" in each.words for each in findings)


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "record.zip"
    path.write_bytes(content)
    assert main([str(path)]) in {1, 2}


def _kept(portal: Portal, folder: Path) -> Path:
    newest = portal.checkpoints().newest()
    assert newest is not None
    path = folder / "kept.txt"
    path.write_text(newest.note)
    return path


def test_a_checkpoint_that_was_kept_elsewhere_fits_a_record_that_only_grew(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    cover_everything(portal.checkpoints(), STARTED)
    kept = _kept(portal, tmp_path)
    told.grant("other.example", reason="later")
    assert verify_bundle(taken(portal, tmp_path), [kept]).findings == []


def test_a_checkpoint_that_was_kept_elsewhere_shows_that_the_record_was_cut(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    path = taken(portal, tmp_path)
    told.grant("other.example", reason="later")
    size = cover_everything(portal.checkpoints(), STARTED)
    (finding,) = verify_bundle(path, [_kept(portal, tmp_path)]).findings
    assert (finding.kind, finding.last) == ("cut", size)


def test_a_bundle_that_another_key_has_signed_is_not_believed(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    path = taken(portal, tmp_path)
    stranger = Key(NoteSigner(portal.record_signer().name, bytes(32)).verifier_key)
    findings = verify_bundle(path, keys=[stranger]).findings
    assert "nothing is proven" in findings[-1].words


def _disclosed(path: Path) -> list[dict[str, object]]:
    with ZipFile(path) as bundle:
        lines = bundle.read("disclosures.jsonl").splitlines()
    return [msgspec.json.decode(line) for line in lines]


def test_personal_values_are_sealed_unless_they_are_asked_for(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    with ZipFile(taken(portal, tmp_path)) as bundle:
        assert "disclosures.jsonl" not in bundle.namelist()
        whole = b"".join(bundle.read(name) for name in bundle.namelist())
    assert b"a customer since May" not in whole


def test_disclosed_values_are_proven_by_sha_256_alone(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    path = taken(portal, tmp_path, disclosed=True)
    assert "a customer since May" in {said["value"] for said in _disclosed(path)}
    outcome = verify_bundle(path)
    assert outcome.findings == []
    assert outcome.disclosed == len(_disclosed(path)) > 1


def test_a_disclosed_value_that_was_altered_does_not_fit_its_event(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    folder = unpacked(taken(portal, tmp_path, disclosed=True))
    said = folder / "disclosures.jsonl"
    said.write_bytes(said.read_bytes().replace(b"since May", b"since Mai"))
    kinds = [finding.kind for finding in verify_bundle(folder).findings]
    assert kinds == ["file", "disclosure"]


def test_what_was_erased_is_not_disclosed_and_the_record_stays_whole(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    with writing(portal.keys_engine()) as connection:
        connection.execute(PERSON_KEYS.delete())
    portal.keys.reset()
    portal.record_bundles.reset()
    path = taken(portal, tmp_path, disclosed=True)
    assert _disclosed(path) == []
    assert verify_bundle(path).findings == []


def test_an_empty_record_is_a_bundle_too(portal: Portal, tmp_path: Path) -> None:
    outcome = verify_bundle(taken(portal, tmp_path))
    assert (outcome.findings, outcome.size) == ([], 0)


def test_a_file_that_was_put_into_the_bundle_is_named(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    folder = unpacked(taken(portal, tmp_path))
    (folder / "more.txt").write_bytes(b"more")
    (finding,) = verify_bundle(folder).findings
    assert finding.words == "more.txt is not part of the export."


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_stands_in_the_zip_file_twice_is_named(
    portal: Portal, told: Story, tmp_path: Path
) -> None:
    path = taken(portal, tmp_path)
    with ZipFile(path) as bundle:
        genuine = {name: bundle.read(name) for name in bundle.namelist()}
    with ZipFile(path, "w") as bundle:
        bundle.writestr("events.jsonl", b"what most programs would unpack")
        for name, content in genuine.items():
            bundle.writestr(name, content)
    (finding,) = verify_bundle(path).findings
    assert finding.words == "events.jsonl is there twice."
