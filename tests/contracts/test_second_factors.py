"""What every keeper of second factors promises."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import select

from adapters.database import open_database, reading, writing
from adapters.memory.second_factors import MemorySecondFactors
from adapters.second_factors import (
    PROPOSALS,
    RECOVERY_CODES,
    SECOND_FACTORS,
    SqlSecondFactors,
)
from adapters.totp import code_of
from application.ports.event_log import Beside
from application.ports.second_factors import (
    WAIT,
    SecondFactorMissing,
    SecondFactorNotConfirmed,
    SecondFactors,
    SecondFactorUsed,
    SecondFactorWaits,
    SecondFactorWrong,
)
from domain.aggregate import Refusal
from tests.databases import Databases

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
STEP = timedelta(seconds=30)
ANN = UUID(int=1)
PROPOSAL = UUID(int=2)
RECOVERY = ("7K2M9QXD", "AAAA1111")


class Kept:
    """One keeper, and how what stands beside events is written."""

    def __init__(self, factors: SecondFactors, engine: object = None) -> None:
        self.factors = factors
        self.engine = engine

    def write(self, beside: Beside) -> None:
        if self.engine is None:
            beside(None)
            return
        with writing(self.engine) as connection:  # type: ignore[arg-type]
            beside(connection)

    def enrolled(self) -> str:
        """Enrol a second factor an hour ago; gives its key."""
        key = self.factors.propose(PROPOSAL, ANN, NOW)
        before = NOW - timedelta(hours=1)
        self.write(self.factors.enrol(PROPOSAL, code_of(key, before), RECOVERY, before))
        return key


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, databases: Databases, tmp_path: object) -> Iterator[Kept]:
    if request.param == "memory":
        yield Kept(MemorySecondFactors())
        return
    with databases.fresh(request.param, tmp_path) as url:  # type: ignore[arg-type]
        engine = open_database(url, pool_size=12)
        yield Kept(SqlSecondFactors(engine, b"k" * 32), engine)
        engine.dispose()


def wrong_code(key: str, at: datetime) -> str:
    """A code that is not good now."""
    good = {code_of(key, at + shift * STEP) for shift in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222") if code not in good)


def test_1_a_proposal_gives_the_same_key_again_and_it_is_sealed_at_rest(kept: Kept) -> None:
    key = kept.enrolled()
    other = kept.factors.propose(UUID(int=3), ANN, NOW)
    assert kept.factors.propose(UUID(int=3), ANN, NOW) == other != key
    if kept.engine is None:
        return
    with reading(kept.engine) as connection:  # type: ignore[arg-type]
        for table in (SECOND_FACTORS, PROPOSALS, RECOVERY_CODES):
            stored = str(connection.execute(select(table)).all())
            assert not any(secret in stored for secret in (key, other, *RECOVERY))


def test_2_a_wrong_code_enrols_nothing(kept: Kept) -> None:
    key = kept.factors.propose(PROPOSAL, ANN, NOW)
    with pytest.raises(SecondFactorNotConfirmed):
        kept.write(kept.factors.enrol(PROPOSAL, wrong_code(key, NOW), RECOVERY, NOW))
    with pytest.raises(SecondFactorMissing):
        kept.factors.check(ANN, code_of(key, NOW), NOW)
    with pytest.raises(SecondFactorMissing):
        kept.write(kept.factors.enrol(UUID(int=9), code_of(key, NOW), RECOVERY, NOW))


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_3_the_code_of_one_step_before_or_after_is_good(kept: Kept, shift: int) -> None:
    key = kept.enrolled()
    kept.factors.check(ANN, code_of(key, NOW + shift * STEP), NOW)


@pytest.mark.parametrize("shift", [-2, 2])
def test_3_the_code_of_two_steps_away_is_not(kept: Kept, shift: int) -> None:
    key = kept.enrolled()
    with pytest.raises(SecondFactorWrong):
        kept.factors.check(ANN, code_of(key, NOW + shift * STEP), NOW)


def test_4_no_code_is_accepted_twice_nor_one_before_the_last(kept: Kept) -> None:
    key = kept.enrolled()
    kept.factors.check(ANN, code_of(key, NOW), NOW)
    for old in (code_of(key, NOW), code_of(key, NOW - STEP)):
        with pytest.raises(SecondFactorUsed):
            kept.factors.check(ANN, old, NOW)
    kept.factors.check(ANN, code_of(key, NOW + STEP), NOW)


def test_4_one_code_serves_once_in_a_race(kept: Kept) -> None:
    key = kept.enrolled()
    assert _winners(lambda: kept.factors.check(ANN, code_of(key, NOW), NOW)) == 1


def test_5_after_five_wrong_codes_none_is_looked_at_for_a_while(kept: Kept) -> None:
    key = kept.enrolled()
    left = []
    for _ in range(5):
        with pytest.raises(SecondFactorWrong) as wrong:
            kept.factors.check(ANN, wrong_code(key, NOW), NOW)
        left.append(wrong.value.facts["tries_left"])
    assert left == [4, 3, 2, 1, 0]
    for check in (kept.factors.check, kept.factors.redeem):
        with pytest.raises(SecondFactorWaits) as waits:
            check(ANN, code_of(key, NOW), NOW + timedelta(minutes=5))
        assert waits.value.facts["minutes"] == 10
    later = NOW + WAIT
    kept.factors.check(ANN, code_of(key, later), later)


def test_5_a_right_code_starts_the_count_anew(kept: Kept) -> None:
    key = kept.enrolled()
    for moment in (NOW, NOW + STEP * 2):
        for _ in range(4):
            with pytest.raises(SecondFactorWrong):
                kept.factors.check(ANN, wrong_code(key, moment), moment)
        kept.factors.check(ANN, code_of(key, moment), moment)


def test_6_a_recovery_code_serves_once(kept: Kept) -> None:
    kept.enrolled()
    assert kept.factors.recovery_codes_left(ANN) == 2
    kept.factors.redeem(ANN, RECOVERY[0], NOW)
    with pytest.raises(SecondFactorWrong):
        kept.factors.redeem(ANN, RECOVERY[0], NOW)
    assert kept.factors.recovery_codes_left(ANN) == 1
    kept.factors.replace_recovery_codes(ANN, ["BBBB2222"])
    with pytest.raises(SecondFactorWrong):
        kept.factors.redeem(ANN, RECOVERY[1], NOW)
    kept.factors.redeem(ANN, "BBBB2222", NOW)


def test_6_a_recovery_code_serves_once_in_a_race(kept: Kept) -> None:
    kept.enrolled()
    assert _winners(lambda: kept.factors.redeem(ANN, RECOVERY[0], NOW)) == 1


def test_7_nothing_is_left_of_a_removed_second_factor(kept: Kept) -> None:
    key = kept.enrolled()
    kept.write(kept.factors.remove(ANN))
    assert kept.factors.recovery_codes_left(ANN) == 0
    with pytest.raises(SecondFactorMissing):
        kept.factors.check(ANN, code_of(key, NOW), NOW)


def test_8_a_proposal_that_nobody_took_is_forgotten(kept: Kept) -> None:
    key = kept.factors.propose(PROPOSAL, ANN, NOW)
    kept.factors.forget(NOW + timedelta(days=1))
    assert kept.factors.propose(PROPOSAL, ANN, NOW) != key


def _winners(work: object) -> int:
    """Let four do the same at the same instant; gives how many succeeded."""
    together, won = Barrier(4), []

    def race() -> None:
        together.wait()
        try:
            work()  # type: ignore[operator]
            won.append(True)
        except Refusal:
            pass

    racers = [Thread(target=race) for _ in range(4)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return len(won)
