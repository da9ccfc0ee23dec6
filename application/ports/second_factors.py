"""Second factors of staff: time-based codes (TOTP, RFC 6238) and recovery codes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.ports.event_log import Beside
from domain.aggregate import Refusal

TRIES = 5
WAIT = timedelta(minutes=15)
RECOVERY_CODES = 10


class SecondFactorWrong(Refusal):
    """The code is not the right one: `tries_left`."""

    code = "second_factor_wrong"


class SecondFactorNotConfirmed(Refusal):
    """The code does not belong to the proposed key."""

    code = "second_factor_not_confirmed"


class SecondFactorUsed(Refusal):
    """This code was accepted before; the next one comes within half a minute."""

    code = "second_factor_used"


class SecondFactorWaits(Refusal):
    """Five codes were wrong; no code is looked at for a while: `minutes`."""

    code = "second_factor_waits"


class SecondFactorMissing(Refusal):
    """There is no second factor, or no proposal of one."""

    code = "second_factor_missing"


class SecondFactors(Protocol):
    """What keeping second factors promises.

    1. `propose` makes a key; the same proposal gives the same key again. Keys are sealed at rest.
    2. `enrol` takes a proposal whose code is right, in place of what was there, with new recovery
       codes; a wrong code changes nothing. It is written beside the event, as `remove` is.
    3. `check` accepts the code of now, of one step before and of one step after (30 s each).
    4. No code is accepted twice, nor one older than the last accepted, also in a race.
    5. Five wrong tries, of whatever kind, and no code is looked at for 15 minutes; a right one
       before that starts the count anew. Tries are counted before they are evaluated.
    6. A recovery code serves once, also in a race; only keyed hashes are kept.
    7. `remove` takes the key, the proposals and the recovery codes away.
    8. `forget` deletes proposals made before a moment.
    """

    def propose(self, proposal_id: UUID, staff_id: UUID, at: datetime) -> str:
        """Give a key to scan or type, in base32, that is not in force yet."""

    def enrol(self, proposal_id: UUID, code: str, recovery: Sequence[str], at: datetime) -> Beside:
        """Put a proposal in force; then raises SecondFactorNotConfirmed, -Missing."""

    def check(self, staff_id: UUID, code: str, at: datetime) -> None:
        """Accept a code; raises SecondFactorWrong, -Used, -Waits or -Missing."""

    def redeem(self, staff_id: UUID, recovery_code: str, at: datetime) -> None:
        """Use a recovery code up; raises SecondFactorWrong, -Waits or -Missing."""

    def replace_recovery_codes(self, staff_id: UUID, recovery: Sequence[str]) -> None:
        """Make other recovery codes good instead."""

    def recovery_codes_left(self, staff_id: UUID) -> int:
        """Count those that were not used."""

    def forget(self, before: datetime) -> None:
        """Delete proposals that nobody took."""

    def remove(self, staff_id: UUID) -> Beside:
        """Take the second factor away."""
