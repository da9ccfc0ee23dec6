"""What every clock promises."""

from datetime import UTC, timedelta

import pytest

from adapters.clock import SystemClock
from adapters.memory.clock import SetClock
from application.ports.clock import Clock


@pytest.fixture(params=[SetClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_1_the_present_moment_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_2_the_present_moment_is_never_earlier_than_before(clock: Clock) -> None:
    moments = [clock.now() for _ in range(1000)]
    assert moments == sorted(moments)


def test_a_set_clock_stands_still_until_time_is_let_pass() -> None:
    clock = SetClock()
    before = clock.now()
    assert clock.now() == before
    clock.advance(timedelta(minutes=11))
    assert clock.now() - before == timedelta(minutes=11)
