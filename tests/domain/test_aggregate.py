import pytest

from domain.account import Account, AccountRecorded
from domain.aggregate import Refusal
from domain.event import TOPICS, Event
from tests.domain.telling import BY, LATER, given, name, told


def test_events_are_numbered_from_one_and_say_who_and_when() -> None:
    account = Account(name("acme"))
    account.record_facts("erp", "A-1", "Acme", by=BY)
    account.record_facts("erp", "A-1", "Acme GmbH", by=LATER)

    assert [event.version for event in told(account)] == [1, 2]
    assert [event.actor for event in told(account)] == [BY.actor, LATER.actor]
    assert [event.at for event in told(account)] == [BY.at, LATER.at]
    assert [event.command_id for event in told(account)] == [BY.command_id, LATER.command_id]
    assert {event.stream_id for event in told(account)} == {account.id}


def test_an_aggregate_brought_back_goes_on_counting_and_has_nothing_new_to_tell() -> None:
    account = given(Account, name("acme"), lambda it: it.record_facts("erp", "A-1", "Acme", by=BY))

    assert not account.is_new
    assert account.version == 1
    assert told(account) == []


def test_two_events_cannot_share_a_topic() -> None:
    topic = AccountRecorded.topic

    with pytest.raises(TypeError, match="share the topic"):
        type("Impostor", (Event,), {"topic": topic, "__annotations__": {}})

    assert TOPICS[topic] is AccountRecorded


def test_a_refusal_carries_its_code_and_the_facts() -> None:
    refusal = Refusal(domain="acme.example")

    assert refusal.code == "refused"
    assert refusal.facts == {"domain": "acme.example"}
