"""Time-based codes (RFC 6238): six digits, steps of 30 seconds, one step of tolerance."""

import hmac
from datetime import datetime

import pyotp

STEP_SECONDS = 30
TOLERANCE = (0, -1, 1)


def new_key() -> str:
    """Make a key of 160 bits in base32 (RFC 4226 §4)."""
    key: str = pyotp.random_base32(32)
    return key


def accepted_step(key: str, code: str, at: datetime) -> int | None:
    """Tell which step of time a code belongs to; none when it is not one of now."""
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now + shift for shift in TOLERANCE):
        if hmac.compare_digest(pyotp.HOTP(key).at(step).encode(), code.encode()):
            return step
    return None


def code_of(key: str, at: datetime) -> str:
    """Give the code of a moment, as an authenticator app would (for the demo and for tests)."""
    code: str = pyotp.HOTP(key).at(int(at.timestamp()) // STEP_SECONDS)
    return code
