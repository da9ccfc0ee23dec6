"""Ids and secrets that are counted, so that a test can foretell them."""

from itertools import count
from uuid import UUID

from application.ports.ids import CODE_LENGTH, CROCKFORD


class CountedIds:
    """Gives 1, 2, 3 … in the shape of each kind of name."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._secrets = count(1)
        self._codes = count(1)

    def uuid7(self) -> UUID:
        """Name something new: the first is 00000000-0001-7000-8000-000000000001."""
        number = next(self._ids)
        return UUID(int=(number << 80) | (7 << 76) | (2 << 62) | number)

    def secret(self, bits: int) -> str:
        """Make something of a secret's length: the first is `secret-0…01`."""
        return f"secret-{next(self._secrets):0{-(-bits // 6)}}"

    def code(self) -> str:
        """Make a code: the first is `00000001`."""
        number = next(self._codes)
        digits = (CROCKFORD[(number >> 5 * place) & 31] for place in range(CODE_LENGTH))
        return "".join(digits)[::-1]
