"""Auditors ask the record on screen: only they, and never without leaving a trace."""

import csv
import re
from datetime import timedelta
from io import StringIO
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from adapters.database import reading
from adapters.schema import EVENTS
from application.ports.event_log import RecordUnavailable
from domain.audit_reading import AuditExported, AuditRead
from domain.customer_session import CustomerSession
from domain.event import Event
from domain.sign_in import SignInAttempt
from entrypoints.container import Portal
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.read_models.access_stories import START, Story
from tests.read_models.books import named

AT = "%Y-%m-%dT%H:%M:%S"


def readings(portal: Portal) -> list[Event]:
    """What the record holds of readings."""
    query = select(EVENTS.c.topic, EVENTS.c.state).order_by(EVENTS.c.position)
    with reading(portal.engine()) as connection:
        rows = connection.execute(query.where(EVENTS.c.topic.like("audit.%"))).all()
    return [portal.log().mapper.decode(row.topic, bytes(row.state)) for row in rows]


@pytest.fixture
def auditor(desk: Desk) -> UUID:
    staff_id = staff_member(desk.portal, "ada@seller.example", "auditor", name="Ada Brandt")
    desk.come_in(staff_id)
    return staff_id


@pytest.fixture
def story(desk: Desk, auditor: UUID) -> Story:
    """Acme's domain is granted at nine, used at ten, revoked at eleven."""
    told = Story(desk.portal)
    told.seller()
    told.bill_group()
    told.turn()
    told.after(hours=1)
    grant_id = told.grant("acme.example", reason="kick-off")
    told.after(hours=1)
    session = CustomerSession(named("session"))
    session.sign_in(named("ACME"), "jane@acme.example", grant_id, "link", by=told.act)
    told.keep(session)
    told.after(hours=1)
    told.revoke(grant_id, "=SUM(A1) over")
    refused = SignInAttempt(named("refused"))
    refused.refuse(named("ACME"), "joe@acme.example", "revoked", by=told.act)
    told.keep(refused)
    return told


def test_the_start_page_offers_the_questions_in_plain_words(desk: Desk, auditor: UUID) -> None:
    desk.open("/audit")
    for words in ("Who could enter?", "Who did?", "What changed between two moments?"):
        assert words in desk.words
    assert readings(desk.portal) == [], "looking at the forms asks nothing"


@pytest.mark.parametrize("role", ["viewer", "billing", "admin"])
@pytest.mark.parametrize("path", ["/audit", "/audit/history", "/audit/as-of", "/audit/difference"])
def test_nobody_but_auditors_opens_the_audit_pages(desk: Desk, role: str, path: str) -> None:
    desk.come_in(staff_member(desk.portal, "mara@seller.example", role))  # type: ignore[arg-type]
    assert desk.open(path).status_code == 403


def test_who_could_enter_is_answered_before_and_after_a_revocation(
    desk: Desk, story: Story
) -> None:
    before = (story.now - timedelta(seconds=1)).strftime(AT)
    desk.open(f"/audit/as-of?bill_group=ACME&at={before}&zone=UTC")
    assert "acme.example everyone at this domain" in desk.words
    assert "kick-off" in desk.words
    assert "Could anybody enter? Yes" in desk.words
    desk.open(f"/audit/as-of?bill_group=ACME&at={story.now.strftime(AT)}&zone=UTC")
    assert "No rule stood" in desk.words


def test_a_moment_is_read_in_the_named_zone(desk: Desk, story: Story) -> None:
    granted = (START + timedelta(hours=3)).strftime(AT)  # 9:00 UTC is 11:00 in Copenhagen
    desk.open(f"/audit/as-of?bill_group=ACME&at={granted}&zone=Europe/Copenhagen")
    assert "11:00:00 CEST" in desk.words
    assert "acme.example everyone at this domain" in desk.words
    early = (START + timedelta(hours=3, seconds=-1)).strftime(AT)
    desk.open(f"/audit/as-of?bill_group=ACME&at={early}&zone=Europe/Copenhagen")
    assert "No rule stood" in desk.words


