"""What the law on data protection asks of a person's record: holds refuse, reasons are given."""

import pytest

from domain.grantable import ReasonMissing
from domain.person import (
    Erased,
    HoldPlaced,
    HoldReleased,
    LegalHoldStands,
    LegalHoldUnknown,
    Person,
    Subject,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

ADA = Subject("address", "ada@acme.example")
STREAM, KEY = name("ada's stream"), name("ada's key")


def test_erasing_names_the_destroyed_keys_and_the_reason() -> None:
    person = Person(STREAM)
    person.erase(ADA, (KEY,), " Asked by mail ", by=BY)
    (event,) = told(person)
    assert isinstance(event, Erased)
    assert facts(event) == {"subject": ADA, "key_ids": (KEY,), "reason": "Asked by mail"}


def test_a_legal_hold_refuses_erasure_and_says_since_when() -> None:
    person = given(Person, STREAM, lambda it: it.place_hold(ADA, "A dispute", by=BY))
    with pytest.raises(LegalHoldStands) as refused:
        person.erase(ADA, (KEY,), "Asked by mail", by=LATER)
    assert refused.value.facts == {"since": BY.at}
    assert told(person) == []


def test_a_released_hold_allows_erasure() -> None:
    person = given(
        Person,
        STREAM,
        lambda it: it.place_hold(ADA, "A dispute", by=BY),
        lambda it: it.release_hold(ADA, "Settled", by=LATER),
    )
    person.erase(ADA, (KEY,), "Asked by mail", by=LATER)
    assert [type(event) for event in told(person)] == [Erased]


def test_a_hold_is_placed_once_and_released_once() -> None:
    person = Person(STREAM)
    person.place_hold(ADA, "A dispute", by=BY)
    person.place_hold(ADA, "Another dispute", by=BY)
    person.release_hold(ADA, "Settled", by=LATER)
    with pytest.raises(LegalHoldUnknown):
        person.release_hold(ADA, "Settled", by=LATER)
    assert [type(event) for event in told(person)] == [HoldPlaced, HoldReleased]


def test_every_decision_about_a_person_needs_a_reason() -> None:
    person = Person(STREAM)
    with pytest.raises(ReasonMissing):
        person.place_hold(ADA, " ", by=BY)
    person.place_hold(ADA, "A dispute", by=BY)
    with pytest.raises(ReasonMissing):
        person.release_hold(ADA, "", by=BY)
    with pytest.raises(ReasonMissing):
        Person(STREAM).erase(ADA, (KEY,), None, by=BY)


def test_the_reason_outlives_the_key_of_the_person_and_the_address_does_not() -> None:
    person = Person(STREAM)
    person.erase(ADA, (KEY,), "Asked by mail", by=BY)
    (event,) = told(person)
    assert isinstance(event, Erased)
    assert event.person == f"privacy:{STREAM}"
    assert event.subject.person == "address:ada@acme.example"
