"""The sessions that a revocation ended, and the last use of each."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from adapters.database import writing
from domain.customer_session import CustomerSession, SessionEndCause
from entrypoints.container import Portal
from entrypoints.installing import read_log
from read_models import audit_revocations
from read_models.audit_history import Sought
from read_models.audit_revocations import MODEL, SESSIONS, Revocation
from read_models.columns import micros
from read_models.projection import apply
from tests.read_models.access_stories import Story
from tests.read_models.books import named


@pytest.fixture
def story(portal: Portal) -> Story:
    told = Story(portal)
    told.seller()
    for group in ("ACME", "Bolt"):
        told.bill_group(group)
        told.turn(group)
    return told


def sign_in(story: Story, address: str, grant: str | UUID, group: str = "ACME") -> CustomerSession:
    session = CustomerSession(named(f"session of {address}"))
    grant_id = grant if isinstance(grant, UUID) else named(grant)
    session.sign_in(named(group), address, grant_id, "link", by=story.act)
    story.keep(session)
    return session


def end(story: Story, session: CustomerSession, cause: SessionEndCause, used: datetime) -> None:
    session.end(cause, used, by=story.act)
    story.keep(session)


def found(story: Story, **about: Any) -> list[Revocation]:
    sought = Sought(**about)
    with story.portal.reading() as connection:
        rows = audit_revocations.found(connection, sought, 50)
        assert list(audit_revocations.everything(connection, sought)) == rows[::-1]
        assert audit_revocations.count(connection, sought) == len(rows)
    return rows


def test_a_revocation_names_the_sessions_that_it_ended_and_their_last_use(story: Story) -> None:
    grant_id = story.grant("acme.example")
    jane, joe = (sign_in(story, f"{who}@acme.example", "rule") for who in ("jane", "joe"))
    used = story.after(hours=1)
    story.after(minutes=5)
    end(story, joe, "signed_out", used)
    revoked = story.after(hours=1)
    story.revoke(grant_id, "project over")
    story.after(seconds=1)
    end(story, jane, "revoked", used)
    (row,) = found(story)
    assert (row.rule, row.at, row.reason) == ("acme.example", micros(revoked), "project over")
    (session,) = row.sessions
    assert (session.address, session.cause) == ("jane@acme.example", "revoked")
    assert session.last_used_at == micros(used)
    assert session.ended_at == micros(story.now)


def test_a_session_that_another_rule_covers_goes_on(story: Story) -> None:
    grant_id = story.grant("jane@acme.example")
    story.grant("acme.example", "Bolt")
    jane = sign_in(story, "jane@acme.example", "rule")
    jane.enter(named("Bolt"), named("rule"), by=story.act)
    story.keep(jane)
    story.after(hours=1)
    story.revoke(grant_id)
    (row,) = found(story)
    assert [(each.ended_at, each.cause) for each in row.sessions] == [(None, None)]


def test_a_session_that_entered_by_a_domain_is_met_also_once_its_person_is_erased(
    story: Story,
) -> None:
    elsewhere = story.grant("acme.example", "Bolt")
    jane = sign_in(story, "jane@acme.example", story.grant("acme.example"))
    jane.enter(named("Bolt"), elsewhere, by=story.act)
    story.keep(jane)
    story.after(hours=1)
    story.revoke(elsewhere, group="Bolt")
    with writing(story.portal.engine()) as connection:
        erased = {"address": "erased-1", "domain": ""}
        connection.execute(update(SESSIONS).values(erased))
    (row,) = found(story)
    assert [each.address for each in row.sessions] == ["erased-1"]


def test_a_revocation_does_not_meet_other_rules_groups_or_later_sessions(story: Story) -> None:
    grant_id = story.grant("jane@acme.example")
    story.grant("joe@acme.example")
    story.grant("jane@acme.example", "Bolt")
    sign_in(story, "joe@acme.example", "joe's")
    sign_in(story, "jane@acme.example", "elsewhere", "Bolt")
    story.after(hours=1)
    story.revoke(grant_id)
    story.after(hours=1)
    sign_in(story, "ann@acme.example", "later")
    (row,) = found(story)
    assert row.sessions == ()


def test_revocations_are_found_by_bill_group_person_domain_and_period(story: Story) -> None:
    first = story.grant("acme.example")
    second = story.grant("jane@bolt.example", "Bolt")
    for who in ("jane", "joe"):
        sign_in(story, f"{who}@acme.example", "rule")
    moment = story.after(hours=1)
    story.revoke(first)
    story.after(microseconds=1)
    story.revoke(second, group="Bolt")
    assert [row.rule for row in found(story)] == ["jane@bolt.example", "acme.example"]
    assert [row.rule for row in found(story, bill_group_id=named("Bolt"))] == ["jane@bolt.example"]
    assert [row.rule for row in found(story, domain="acme.example")] == ["acme.example"]
    (of_jane,) = found(story, address="jane@acme.example")
    assert [each.address for each in of_jane.sessions] == ["jane@acme.example"]
    assert [row.rule for row in found(story, until=micros(moment))] == ["acme.example"]
    assert [row.rule for row in found(story, since=micros(moment) + 1)] == ["jane@bolt.example"]


def test_applying_what_happened_twice_changes_nothing(story: Story) -> None:
    grant_id = story.grant("acme.example")
    jane = sign_in(story, "jane@acme.example", "rule")
    story.revoke(grant_id)
    end(story, jane, "revoked", story.now)
    before = found(story)
    with writing(story.portal.engine()) as connection:
        again = read_log(story.portal.log().mapper)(connection, 0, 1_000, 1_000)
        apply(connection, (MODEL,), again)
    assert found(story) == before
