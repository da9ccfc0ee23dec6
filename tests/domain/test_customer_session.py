from datetime import UTC, datetime

import pytest

from domain.customer_session import (
    CustomerSession,
    Entered,
    EnteredBy,
    SessionEnded,
    SessionIsOver,
    SignedIn,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

SESSION, GROUP, OTHER, GRANT, OTHER_GRANT = (
    name(word) for word in ("session", "group", "other", "grant", "other grant")
)
LAST_USED = datetime(2026, 3, 2, 9, 40, tzinfo=UTC)


def sign_in(session: CustomerSession) -> None:
    session.sign_in(
        GROUP, "ada@acme.example", GRANT, "link", browser="Firefox", network="192.0.2.0/24", by=BY
    )


def open_session() -> CustomerSession:
    return given(CustomerSession, SESSION, sign_in)


def test_signing_in_says_where_by_which_grant_and_how() -> None:
    session = CustomerSession(SESSION)
    sign_in(session)

    (event,) = told(session)
    assert isinstance(event, SignedIn)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "address": "ada@acme.example",
        "domain": "acme.example",
        "grant_id": GRANT,
        "how": "link",
        "browser": "Firefox",
        "network": "192.0.2.0/24",
    }
    assert event.person == "address:ada@acme.example"


def test_the_first_opening_of_each_further_bill_group_is_recorded_once() -> None:
    session = open_session()
    session.enter(GROUP, GRANT, by=LATER)
    session.enter(OTHER, GRANT, by=LATER)
    session.enter(OTHER, GRANT, by=LATER)

    (event,) = told(session)
    assert isinstance(event, Entered)
    assert (event.bill_group_id, event.address) == (OTHER, "ada@acme.example")
    assert event.person == "address:ada@acme.example"


def test_a_session_ends_once_and_names_every_bill_group_and_the_grant_that_let_it_in() -> None:
    session = open_session()
    session.enter(OTHER, OTHER_GRANT, by=LATER)
    session.end("signed_out", LAST_USED, by=LATER)
    session.end("expired", LAST_USED, by=LATER)

    event = told(session)[-1]
    assert len(told(session)) == 2
    assert isinstance(event, SessionEnded)
    assert facts(event) == {
        "cause": "signed_out",
        "last_used_at": LAST_USED,
        "entered": (EnteredBy(GROUP, GRANT), EnteredBy(OTHER, OTHER_GRANT)),
        "address": "ada@acme.example",
    }
    assert event.person == "address:ada@acme.example"


def test_a_session_that_is_over_or_never_was_enters_nothing() -> None:
    session = open_session()
    session.end("revoked", LAST_USED, by=LATER)

    with pytest.raises(SessionIsOver):
        session.enter(OTHER, GRANT, by=LATER)
    with pytest.raises(SessionIsOver):
        CustomerSession(SESSION).enter(OTHER, GRANT, by=LATER)


def test_a_session_that_never_was_does_not_end() -> None:
    session = CustomerSession(SESSION)
    session.end("restored", LAST_USED, by=LATER)

    assert told(session) == []
