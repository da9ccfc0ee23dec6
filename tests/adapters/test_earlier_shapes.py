"""What an earlier version of the portal stored is read in today's shape, sealed fields and all."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select

from adapters.database import reading, recording
from adapters.event_store.mapper import EventMapper
from adapters.schema import EVENTS
from domain.customer_session import CustomerSession, EnteredBy, SessionEnded, SessionEndedV1
from domain.event import EARLIER, EarlierEvent, topics_of
from domain.portal_access import GrantRevoked, GrantRevokedV1
from entrypoints.auditing import entering
from entrypoints.container import Portal
from entrypoints.installing import read_log, rebuilding
from read_models.registry import MODELS
from tests.adapters.test_sealing import KeysInAList
from tests.databases import Databases
from tests.domain.samples import EARLIER_SAMPLES
from tests.read_models.access_stories import START, Story
from tests.read_models.books import named
from tests.wiring import wired

ADA = "ada@acme.example"


def _read(old: EarlierEvent, keys: KeysInAList) -> Any:
    mapper = EventMapper(keys)
    stored = mapper.to_stored_event(old)
    assert stored.topic == old.topic
    return mapper.decode(stored.topic, stored.state)


@pytest.mark.parametrize("topic", sorted(EARLIER))
def test_an_earlier_shape_is_read_as_what_it_became_with_what_every_event_carries(
    topic: str,
) -> None:
    old = EARLIER_SAMPLES[topic]
    event = _read(old, KeysInAList())
    assert type(event) is old.becomes
    for name in ("stream_id", "version", "at", "actor", "command_id", "address", "person"):
        assert getattr(event, name) == getattr(old, name)
    assert topics_of(type(event)) == {event.topic, topic}


@pytest.mark.parametrize(
    ("reason", "replaced_by"), [("Left", "nothing"), ("replaced by the domain", "domain")]
)
def test_what_replaced_a_grant_is_read_from_the_reason_of_the_first_shape(
    reason: str, replaced_by: str
) -> None:
    sample = EARLIER_SAMPLES[GrantRevokedV1.topic]
    event = _read(msgspec.structs.replace(sample, reason=reason), KeysInAList())
    assert isinstance(event, GrantRevoked)
    assert (event.reason, event.replaced_by) == (reason, replaced_by)


def test_once_the_reason_is_erased_the_first_shape_does_not_say_what_replaced_a_grant() -> None:
    keys = KeysInAList()
    mapper = EventMapper(keys)
    stored = mapper.to_stored_event(EARLIER_SAMPLES[GrantRevokedV1.topic])
    keys.destroyed = True
    event = mapper.decode(stored.topic, stored.state)
    assert isinstance(event, GrantRevoked)
    assert event.replaced_by == "unsaid"
    assert ADA not in repr(event)


def test_the_first_shape_of_a_sessions_end_names_bill_groups_without_grants() -> None:
    old = EARLIER_SAMPLES[SessionEndedV1.topic]
    event = _read(old, KeysInAList())
    assert isinstance(old, SessionEndedV1)
    assert isinstance(event, SessionEnded)
    assert event.entered == tuple(EnteredBy(each) for each in old.bill_group_ids)


def _history(portal: Portal) -> None:
    """Access given, taken back and replaced; a session in two bill groups that ended."""
    story = Story(portal)
    story.seller()
    groups = [story.bill_group("ACME"), story.bill_group("Bolt")]
    story.turn("ACME")
    story.turn("Bolt")
    story.revoke(story.grant("bob@acme.example"), reason="left")
    first, second = story.grant(ADA), story.grant("acme.example", "Bolt")
    session = CustomerSession(named("session"))
    session.sign_in(groups[0], ADA, first, "link", browser="Firefox", by=story.act)
    session.enter(groups[1], second, by=story.act)
    story.keep(session)
    access = story.access()
    access.replace_addresses_by_domain(
        named("ACME"), named("grant"), "acme.example", "ordinary", by=story.act
    )
    session.end("signed_out", story.after(hours=1), by=story.act)
    story.keep(access, session)


def _as_before(topic: str, state: bytes) -> tuple[str, bytes]:
    """Say a stored event in the bytes that the version before this one stored."""
    raw = msgspec.json.decode(state)
    match topic:
        case GrantRevoked.topic:
            raw.pop("replaced_by")
            topic = GrantRevokedV1.topic
        case SessionEnded.topic:
            raw["bill_group_ids"] = [each["bill_group_id"] for each in raw.pop("entered")]
            topic = SessionEndedV1.topic
    return topic, msgspec.json.encode(raw)


def _stored(portal: Portal) -> list[dict[str, Any]]:
    with reading(portal.engine()) as connection:
        rows = connection.execute(select(EVENTS).order_by(EVENTS.c.position)).mappings()
        return [dict(row) for row in rows]


@pytest.fixture
def before(portal: Portal, databases: Databases, tmp_path: Path) -> Iterator[Portal]:
    """The same history as an earlier version stored it, under this version's code."""
    _history(portal)
    with databases.fresh(portal.engine().dialect.name, tmp_path) as url:
        with wired(url, tmp_path) as earlier, recording(earlier.engine()) as connection:
            for row in _stored(portal):
                topic, state = _as_before(row["topic"], bytes(row["state"]))
                connection.execute(insert(EVENTS).values({**row, "topic": topic, "state": state}))
        with wired(url, tmp_path) as opened:
            yield opened


def _rebuilt(portal: Portal) -> dict[str, list[str]]:
    """Every row of every read model, built anew; without the grants that v1 did not say."""
    list(rebuilding(portal.engine(), read_log(portal.log().mapper)).run(MODELS))
    found: dict[str, list[str]] = {}
    with portal.reading() as connection:
        for table in (table for model in MODELS for table in model.tables):
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            for row in rows:
                if row.get("topic") == SessionEnded.topic:
                    row["grant_id"] = None
            found[table.name] = sorted(map(repr, rows))
    return found


def test_an_old_store_is_rebuilt_as_if_its_history_had_been_told_in_todays_shapes(
    portal: Portal, before: Portal
) -> None:
    topics = {row["topic"] for row in _stored(before)}
    assert topics >= EARLIER.keys()
    assert not topics & {GrantRevoked.topic, SessionEnded.topic}
    assert _rebuilt(before) == _rebuilt(portal)


def test_aggregates_of_an_old_store_go_on_from_where_they_were(before: Portal) -> None:
    access = Story(before).access()
    assert [grant.domain for grant in access.grants.values()] == ["acme.example"]
    assert access.covering(ADA) is not None
    session = before.log().get(CustomerSession, named("session"))
    assert session.is_over


def test_an_auditor_is_told_the_same_of_an_old_store(portal: Portal, before: Portal) -> None:
    _rebuilt(before)
    for at in (START, START + timedelta(days=1)):
        asked, told = (entering(each, named("ACME"), at) for each in (before, portal))
        assert asked.portals[0].access.rules == told.portals[0].access.rules
    assert [rule.value for rule in asked.portals[0].access.rules] == ["acme.example"]
