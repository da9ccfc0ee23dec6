"""Keeps documents: bytes that never change, known by their SHA-256."""

from typing import Literal, Protocol, TypeAlias

from application.ports.failures import Refused, Unavailable

DocumentFormat: TypeAlias = Literal["pdf", "png", "jpeg", "webp", "xml"]


class DocumentMissing(Refused):
    """No document with this hash was ever kept, or it was erased."""


class DocumentsUnavailable(Unavailable):
    """Documents can neither be kept nor fetched now."""


class Documents(Protocol):
    """Where the bytes are that events know by their hash.

    1. `keep` gives the SHA-256 of the bytes in hexadecimal; from when it returns, `fetch` gives
       exactly these bytes back, in every process.
    2. The same bytes kept again, also at the same moment, are one document.
    3. A hash that was never kept raises DocumentMissing.
    4. What cannot be reached now raises DocumentsUnavailable.
    """

    def keep(self, content: bytes, kind: DocumentFormat) -> str:
        """Keep bytes and give their hash. Raises DocumentsUnavailable."""
        ...

    def fetch(self, sha256: str) -> bytes:
        """Give the bytes back. Raises DocumentMissing or DocumentsUnavailable."""
        ...
