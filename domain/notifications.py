"""Which mails somebody wants about a bill group; mails about security are nobody's choice."""

from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.personal import Personal

Notification: TypeAlias = Literal[
    "invoice_available", "payment_received", "payment_failed", "details_changed"
]
NOTIFICATIONS: tuple[Notification, ...] = (
    "invoice_available",
    "payment_received",
    "payment_failed",
    "details_changed",
)
"""The mails that can be turned off. All are wanted until somebody says otherwise."""


class NotificationChosen(Event, frozen=True):
    """Somebody turned one kind of mail off or on, for an address and a bill group.

    For: customers (their notifications), staff (why a mail was not sent), whoever sends mails.
    """

    topic: ClassVar[str] = "notifications.chosen.v1"

    bill_group_id: UUID
    address: Personal
    notification: Notification
    wanted: bool

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"


class Notifications(Aggregate):
    """What the addresses of one bill group do not want to be told by mail."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.unwanted: set[tuple[str, Notification]] = set()

    def choose(
        self,
        bill_group_id: UUID,
        address: str,
        notification: Notification,
        *,
        wanted: bool,
        by: Act,
    ) -> None:
        """Turn a kind of mail on or off; what stands already changes nothing."""
        if wanted is ((address, notification) not in self.unwanted):
            return
        self.record(
            NotificationChosen,
            by,
            bill_group_id=bill_group_id,
            address=address,
            notification=notification,
            wanted=wanted,
        )

    def _change(self, event: Event) -> None:
        match event:
            case NotificationChosen(wanted=True):
                self.unwanted.discard((event.address, event.notification))
            case NotificationChosen():
                self.unwanted.add((event.address, event.notification))
