"""`portal audit` gives the answers that auditors see on screen, and records each reading."""

from pathlib import Path
from textwrap import dedent

import msgspec
import pytest
from click.testing import CliRunner, Result

from domain.actor import Operator
from domain.customer_session import CustomerSession
from entrypoints.cli import main
from entrypoints.container import Portal
from tests.entrypoints.admin.desk import Desk, desk_of, staff_member
from tests.entrypoints.admin.test_audit import readings
from tests.read_models.access_stories import Story
from tests.read_models.books import named
from tests.wiring import settle_in

OCTOBER = ["--to", "2026-10-31"]
"""Before the readings of this test, which are in the record too."""


@pytest.fixture
def story(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Acme's domain is granted, used and revoked; the command line opens the same database."""
    settle_in(monkeypatch, portal)
    told = Story(portal)
    told.seller()
    told.bill_group()
    told.turn()
    told.after(hours=1)
    grant_id = told.grant("acme.example", reason="kick-off")
    told.after(minutes=30, seconds=15)
    session = CustomerSession(named("session"))
    session.sign_in(named("ACME"), "jane@acme.example", grant_id, "link", by=told.act)
    told.keep(session)
    told.after(hours=1)
    told.revoke(grant_id, "=2+5 over")
    return told


def portal_audit(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(main, ["audit", *words])
    assert done.exit_code == code, done.output
    return done


def test_history_is_a_table_of_plain_words(story: Story) -> None:
    printed = portal_audit("history", "--bill-group", "ACME", "--kind", "grants").output
    assert printed == dedent(
        """\
        When                      Position  What            Whom          Bill group       By              Why and how
        1 Oct 2026, 10:30:15 UTC  #14       Grant revoked   acme.example  ACME Ltd / ACME  a staff member  =2+5 over
        1 Oct 2026, 09:00:00 UTC  #12       Domain granted  acme.example  ACME Ltd / ACME  a staff member  kick-off

        2 in all, answered up to position 14.
        """  # noqa: E501 - the golden output
    )


def test_as_of_says_who_could_enter(story: Story) -> None:
    printed = portal_audit("as-of", "--bill-group", "ACME", "--at", "2026-10-01T10:30:14").output
    assert printed == dedent(
        """\
        ACME Ltd / ACME at 1 Oct 2026, 10:30:14 UTC (position 12): portal on, an active contract.
        Rule          Granted                   By              Why       Until                     Why no longer
        acme.example  1 Oct 2026, 09:00:00 UTC  a staff member  kick-off  1 Oct 2026, 10:30:15 UTC  =2+5 over
        """  # noqa: E501 - the golden output
    )
    later = portal_audit("as-of", "--bill-group", "ACME", "--at", "2026-10-01T10:30:15").output
    assert "No rule stood." in later


def test_as_of_says_where_a_person_could_enter(story: Story) -> None:
    asked = ["as-of", "--at", "2026-10-01T11:00", "--zone", "Europe/Copenhagen", "--person"]
    assert (
        "acme.example  1 Oct 2026, 11:00:00 CEST"
        in portal_audit(*asked, "jane@acme.example").output
    )
    assert "could enter nowhere" in portal_audit(*asked, "jane@bolt.example").output


def test_difference_says_what_came_and_what_went(story: Story) -> None:
    period = ["--from", "2026-10-01T08:00", "--to", "2026-10-01T09:00"]
    printed = portal_audit("difference", "--bill-group", "ACME", *period).output
    assert "New: Rule" in printed
    assert "Gone: none" in printed


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["history", "--bill-group", "ACME", *OCTOBER], "history?bill_group=ACME&to=2026-10-31"),
        (
            ["history", "--person", "jane@acme.example", *OCTOBER],
            "history?person=jane@acme.example&to=2026-10-31",
        ),
        (
            ["history", "--domain", "acme.example", *OCTOBER],
            "history?domain=acme.example&to=2026-10-31",
        ),
        (
            ["as-of", "--bill-group", "ACME", "--at", "2026-10-01T10:00"],
            "as-of?bill_group=ACME&at=2026-10-01T10:00",
        ),
        (
            ["as-of", "--person", "jane@acme.example", "--at", "2026-10-01T10:00"],
            "as-of?person=jane@acme.example&at=2026-10-01T10:00",
        ),
        (
            ["as-of", "--domain", "acme.example", "--at", "2026-10-01T10:00"],
            "as-of?domain=acme.example&at=2026-10-01T10:00",
        ),
        (["revocations", "--bill-group", "ACME"], "revocations?bill_group=ACME"),
        (["revocations", "--person", "jane@acme.example"], "revocations?person=jane@acme.example"),
        (
            ["difference", "--bill-group", "ACME", "--from", "2026-10-01", "--to", "2026-10-01T10"],
            "difference?bill_group=ACME&from=2026-10-01&to=2026-10-01T10",
        ),
    ],
)
def test_the_command_line_and_the_screen_give_the_same_bytes(
    story: Story, words: list[str], path: str, form: str
) -> None:
    with desk_of(story.portal) as desk:
        _come_in(desk)
        seen = desk.open(f"/audit/{path}&format={form}").content
    printed = portal_audit(*words, "--format", form).stdout_bytes
    assert printed == seen
    assert b"acme.example" in printed


