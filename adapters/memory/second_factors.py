"""Second factors of staff that live as long as this process."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from adapters import totp
from application.ports.event_log import Beside
from application.ports.second_factors import (
    TRIES,
    WAIT,
    SecondFactorMissing,
    SecondFactorNotConfirmed,
    SecondFactorUsed,
    SecondFactorWaits,
    SecondFactorWrong,
)


class _Factor:
    """One second factor in force."""

    def __init__(self, key: str, last_step: int, recovery: Sequence[str]) -> None:
        self.key = key
        self.last_step = last_step
        self.recovery = set(recovery)
        self.tries = 0
        self.tried_at: datetime | None = None


class MemorySecondFactors:
    """Implements `SecondFactors`."""

    def __init__(self) -> None:
        self._proposed: dict[UUID, tuple[UUID, str, datetime]] = {}
        self._of: dict[UUID, _Factor] = {}

    def propose(self, proposal_id: UUID, staff_id: UUID, at: datetime) -> str:
        """Give a key to scan or type, the same again for the same proposal."""
        return self._proposed.setdefault(proposal_id, (staff_id, totp.new_key(), at))[1]

    def enrol(self, proposal_id: UUID, code: str, recovery: Sequence[str], at: datetime) -> Beside:
        """Put a proposal in force."""

        def enrolled(_connection: object) -> None:
            if proposal_id not in self._proposed:
                raise SecondFactorMissing
            staff_id, key, _ = self._proposed[proposal_id]
            step = totp.accepted_step(key, code, at)
            if step is None:
                raise SecondFactorNotConfirmed
            self._forget(staff_id)
            self._of[staff_id] = _Factor(key, step, recovery)

        return enrolled

    def check(self, staff_id: UUID, code: str, at: datetime) -> None:
        """Accept a code once."""
        factor = self._try(staff_id, at)
        step = totp.accepted_step(factor.key, code, at)
        if step is None:
            raise SecondFactorWrong(tries_left=TRIES - factor.tries)
        if step <= factor.last_step:
            raise SecondFactorUsed
        factor.last_step, factor.tries = step, 0

    def redeem(self, staff_id: UUID, recovery_code: str, at: datetime) -> None:
        """Use a recovery code up."""
        factor = self._try(staff_id, at)
        if recovery_code not in factor.recovery:
            raise SecondFactorWrong(tries_left=TRIES - factor.tries)
        factor.recovery.remove(recovery_code)
        factor.tries = 0

    def replace_recovery_codes(self, staff_id: UUID, recovery: Sequence[str]) -> None:
        """Make other recovery codes good instead."""
        self._of[staff_id].recovery = set(recovery)

    def recovery_codes_left(self, staff_id: UUID) -> int:
        """Count those that were not used."""
        return len(self._of[staff_id].recovery) if staff_id in self._of else 0

    def forget(self, before: datetime) -> None:
        """Delete proposals that nobody took."""
        self._proposed = {key: kept for key, kept in self._proposed.items() if kept[2] >= before}

    def remove(self, staff_id: UUID) -> Beside:
        """Take the second factor away."""
        return lambda _connection: self._forget(staff_id)

    def _forget(self, staff_id: UUID) -> None:
        self._of.pop(staff_id, None)
        self._proposed = {
            key: proposed for key, proposed in self._proposed.items() if proposed[0] != staff_id
        }

    def _try(self, staff_id: UUID, at: datetime) -> _Factor:
        factor = self._of.get(staff_id)
        if factor is None:
            raise SecondFactorMissing
        if factor.tried_at is not None and at - factor.tried_at >= WAIT:
            factor.tries = 0
        if factor.tries >= TRIES and factor.tried_at is not None:
            left = factor.tried_at + WAIT - at
            raise SecondFactorWaits(minutes=-(-left // timedelta(minutes=1)))
        factor.tries += 1
        factor.tried_at = at
        return factor
