"""Ids and secrets from the operating system's randomness."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

from application.ports.ids import CODE_LENGTH, CROCKFORD


class RandomIds:
    """New ids by time (UUIDv7), secrets and codes by `secrets`."""

    def uuid7(self) -> UUID:
        """Name something new; later ones sort after earlier ones."""
        name: UUID = uuid7()
        return name

    def secret(self, bits: int) -> str:
        """Make a secret of at least so many bits, url-safe."""
        return secrets.token_urlsafe(-(-bits // 8))

    def code(self) -> str:
        """Make a code of eight characters for people to type (40 bits)."""
        return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_LENGTH))
