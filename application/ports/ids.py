"""Names for new things, and secrets that nobody can guess."""

from typing import Protocol
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet of 32: no I, L, O, U, so that a code can be read aloud."""

CODE_LENGTH = 8


class Ids(Protocol):
    """The one source of everything that must be new or unguessable.

    1. `uuid7()` is a UUID of version 7 (RFC 9562) that was never given before.
    2. Later ids of one process sort after earlier ones.
    3. `secret(bits)` holds at least that many random bits, in characters that are safe in a URL.
    4. `code()` is eight characters of Crockford's alphabet.
    5. Secrets and codes differ each time.
    """

    def uuid7(self) -> UUID:
        """Name something new."""
        ...

    def secret(self, bits: int) -> str:
        """Make a secret of at least so many bits, url-safe."""
        ...

    def code(self) -> str:
        """Make a code of eight characters for people to type."""
        ...
