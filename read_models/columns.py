"""The portable column types: the same values come back from SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

Key = Text().with_variant(Text(collation="C"), "postgresql")
"""Case-folded text for searching and sorting: by code point, whatever the database's locale."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Give a moment as integer microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """Give integer microseconds back as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=value)


class Encoded(TypeDecorator[Any]):
    """A column of msgspec JSON text, decoded to one type: lines, taxes, addresses."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._decode = msgspec.json.Decoder(kind).decode

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Encode in deterministic order."""
        if value is None:
            return None
        return msgspec.json.encode(value, order="deterministic").decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - the same
        """Decode typed."""
        return None if value is None else self._decode(value)