def test_where_a_person_could_enter_names_the_rule_of_their_domain(
    desk: Desk, story: Story
) -> None:
    at = (START + timedelta(hours=2)).strftime(AT)
    desk.open(f"/audit/as-of?person=Jane@acme.example&at={at}&zone=UTC")
    assert "Where jane@acme.example could enter" in desk.words
    assert "acme.example everyone at this domain" in desk.words
    desk.open(f"/audit/as-of?person=jane@bolt.example&at={at}&zone=UTC")
    assert "Nowhere" in desk.words


def test_who_signed_in_names_the_rule_that_let_them_in(desk: Desk, story: Story) -> None:
    desk.open("/audit/history?bill_group=ACME&kind=sign_ins")
    assert "Signed in jane@acme.example" in desk.words
    assert "by the rule for acme.example · with the mailed link" in desk.words
    assert "Sign-in refused joe@acme.example" in desk.words
    assert "the grant was revoked" in desk.words
    assert "Domain granted" not in desk.words


def test_a_persons_history_includes_the_grants_of_their_domain(desk: Desk, story: Story) -> None:
    desk.open("/audit/history?person=jane@acme.example")
    for words in ("Domain granted", "Grant revoked", "Signed in jane@acme.example"):
        assert words in desk.words
    assert "joe@" not in desk.words


def test_what_changed_between_two_moments(desk: Desk, story: Story) -> None:
    period = f"from={START.strftime(AT)}&to={(START + timedelta(hours=2)).strftime(AT)}&zone=UTC"
    desk.open(f"/audit/difference?bill_group=ACME&{period}")
    assert "New stood at the later moment only Rule" in desk.words
    assert "No rule is gone" in desk.words


def test_a_name_that_fits_several_bill_groups_is_asked_back(desk: Desk, story: Story) -> None:
    story.bill_group("ACME North")
    desk.open("/audit/history?bill_group=acme")
    assert "Which bill group?" in desk.words
    assert f"bill_group={named('ACME North')}" in desk.page.text  # type: ignore[union-attr]
    assert readings(desk.portal) == []


def test_what_cannot_be_understood_is_said_at_its_field(desk: Desk, auditor: UUID) -> None:
    answer = desk.open("/audit/as-of?at=yesterday&zone=Mars/Base")
    assert answer.status_code == 422
    assert "Please write a date" in desk.words
    assert "There is no time zone of this name." in desk.words
    assert "Name a bill group, a person or a domain." in desk.words
    desk.open("/audit/difference?bill_group=acme")
    assert "Please fill this in." in desk.words
    desk.open("/audit/history?bill_group=nobody&from=2026-11-02&to=2026-11-01")
    assert "No bill group has this id or name." in desk.words
    assert "This lies before the beginning of the period." in desk.words


@pytest.mark.parametrize(
    "asked",
    [
        "as-of?bill_group=acme&at=2999-01-01",
        "staff?at=2999-01-01",
        "difference?bill_group=acme&from=2026-10-01&to=2999-01-01",
        "difference?bill_group=acme&from=2999-01-01&to=2999-01-02",
    ],
)
def test_a_moment_that_is_still_to_come_is_not_answered(
    desk: Desk, story: Story, asked: str
) -> None:
    assert desk.open(f"/audit/{asked}").status_code == 422
    assert "This moment is still to come." in desk.words
    assert 'value="2999-01-01"' in desk.page.text if desk.page else False
    assert readings(desk.portal) == []


def test_a_file_of_one_line_is_said_to_have_one_line(desk: Desk, story: Story) -> None:
    desk.open("/audit/history?kind=refused&format=csv")
    desk.open("/audit/history?kind=exports")
    assert "1 line, SHA-256" in desk.words


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Tokyo"])
def test_every_moment_names_its_zone(desk: Desk, story: Story, zone: str) -> None:
    asked = ["as-of?bill_group=acme&at=2026-10-01T10:30", "staff", "revocations", "history"]
    asked.append("difference?bill_group=acme&from=2026-09-01&to=2026-11-01")
    for path in asked:
        desk.open(f"/audit/{path}{'&' if '?' in path else '?'}zone={zone}")
        moments = re.findall(r"\d\d:\d\d(?::\d\d)?(.{0,6})", desk.words)
        assert moments, path
        assert [after for after in moments if not re.match(r" [A-Z]{3}", after)] == [], path


