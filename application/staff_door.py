"""What letting staff in needs: the bus, and the three places where sign-ins are kept."""

import msgspec

from application.bus import Bus
from application.ports.second_factors import SecondFactors
from application.ports.staff_sessions import StaffSessions
from application.ports.staff_sign_ins import StaffSignIns


class StaffDoor(msgspec.Struct, frozen=True):
    """The ports of signing in and staying signed in."""

    bus: Bus
    sign_ins: StaffSignIns
    second_factors: SecondFactors
    sessions: StaffSessions
