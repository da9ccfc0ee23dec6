"""A clock and ids for things that happened in the past, the same for the same day."""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import msgspec

from application.bus import Bus
from application.ports.event_log import EventLog
from application.ports.ids import CODE_LENGTH, CROCKFORD
from domain.event import Act

_URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_BITS_OF_A_CHARACTER = 6


class Past(msgspec.Struct):
    """The moment that is being told of: a clock that is moved, and ids of that moment.

    `until` is the next one, so that what lasts a while ends before it.
    """

    at: datetime
    until: datetime
    random: Random

    def now(self) -> datetime:
        """Give the moment."""
        return self.at

    def uuid7(self) -> UUID:
        """Name something new of that moment (RFC 9562, version 7)."""
        millis = int(self.at.timestamp() * 1000)
        name = millis << 80 | self.random.getrandbits(80)
        name = name & ~(0xF << 76) | 0x7 << 76
        return UUID(int=name & ~(0x3 << 62) | 0x2 << 62)

    def secret(self, bits: int) -> str:
        """Make what serves as a portal link in the demo; nobody's secret, being the same daily."""
        length = -(-bits // _BITS_OF_A_CHARACTER)
        return "".join(self.random.choice(_URL_SAFE) for _ in range(length))

    def code(self) -> str:
        """Make a code as people type it."""
        return "".join(self.random.choice(CROCKFORD) for _ in range(CODE_LENGTH))


class PastBus(Bus, frozen=True):
    """The bus that carries commands out at the moment that is being told of."""

    past: Past

    def later(self, act: Act, minutes: int) -> Act:
        """Give the same act some minutes later, and before anything else happens."""
        at = min(act.at + timedelta(minutes=minutes), self.past.until)
        return Act(at, act.actor, act.command_id)


def bus_of_the_past(log: EventLog, past: Past) -> PastBus:
    """Give the bus whose clock and ids are the past's."""
    return PastBus(log, past, past, past)
