"""Who could enter at a moment: by replay, equal to a simple model of access over time."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from application.audit import AuditedBillGroupUnknown
from domain.account import Account, Contract
from domain.aggregate import Refusal
from domain.event import Act
from entrypoints.auditing import entering, entering_as
from entrypoints.container import Portal
from read_models.access_as_of import AccessAsOf
from tests.examples_told import examples
from tests.read_models.access_stories import MARA, START, Story
from tests.read_models.books import invoice, named, pay

INSTANT = timedelta(microseconds=1)
VALUES = (
    "acme.example",
    "beta.example",
    "jane@acme.example",
    "joe@acme.example",
    "al@beta.example",
)
_groups = count()


def then(portal: Portal, at: datetime, group: str = "ACME") -> AccessAsOf:
    (found,) = entering(portal, named(group), at).portals
    return found.access


def values(access: AccessAsOf) -> set[str]:
    return {rule.value for rule in access.rules}


@pytest.fixture
def story(portal: Portal) -> Story:
    told = Story(portal)
    told.seller()
    told.bill_group()
    return told


def test_a_grant_counts_from_its_very_moment_and_a_revoked_one_does_not(story: Story) -> None:
    story.turn()
    granted = story.after(hours=1)
    grant_id = story.grant("acme.example", reason="kick-off")
    revoked = story.after(days=1)
    story.revoke(grant_id, "project over")
    assert values(then(story.portal, granted - INSTANT)) == set()
    assert values(then(story.portal, granted)) == {"acme.example"}
    assert values(then(story.portal, revoked - INSTANT)) == {"acme.example"}
    assert values(then(story.portal, revoked)) == set()


def test_a_rule_says_who_gave_it_when_why_and_how_it_ended_later(story: Story) -> None:
    granted = story.after(hours=1)
    grant_id = story.grant("jane@acme.example", reason="accounts payable")
    story.after(days=1)
    story.revoke(grant_id, "left the company")
    (rule,) = then(story.portal, granted).rules
    assert (rule.kind, rule.value, rule.granted_by) == ("address", "jane@acme.example", MARA)
    assert rule.reason == "accounts payable"
    assert rule.ended is not None
    assert rule.ended.reason == "left the company"


def test_an_unknown_bill_group_has_no_history_and_a_later_one_was_not_known_yet(
    story: Story,
) -> None:
    with pytest.raises(AuditedBillGroupUnknown):
        entering(story.portal, named("nobody"), story.now)
    assert not then(story.portal, START - INSTANT).is_known
    assert then(story.portal, START).is_known


def test_the_portal_is_available_as_long_as_the_account_had_an_active_contract(
    story: Story,
) -> None:
    story.turn()
    contract = Contract(named("ACME contract"), "ACME", "active", date(2025, 1, 1), START.date())
    account = story.portal.log().get(Account, named("ACME account"))
    account.record_contract(contract, by=story.act)
    story.keep(account)
    assert then(story.portal, START).is_open
    next_week = story.after(days=7)
    assert not then(story.portal, next_week).is_open
    bill = invoice()
    story.tell(bill.pending)
    assert then(story.portal, next_week).is_open, "an unpaid invoice keeps it available"
    assert not then(story.portal, next_week - INSTANT).is_open
    paid = story.after(days=1)
    told = story.portal.log().get(type(bill), bill.id)
    pay(told, 11_900)
    story.tell(told.pending)
    assert not then(story.portal, paid).is_open
    assert then(story.portal, paid - INSTANT).is_open


def test_a_person_could_enter_where_their_address_or_their_domain_was_granted(
    story: Story,
) -> None:
    for group in ("Bolt", "Crane", "Dune"):
        story.bill_group(group)
    story.grant("acme.example", "Bolt")
    story.grant("jane@acme.example", "Crane")
    story.grant("joe@acme.example", "Dune")
    later = story.after(hours=1)
    story.grant("acme.example")

    def could(at: datetime) -> dict[str, set[str]]:
        found = entering_as(story.portal, "jane@acme.example", at).portals
        return {each.bill_group.name: values(each.access) for each in found}

    early = {"Bolt": {"acme.example"}, "Crane": {"jane@acme.example"}}
    assert could(later - INSTANT) == early
    assert could(later) == early | {"ACME": {"acme.example"}}


def test_another_bill_groups_rules_never_show(story: Story) -> None:
    story.bill_group("Bolt")
    story.turn("Bolt")
    story.grant("bolt.example", "Bolt")
    seen = then(story.portal, story.after(days=1))
    assert (values(seen), seen.is_on) == (set(), False)


def test_a_replay_reads_the_keys_of_all_persons_with_one_question(story: Story) -> None:
    for number in range(30):
        story.grant(f"person{number}@acme.example")
    story.portal.keys.reset()
    story.portal.log.reset()
    story.portal.read_streams.reset()
    asked: list[str] = []
    engine = story.portal.keys_engine()
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert len(then(story.portal, story.now).rules) == 30
    assert sum("person_keys" in statement for statement in asked) == 1


Step = tuple[str, str, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("grant", "grant", "revoke", "on", "off")),
        st.sampled_from(VALUES),
        st.sampled_from((0, 0, 1, 1_000_000)),
    ),
    min_size=1,
    max_size=12,
)


class Intervals:
    """Access over time as plain intervals: what stood from when until when."""

    def __init__(self) -> None:
        self.grants: list[list[Any]] = []
        self.on: list[list[Any]] = []

    def values_at(self, at: datetime) -> set[str]:
        return {value for value, begin, end in self.grants if begin <= at and not _over(end, at)}

    def is_on_at(self, at: datetime) -> bool:
        return any(begin <= at and not _over(end, at) for begin, end in self.on)


def _over(end: datetime | None, at: datetime) -> bool:
    return end is not None and end <= at


@settings(
    max_examples=examples(25),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=STEPS)
def test_a_replay_equals_a_model_of_access_over_time_at_every_instant_of_change(
    story: Story, steps: list[Step]
) -> None:
    group = f"group {next(_groups)}"
    story.now = START
    story.bill_group(group)
    model, instants = _told(story, group, steps)
    for instant in sorted(instants):
        for at in (instant - INSTANT, instant, instant + INSTANT):
            seen = then(story.portal, at, group)
            assert values(seen) == model.values_at(at)
            assert seen.is_on == model.is_on_at(at)


def _told(story: Story, group: str, steps: list[Step]) -> tuple[Intervals, set[datetime]]:
    model, instants, standing = Intervals(), {START}, dict[str, UUID]()
    access, group_id = story.access(group), named(group)
    for what, value, passing in steps:
        by = Act(story.after(microseconds=passing), MARA, story.act.command_id)
        instants.add(by.at)
        if what in {"on", "off"}:
            _switch(access, group_id, model, by, on=what == "on")
        elif what == "revoke" and value in standing:
            access.revoke(group_id, standing.pop(value), reason="no more", by=by)
            next(each for each in model.grants if each[0] == value and each[2] is None)[2] = by.at
        elif what == "grant":
            try:
                standing[value] = _granted(access, group_id, value, by)
                model.grants.append([value, by.at, None])
            except Refusal:
                pass
    story.keep(access)
    return model, instants


def _granted(access: Any, group_id: UUID, value: str, by: Act) -> UUID:
    if "@" in value:
        access.grant_address(group_id, by.command_id, value, by=by)
    else:
        access.grant_domain(group_id, by.command_id, value, "ordinary", by=by)
    return by.command_id


def _switch(access: Any, group_id: UUID, model: Intervals, by: Act, *, on: bool) -> None:
    if on == access.is_on:
        return
    if on:
        access.turn_on(group_id, f"link-{group_id.hex}", by=by)
        model.on.append([by.at, None])
    else:
        access.turn_off(group_id, by=by)
        model.on[-1][1] = by.at
