"""Moments as the operational tables keep them: integer microseconds since 1970 in UTC."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Give a moment as a number."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """Give the number back as a moment in UTC."""
    return _EPOCH + timedelta(microseconds=value)
