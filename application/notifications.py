"""Which mails somebody wants about a bill group."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application.ports.event_log import EventLog
from domain.event import Act
from domain.identity import notifications_id
from domain.notifications import NOTIFICATIONS, Notification, Notifications


class ChooseNotifications(msgspec.Struct, frozen=True):
    """From now on an address gets these kinds of mail about a bill group, and no others."""

    bill_group_id: UUID
    address: str
    wanted: Sequence[Notification]


class StopNotification(msgspec.Struct, frozen=True):
    """An address gets one kind of mail about a bill group no more."""

    bill_group_id: UUID
    address: str
    notification: Notification


def choose_notifications(command: ChooseNotifications, act: Act, log: EventLog) -> None:
    """Take the whole choice; what is not named is turned off."""
    choices = log.get(Notifications, notifications_id(command.bill_group_id))
    for kind in NOTIFICATIONS:
        choices.choose(
            command.bill_group_id, command.address, kind, wanted=kind in command.wanted, by=act
        )
    log.save(choices)


def stop_notification(command: StopNotification, act: Act, log: EventLog) -> None:
    """Turn one kind off; nothing happens when it is off already."""
    choices = log.get(Notifications, notifications_id(command.bill_group_id))
    choices.choose(
        command.bill_group_id, command.address, command.notification, wanted=False, by=act
    )
    log.save(choices)