def test_the_staff_at_a_moment_are_the_same_bytes_on_both_doors(story: Story) -> None:
    with desk_of(story.portal) as desk:
        _come_in(desk)
        seen = desk.open("/audit/staff?at=2026-11-02T09:30&format=jsonl").content
    printed = portal_audit("staff", "--at", "2026-11-02T09:30", "--format", "jsonl").stdout_bytes
    assert printed == seen
    assert b"ada@seller.example" in printed


def test_without_a_moment_it_is_now(story: Story) -> None:
    printed = portal_audit("as-of", "--bill-group", "ACME").output
    assert "No rule stood." in printed
    assert "Nobody." in portal_audit("staff").output


def test_revocations_name_the_sessions_they_met_with_their_last_use(story: Story) -> None:
    session = story.portal.log().get(CustomerSession, named("session"))
    story.after(seconds=1)
    session.end("revoked", story.now, by=story.act)
    story.keep(session)
    printed = portal_audit("revocations", "--domain", "acme.example").output
    assert "acme.example of ACME Ltd / ACME, revoked 1 Oct 2026, 10:30:15 UTC by" in printed
    assert "=2+5 over (#14)" in printed
    assert "jane@acme.example  1 Oct 2026, 09:30:15 UTC  1 Oct 2026, 10:30:16 UTC" in printed
    nothing = portal_audit("revocations", "--domain", "bolt.example").output
    assert nothing == "Nothing was revoked that fits.\n"


def _come_in(desk: Desk) -> None:
    desk.come_in(staff_member(desk.portal, "ada@seller.example", "auditor"))


def test_an_export_is_written_once_and_recorded_with_its_hash(story: Story, tmp_path: Path) -> None:
    target = tmp_path / "acme.jsonl"
    words = ["export", "--bill-group", "ACME", "--output", str(target)]
    said = portal_audit(*words).output
    lines = [msgspec.json.decode(line) for line in target.read_bytes().splitlines()]
    assert [line["position"] for line in lines] == [10, 11, 12, 13, 14]
    read, exported = readings(story.portal)
    assert exported.sha256 in said  # type: ignore[attr-defined]
    assert isinstance(read.actor, Operator)
    assert "exists" in portal_audit(*words, code=1).output
    assert len(readings(story.portal)) == 2


def test_what_cannot_be_understood_ends_with_a_sentence(story: Story) -> None:
    portal_audit("as-of", "--at", "2026-10-01", code=2)
    story.bill_group("ACME North")
    for words, sentence in (
        (["history", "--bill-group", "nobody"], "There is no bill group nobody."),
        (["history", "--bill-group", "acme"], "ACME North  ACME North (ACME North Ltd)"),
        (["history", "--from", "yesterday"], "Please write a date"),
        (["history", "--zone", "Mars/Base"], "There is no time zone of this name."),
        (["history", "--staff", "joe@seller.example"], "No staff member ever had this address."),
        (["staff", "--at", "2999-01-01"], "This moment is still to come."),
        (["as-of", "--person", "a@acme.example", "--at", "2999-01-01"], "is still to come."),
        (
            ["difference", "--bill-group", "North", "--from", "2026-10-01", "--to", "2999-01-01"],
            "is still to come.",
        ),
        (["history", "--from", "2026-10-02", "--to", "2026-10-01"], "before the beginning"),
    ):
        done = CliRunner().invoke(main, ["audit", *words])
        assert done.exit_code in {1, 2}
        assert sentence in done.output
    assert readings(story.portal) == []


def test_help_teaches_with_examples() -> None:
    for command in ("history", "as-of", "difference", "staff", "revocations", "export"):
        assert f"portal audit {command} --" in portal_audit(command, "--help").output