def test_a_period_may_end_after_today(desk: Desk, story: Story) -> None:
    assert desk.open("/audit/history?from=2026-01-01&to=2999-01-01").status_code == 200


def test_every_reading_is_recorded_with_its_question_and_its_reader(
    desk: Desk, story: Story, auditor: UUID
) -> None:
    desk.open("/audit/history?person=jane@acme.example&kind=sign_ins")
    (read,) = readings(desk.portal)
    assert isinstance(read, AuditRead)
    assert (read.question, read.address) == ("history.sign_ins", "jane@acme.example")
    assert msgspec.to_builtins(read.actor) == {"kind": "staff", "staff_id": str(auditor)}
    desk.open("/audit/history?kind=readings")
    assert "Record read jane@acme.example" in desk.words
    assert "Ada Brandt" in desk.words


def test_an_export_is_recorded_with_its_hash_and_holds_no_formula(desk: Desk, story: Story) -> None:
    answer = desk.open("/audit/history?bill_group=ACME&format=csv")
    assert answer.headers["content-disposition"].startswith('attachment; filename="history-')
    lines = list(csv.DictReader(StringIO(answer.text.lstrip("\ufeff"))))
    positions = [int(line["position"]) for line in lines]
    assert positions == sorted(positions)
    assert [line["reason"] for line in lines if line["reason"]] == ["kick-off", "'=SUM(A1) over"]
    read, exported = readings(desk.portal)
    assert isinstance(read, AuditRead)
    assert isinstance(exported, AuditExported)
    assert (exported.format, exported.count) == ("csv", len(lines))
    rows = [
        msgspec.json.decode(line)
        for line in desk.open("/audit/history?bill_group=ACME&format=jsonl").text.splitlines()
    ]
    assert [row["reason"] for row in rows if row["reason"]] == ["kick-off", "=SUM(A1) over"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("form", "media_type"),
    [("csv", "text/csv; charset=utf-8"), ("jsonl", "application/jsonl")],
)
@pytest.mark.parametrize(
    "question",
    [
        "history?bill_group=ACME",
        "as-of?bill_group=ACME",
        "difference?bill_group=ACME&from=2026-10-01&to=2026-11-01",
    ],
)
def test_a_file_says_what_it_is_also_before_it_is_taken(  # noqa: PLR0917 - each combination
    desk: Desk, story: Story, question: str, form: str, media_type: str, method: str
) -> None:
    answer = desk.client.request(method, f"/audit/{question}&format={form}")
    assert answer.status_code == 200
    assert answer.headers.get_list("content-type") == [media_type]
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    assert bool(answer.content) is (method == "GET")


def test_a_reading_that_cannot_be_recorded_is_not_shown(
    desk: Desk, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise RecordUnavailable

    monkeypatch.setattr(desk.portal.log(), "save", fails)
    for path in (
        "history?kind=grants",
        "history?format=csv",
        "as-of?bill_group=ACME&at=2026-10-02",
    ):
        answer = desk.open(f"/audit/{path}")
        assert answer.status_code == 503
        assert "acme.example" not in answer.text


def test_a_long_history_goes_on_from_page_to_page(desk: Desk, story: Story) -> None:
    for number in range(60):
        story.grant(f"person{number}@long.example")
    desk.open("/audit/history?domain=long.example")
    assert "60 things happened" in desk.words
    assert desk.words.count("@long.example") == 50
    older = desk.page.text.split("before=")[1].split('"')[0]  # type: ignore[union-attr]
    desk.open(f"/audit/history?domain=long.example&before={older}")
    assert desk.words.count("@long.example") == 10
