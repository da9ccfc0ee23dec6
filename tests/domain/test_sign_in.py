from domain.sign_in import SignInAttempt, SignInRefused
from tests.domain.telling import BY, LATER, facts, name, told

GROUP = name("group")


def test_a_proven_address_that_is_not_let_in_is_recorded_once_with_the_obstacle() -> None:
    attempt = SignInAttempt(name("request"))
    attempt.refuse(GROUP, "eve@other.example", "revoked", by=BY)
    attempt.refuse(GROUP, "eve@other.example", "no_grant", by=LATER)

    (event,) = told(attempt)
    assert isinstance(event, SignInRefused)
    assert facts(event) == {
        "bill_group_id": GROUP,
        "address": "eve@other.example",
        "domain": "other.example",
        "why": "revoked",
    }
    assert event.person == "address:eve@other.example"
