"""Documents in the database, so that every machine, backup and erasure has them."""

from hashlib import sha256

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from adapters.database import asking, writing
from adapters.moments import micros
from adapters.schema import DOCUMENTS
from application.ports.clock import Clock
from application.ports.documents import DocumentFormat, DocumentMissing, DocumentsUnavailable
from application.ports.event_log import RecordUnavailable


class SqlDocuments:
    """Implements `Documents` on the portal's own database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def keep(self, content: bytes, kind: DocumentFormat) -> str:
        """Insert the bytes unless they are there."""
        name = sha256(content).hexdigest()
        row = {
            "sha256": name,
            "kind": kind,
            "size": len(content),
            "content": content,
            "stored_at": micros(self._clock.now()),
        }
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(DOCUMENTS).values(row).on_conflict_do_nothing()
        try:
            with writing(self._engine) as connection:
                connection.execute(statement)
        except (DBAPIError, RecordUnavailable) as error:
            raise DocumentsUnavailable("the database did not keep the document") from error
        return name

    def fetch(self, sha256: str) -> bytes:
        """Read the bytes."""
        query = select(DOCUMENTS.c.content).where(DOCUMENTS.c.sha256 == sha256)
        try:
            with asking(self._engine) as connection:
                content = connection.execute(query).scalar()
        except (DBAPIError, RecordUnavailable) as error:
            raise DocumentsUnavailable("the database did not give the document") from error
        if content is None:
            raise DocumentMissing("no document has this hash")
        return bytes(content)
