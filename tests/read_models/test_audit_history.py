"""The auditors' history holds everything that concerns access, and finds it by whom and when."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from adapters.database import writing
from domain.audit_reading import AuditReading
from domain.customer_session import CustomerSession
from domain.event import TOPICS, Event
from domain.identity import STAFF_DIRECTORY
from domain.preview import Preview
from domain.staff import Staff as Directory
from entrypoints.container import Portal
from entrypoints.wording.audit import WHAT
from read_models import audit_history
from read_models.audit_history import HistoryRow, Sought
from read_models.audit_tables import CONCERNING, MODEL
from read_models.columns import micros
from read_models.projection import Recorded, apply
from tests.domain.samples import SAMPLES
from tests.examples_told import examples
from tests.read_models.access_stories import MARA, START, Story
from tests.read_models.books import asked, bill_group, keep, named, seller
from tests.read_models.books import rows as stored

ELSEWHERE = (
    "account.",
    "bill_group.",
    "credit_note.",
    "invoice",
    "subscription.",
    "entity.recorded",
    "payment.",
    "method_set_up.",
    "notifications.",
)


def test_every_event_that_concerns_access_has_a_row_and_words() -> None:
    topics = {event.topic for event in CONCERNING}
    assert topics == {topic for topic in TOPICS if not topic.startswith(ELSEWHERE)}
    assert topics == WHAT.keys()


def test_the_events_that_auditors_read_are_those_that_say_so() -> None:
    told = {name for name, kind in TOPICS.items() if "auditors" in cares(kind)}
    assert told == WHAT.keys()


def cares(kind: type[Event]) -> str:
    """Who an event is for, as its description says."""
    return (kind.__doc__ or "").partition("For:")[2]


def test_events_told_twice_give_the_same_rows(database: Engine) -> None:
    events = [*seller(), *bill_group(), *SAMPLES.values()]
    keep(database, events, [MODEL])
    once = stored(database, MODEL.tables)
    for position, event in enumerate(events, 1):
        with writing(database) as connection:
            apply(connection, [MODEL], [Recorded(position, position, event)] * 2)
    assert stored(database, MODEL.tables) == once
    assert all(once)


def test_every_sample_is_found_by_what_it_is_about(database: Engine) -> None:
    events = list(SAMPLES.values())
    keep(database, events, [MODEL])
    for position, event in enumerate(events, 1):
        if type(event) not in CONCERNING:
            continue
        for name in ("bill_group_id", "address", "domain", "staff_id"):
            value = getattr(event, name, None)
            if value is not None:
                assert position in positions(database, **{name: value}), (event.topic, name)


def positions(database: Engine, **sought: Any) -> list[int]:
    with asked(database) as connection:
        return [row.position for row in audit_history.found(connection, Sought(**sought))]


@pytest.fixture
def story(portal: Portal) -> Story:
    told = Story(portal)
    told.seller()
    told.bill_group()
    told.bill_group("Bolt")
    return told


def rows(story: Story, **sought: Any) -> list[HistoryRow]:
    with story.portal.reading() as connection:
        return audit_history.found(connection, Sought(**sought))


def told(found: Sequence[HistoryRow]) -> list[str]:
    return [row.topic.split(".")[1] for row in found]


def test_a_session_that_ends_stands_at_each_bill_group_and_once_in_all(story: Story) -> None:
    grants = {group: story.grant("acme.example", group) for group in ("ACME", "Bolt")}
    session = CustomerSession(named("session"))
    session.sign_in(named("ACME"), "jane@acme.example", grants["ACME"], "code", by=story.act)
    session.enter(named("Bolt"), grants["Bolt"], by=story.act)
    session.end("signed_out", story.now, by=story.act)
    story.keep(session)
    assert told(rows(story, bill_group_id=named("ACME")))[0] == "ended"
    assert told(rows(story, bill_group_id=named("Bolt")))[:2] == ["ended", "entered"]
    assert told(rows(story, address="jane@acme.example"))[:3] == ["ended", "entered", "signed_in"]
    signed_in = rows(story, kind="sign_ins")[-1]
    assert (signed_in.rule, signed_in.details) == ("acme.example", {"how": "code"})


def test_a_person_is_let_in_by_grants_of_their_domain_but_not_of_other_addresses(
    story: Story,
) -> None:
    domain = story.grant("acme.example")
    story.grant("jane@acme.example", "Bolt")
    story.grant("joe@acme.example", "Bolt")
    story.revoke(domain)
    found = rows(story, address="jane@acme.example")
    assert told(found) == ["grant_revoked", "address_granted", "domain_granted"]
    assert {row.address for row in found} == {"jane@acme.example", None}
    assert len(rows(story, domain="acme.example")) == 4


def test_a_staff_member_is_found_by_what_they_did_and_what_was_done_to_them(story: Story) -> None:
    story.grant("acme.example")
    directory = Directory(STAFF_DIRECTORY)
    root, mara = named("root"), MARA.staff_id
    directory.add_member(root, "Root", "root@seller.example", ["admin"], by=story.act)
    directory.add_member(mara, "Mara Okafor", "mara@seller.example", ["viewer"], by=story.act)
    story.keep(directory)
    preview = Preview(named("preview"))
    preview.open(named("ACME"), mara, by=story.act)
    story.keep(preview)
    found = told(rows(story, staff_id=mara))
    assert found == ["opened", "member_added", "member_added", "domain_granted"]
    assert told(rows(story, staff_id=root)) == ["member_added"]
    with story.portal.reading() as connection:
        assert audit_history.staff_names(connection)[mara] == "Mara Okafor"
        assert audit_history.staff_of_address(connection, "root@seller.example") == root


def test_a_reading_is_itself_part_of_what_concerns_a_person(story: Story) -> None:
    reading = AuditReading(named("reading"))
    reading.read("history", 7, address="jane@acme.example", by=story.act)
    story.keep(reading)
    (row,) = rows(story, address="jane@acme.example", kind="readings")
    assert row.details == {"question": "history", "position": 7}


def test_both_ends_of_a_period_count(story: Story) -> None:
    story.grant("acme.example")
    end = micros(story.after(hours=1))
    story.turn()
    start = micros(START)
    assert told(rows(story, since=start, until=end - 1)) == ["domain_granted"]
    assert told(rows(story, since=start, until=end, kind="access"))[0] == "turned_on"
    assert "turned_on" in told(rows(story, since=end))
    assert "domain_granted" not in told(rows(story, since=start + 1))


def test_bill_groups_are_found_by_account_name_and_external_id(story: Story) -> None:
    story.bill_group("100% Bolt")
    with story.portal.reading() as connection:

        def found(words: str) -> list[str]:
            return [each.name for each in audit_history.bill_groups(connection, words, 10)]

        assert found("bolt ltd") == ["100% Bolt", "Bolt"]
        assert found("Bolt") == ["Bolt"], "an exact external id comes alone"
        assert found("0%") == ["100% Bolt"], "a percent sign stands for itself"
        assert found("nobody") == []


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("ACME", "Bolt")),
        st.sampled_from(("acme.example", "jane@bolt.example", "joe@bolt.example")),
        st.integers(0, 3),
    ),
    max_size=8,
)


@settings(
    max_examples=examples(15),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS, since=st.integers(0, 20), until=st.integers(0, 20))
def test_a_period_of_a_bill_group_holds_exactly_what_was_told_of_it(
    story: Story, steps: list[tuple[str, str, int]], since: int, until: int
) -> None:
    begin = story.after(hours=1)
    standing: dict[tuple[str, str], UUID] = {}
    happened: list[tuple[str, str, int]] = []
    for group, value, passing in steps:
        moment = micros(story.after(seconds=passing))
        known = standing.pop((group, value), None)
        if known is None:
            standing[group, value] = story.grant(value, group)
        else:
            story.revoke(known, group=group)
        happened.append((group, value, moment))
    first, last = (micros(begin) + each * 1_000_000 for each in (since, until))
    for group in ("ACME", "Bolt"):
        found = rows(story, bill_group_id=named(group), since=first, until=last)
        assert [(row.rule, row.at) for row in reversed(found)] == [
            (value, at) for where, value, at in happened if where == group and first <= at <= last
        ]
    story.after(hours=1)
    for (group, _), grant_id in standing.items():
        story.revoke(grant_id, group=group)
