"""Reading the record as an auditor: each question, and each file that is taken, is recorded first.

What an auditor types becomes a question here: moments in a named zone, addresses and domains in
their one spelling.
"""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from application.ports.event_log import EventLog
from domain.aggregate import Refusal
from domain.audit_reading import AuditReading, TakenFormat
from domain.event import Act


class MomentUnreadable(Refusal):
    """A moment is a date with or without a time: `2026-11-02`, `2026-11-02T09:30:15`."""

    code = "moment_unreadable"


class MomentsReversed(Refusal):
    """The end lies before the beginning."""

    code = "moments_reversed"


class MomentToCome(Refusal):
    """The record tells what was; this moment has not been yet."""

    code = "moment_to_come"


class TimeZoneUnknown(Refusal):
    """There is no time zone of this name (IANA): `zone`."""

    code = "time_zone_unknown"


class AuditedBillGroupUnknown(Refusal):
    """No bill group has this id or name."""

    code = "audited_bill_group_unknown"


class AuditedBillGroupUnclear(Refusal):
    """These words fit no bill group, or several: `line`."""

    code = "audited_bill_group_unclear"


class AuditedStaffUnknown(Refusal):
    """No staff member ever had this address."""

    code = "audited_staff_unknown"


class Asked(msgspec.Struct, frozen=True):
    """A question of the record: what it is about, and up to which position it is answered."""

    question: str
    position: int
    bill_group_id: UUID | None = None
    address: str | None = None
    domain: str | None = None
    staff_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    review_id: UUID | None = None


class Taken(msgspec.Struct, frozen=True):
    """A file that is taken: its positions, its number of lines, and the SHA-256 of its bytes."""

    format: TakenFormat
    first_position: int
    last_position: int
    count: int
    sha256: str


class RecordReading(msgspec.Struct, frozen=True):
    """Note a question, and the file taken with its answer; `reading_id` is new."""

    reading_id: UUID
    asked: Asked
    taken: Taken | None = None


def record_reading(command: RecordReading, act: Act, log: EventLog) -> UUID:
    """Record a reading, before its answer is shown."""
    reading = log.get(AuditReading, command.reading_id)
    asked = msgspec.structs.asdict(command.asked)
    reading.read(asked.pop("question"), asked.pop("position"), **asked, by=act)
    if command.taken is not None:
        reading.export(**msgspec.structs.asdict(command.taken), by=act)
    log.save(reading)
    return command.reading_id


def must_have_been(moment: datetime, now: datetime) -> datetime:
    """Give a moment back that has been; both in UTC. Raises MomentToCome."""
    if moment > now:
        raise MomentToCome
    return moment


def moment_of(typed: str, zone: str) -> datetime:
    """Read a moment as typed, where a zone's clocks show it unless it names its own; in UTC.

    Of an hour that the clocks show twice it is the first. Raises MomentUnreadable, TimeZoneUnknown.
    """
    try:
        local = datetime.fromisoformat(typed.strip())
        there = zone_of(zone) if local.tzinfo is None else local.tzinfo
        return local.replace(tzinfo=there).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise MomentUnreadable from error


def zone_of(name: str) -> ZoneInfo:
    """Give a time zone by its IANA name. Raises TimeZoneUnknown."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TimeZoneUnknown(zone=name) from error
