"""Webhooks are signed as two published schemes say, and checked in whatever time it takes."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.payments_stripe.signatures import checked as checked_by_stripe
from adapters.payments_stripe.signatures import signature
from adapters.webhook_signatures import checked, signed
from application.ports.payments import NoticeRefused

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1_614_265_330, UTC)
ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The example of the specification's reference implementations."""

EVENT = b'{"id": "evt_1", "type": "charge.updated", "created": 1, "data": {"object": {}}}'


def test_a_signature_is_the_published_one() -> None:
    headers = signed(SECRET, ID, AT, BODY)
    assert headers["webhook-signature"] == PUBLISHED
    assert checked((SECRET,), headers, BODY, AT) == ID


def test_one_good_signature_of_several_is_enough() -> None:
    headers = {**signed(SECRET, ID, AT, BODY), "webhook-signature": f"v1a,x v1,AAAA {PUBLISHED}"}
    assert checked((SECRET,), headers, BODY, AT) == ID


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_other"},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "-1614265330"},
        {"webhook-timestamp": "1" * 400},
        {"webhook-timestamp": "\u0661\u0662"},
        {"webhook-signature": ""},
        {"webhook-signature": PUBLISHED.replace("v1", "v2")},
        {"webhook-signature": "v1,\u00fc"},
    ],
)
def test_whatever_is_changed_makes_it_worthless(changed: dict[str, str]) -> None:
    with pytest.raises(NoticeRefused):
        checked((SECRET,), {**signed(SECRET, ID, AT, BODY), **changed}, BODY, AT)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_it_is_good_for_300_seconds_before_and_after(seconds: int) -> None:
    now = AT + timedelta(seconds=seconds)
    assert checked((SECRET,), signed(SECRET, ID, AT, BODY), BODY, now) == ID
    moment = str(int(AT.timestamp()))
    headers = {"stripe-signature": f"t={moment},v1={signature(SECRET, moment, EVENT)}"}
    assert checked_by_stripe((SECRET,), headers, EVENT, now) == "evt_1"
    further = now + timedelta(seconds=1 if seconds > 0 else 0)
    if further != now:
        with pytest.raises(NoticeRefused):
            checked_by_stripe((SECRET,), headers, EVENT, further)


def test_stripes_test_scheme_does_not_count_and_several_signatures_do() -> None:
    moment = str(int(AT.timestamp()))
    good = signature(SECRET, moment, EVENT)
    both = {"stripe-signature": f"t={moment},v1={'0' * 64},v1={good},v0=x"}
    assert checked_by_stripe(("other", SECRET), both, EVENT, AT) == "evt_1"
    for header in (f"t={moment},v0={good}", f"v1={good}", f"t=,v1={good}", "t=1,v1=\u00fc", ""):
        with pytest.raises(NoticeRefused):
            checked_by_stripe((SECRET,), {"stripe-signature": header}, EVENT, AT)
