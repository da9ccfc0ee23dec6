"""A visit to the provider's page to add a payment method."""

import pytest

from domain.bill_group import PaymentMethodFacts
from domain.method_set_up import (
    MethodSetUp,
    SetUpFailed,
    SetUpGivenUp,
    SetUpSucceeded,
    SetUpUnknown,
)
from tests.domain.telling import BY, LATER, given, name, told

GROUP, METHOD = name("group"), name("method")
VISA = PaymentMethodFacts("card", brand="Visa", last4="4242")


def begun() -> MethodSetUp:
    return given(MethodSetUp, name("visit"), lambda it: it.begin(GROUP, "main", "cus_1", by=BY))


def test_the_same_visit_begun_twice_is_one_and_nobody_elses() -> None:
    it = begun()
    it.begin(GROUP, "main", "cus_1", by=LATER)
    assert told(it) == []
    with pytest.raises(SetUpUnknown):
        it.begin(name("another group"), "main", "cus_1", by=LATER)


def test_that_a_method_was_added_is_told_once_and_is_the_last_word() -> None:
    it = begun()
    it.succeed(METHOD, VISA, by=LATER)
    it.succeed(METHOD, VISA, by=LATER)
    it.fail("declined", by=LATER)
    it.give_up("cancelled", by=LATER)
    assert [type(event) for event in told(it)] == [SetUpSucceeded]


def test_a_method_that_was_added_after_the_visit_was_closed_counts() -> None:
    it = begun()
    it.give_up("expired", by=LATER)
    it.fail("declined", by=LATER)
    it.succeed(METHOD, VISA, by=LATER)
    assert [type(event) for event in told(it)] == [SetUpGivenUp, SetUpSucceeded]


def test_a_method_that_was_not_taken_ends_the_visit() -> None:
    it = begun()
    it.fail("declined", by=LATER)
    it.give_up("cancelled", by=LATER)
    assert [type(event) for event in told(it)] == [SetUpFailed]
    assert not it.is_open
