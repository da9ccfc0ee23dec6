"""Documents that stay in this process, and are out of reach on request."""

from hashlib import sha256

from application.ports.documents import DocumentFormat, DocumentMissing, DocumentsUnavailable


class MemoryDocuments:
    """Keeps bytes in `kept`; `break_down()` makes every call fail until `recover()`."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[DocumentFormat, bytes]] = {}
        self._broken = False

    def keep(self, content: bytes, kind: DocumentFormat) -> str:
        """Keep bytes under their hash."""
        self._must_work()
        name = sha256(content).hexdigest()
        self.kept.setdefault(name, (kind, content))
        return name

    def fetch(self, sha256: str) -> bytes:
        """Give the bytes back."""
        self._must_work()
        if sha256 not in self.kept:
            raise DocumentMissing("no document has this hash")
        return self.kept[sha256][1]

    def break_down(self) -> None:
        """Be out of reach from now on."""
        self._broken = True

    def recover(self) -> None:
        """Behave again."""
        self._broken = False

    def _must_work(self) -> None:
        if self._broken:
            raise DocumentsUnavailable("documents are out of reach")
