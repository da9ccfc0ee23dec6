from domain.staff_session import StaffSession, StaffSessionEnded, StaffSignedIn
from tests.domain.telling import BY, LATER, facts, given, name, told

SESSION, JANE = name("staff session"), name("jane")


def test_a_staff_sign_in_says_by_which_second_factor() -> None:
    session = StaffSession(SESSION)
    session.sign_in(JANE, "totp", browser="Firefox", network="192.0.2.0/24", by=BY)

    (event,) = told(session)
    assert isinstance(event, StaffSignedIn)
    assert facts(event) == {
        "staff_id": JANE,
        "factor": "totp",
        "browser": "Firefox",
        "network": "192.0.2.0/24",
    }
    assert event.person == f"staff:{JANE}"


def test_a_staff_session_ends_once_and_one_that_never_was_not_at_all() -> None:
    session = given(StaffSession, SESSION, lambda it: it.sign_in(JANE, "demo", by=BY))
    session.end("deactivated", BY.at, by=LATER)
    session.end("expired", BY.at, by=LATER)
    (event,) = told(session)
    assert isinstance(event, StaffSessionEnded)
    assert (event.staff_id, event.cause, event.last_used_at) == (JANE, "deactivated", BY.at)

    never = StaffSession(SESSION)
    never.end("expired", BY.at, by=LATER)
    assert told(never) == []
