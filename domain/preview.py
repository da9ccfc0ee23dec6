"""A staff member looks at the portal as the customer sees it."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event

PreviewEndCause: TypeAlias = Literal["closed", "expired", "signed_out", "deactivated", "restored"]


class PreviewOpened(Event, frozen=True):
    """A staff member opened the preview of a bill group's portal.

    For: staff, auditors.
    """

    topic: ClassVar[str] = "preview.opened.v1"

    bill_group_id: UUID
    staff_id: UUID


class PreviewEnded(Event, frozen=True):
    """A preview is over.

    For: auditors.
    """

    topic: ClassVar[str] = "preview.ended.v1"

    bill_group_id: UUID
    staff_id: UUID
    cause: PreviewEndCause


class PreviewAlreadyOpened(Refusal):
    """A preview is opened once; its ticket serves once."""

    code = "preview_already_opened"


class Preview(Aggregate):
    """One preview."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.bill_group_id: UUID | None = None
        self.staff_id: UUID | None = None
        self.is_over = False

    def open(self, bill_group_id: UUID, staff_id: UUID, *, by: Act) -> None:
        """Note that a staff member looks at a bill group's portal."""
        if not self.is_new:
            raise PreviewAlreadyOpened(preview_id=self.id)
        self.record(PreviewOpened, by, bill_group_id=bill_group_id, staff_id=staff_id)

    def end(self, cause: PreviewEndCause, *, by: Act) -> None:
        """End the preview; nothing happens when it is over."""
        if self.is_new or self.is_over:
            return
        self.record(
            PreviewEnded,
            by,
            bill_group_id=self.bill_group_id,
            staff_id=self.staff_id,
            cause=cause,
        )

    def _change(self, event: Event) -> None:
        match event:
            case PreviewOpened():
                self.bill_group_id, self.staff_id = event.bill_group_id, event.staff_id
            case PreviewEnded():
                self.is_over = True
