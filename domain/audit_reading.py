"""What auditors asked of the record, and what they took with them."""

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.personal import Personal

ExportFormat: TypeAlias = Literal["csv", "jsonl"]
TakenFormat: TypeAlias = Literal["csv", "jsonl", "json", "pdf", "bundle"]


class AuditRead(Event, frozen=True):
    """Somebody asked a question of the record, answered up to a position.

    For: auditors.
    """

    topic: ClassVar[str] = "audit.read.v1"

    question: str
    position: int
    bill_group_id: UUID | None = None
    address: Personal | None = None
    domain: str | None = None
    staff_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    review_id: UUID | None = None

    @property
    def person(self) -> str:
        """Whose key seals the address that was asked about."""
        return f"address:{self.address}"


class AuditExported(Event, frozen=True):
    """Somebody took a part of the record with them, known by the hash of its bytes.

    For: auditors.
    """

    topic: ClassVar[str] = "audit.exported.v1"

    format: TakenFormat
    first_position: int
    last_position: int
    count: int
    sha256: str


class AuditReading(Aggregate):
    """One reading or export; it has no rules, it is only recorded."""

    def read(  # noqa: PLR0913 - a question has these sides
        self,
        question: str,
        position: int,
        *,
        bill_group_id: UUID | None = None,
        address: str | None = None,
        domain: str | None = None,
        staff_id: UUID | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        review_id: UUID | None = None,
        by: Act,
    ) -> None:
        """Note a question and the position up to which it was answered."""
        self.record(
            AuditRead,
            by,
            question=question,
            position=position,
            bill_group_id=bill_group_id,
            address=address,
            domain=domain,
            staff_id=staff_id,
            since=since,
            until=until,
            review_id=review_id,
        )

    def export(  # noqa: PLR0913 - an export has these sides
        self,
        format: TakenFormat,  # noqa: A002 - the word of the field
        first_position: int,
        last_position: int,
        count: int,
        sha256: str,
        *,
        by: Act,
    ) -> None:
        """Note an export by its positions, its number of events and its hash."""
        self.record(
            AuditExported,
            by,
            format=format,
            first_position=first_position,
            last_position=last_position,
            count=count,
            sha256=sha256,
        )
