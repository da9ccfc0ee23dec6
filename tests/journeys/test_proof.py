"""An auditor asks the record, takes it along, and finds out that one byte of it was changed."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from tests.importing import EXAMPLES
from tests.journeys.browsing import somebody
from tests.journeys.looking import Looker
from tests.journeys.mailbox import Mailbox
from tests.journeys.running import RunningPortal
from tests.journeys.staff import Auditor, StaffMember

pytestmark = pytest.mark.browser

RUNE = "rune@northwind.example"
MARA = "mara@northwind.example"


def test_an_auditor_asks_takes_the_record_along_and_sees_what_was_changed(
    running: RunningPortal, browser: Browser, mailbox: Mailbox, tmp_path: Path
) -> None:
    running.command("staff", "add", MARA, "--name", "Mara Okafor")
    running.command("staff", "add", RUNE, "--name", "Rune Dahl", "--role", "auditor")
    running.command("import", str(EXAMPLES / "company.jsonl"))
    mara = StaffMember(somebody(browser), running.admin_url, MARA)
    mara.sign_in(mailbox)
    mara.open_portal_of("Acme Manufacturing Ltd", "Acme main")
    mara.grant_domain("acme.example")

    rune = Auditor(somebody(browser), running.admin_url, RUNE)
    rune.sign_in(mailbox)
    rune.ask_who_could_enter("Acme main", datetime.now(UTC))
    expect(rune.row("acme.example", "Mara Okafor")).to_be_visible()
    rune.ask_who_signed_in("Acme main")
    rune.ask_what_was_granted()
    expect(rune.row("Domain granted", "acme.example")).to_be_visible()

    looker = Looker(rune.tab)
    looker.at(f"{running.admin_url}/audit/record")
    assert looker.faults == []

    record = tmp_path / "record.zip"
    key = rune.take_the_record(record)
    assert key == running.command("audit", "key").strip()
    folder = tmp_path / "record"
    ZipFile(record).extractall(folder)
    verified = _verified(folder, key)
    assert verified.returncode == 0, verified.stdout
    assert "whole, unaltered, in order." in verified.stdout

    events = folder / "events.jsonl"
    position = 1 + next(
        number
        for number, line in enumerate(events.read_bytes().splitlines())
        if b"portal_access.domain_granted.v1" in line
    )
    events.write_bytes(events.read_bytes().replace(b'"acme.example"', b'"acne.example"', 1))
    verified = _verified(folder, key)
    assert verified.returncode == 1
    assert verified.stdout.splitlines() == [f"ALTERED  Event {position} was changed."]


def _verified(folder: Path, key: str) -> subprocess.CompletedProcess[str]:
    """Run the program that came with the record, on Python alone."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), "--key", key]
    return subprocess.run(command, capture_output=True, text=True, check=False)
