"""What a mail provider reports after it took a mail: that it came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

MAIL_EVENTS = "mail:events"
"""The source of reports in the inbox of webhooks; no payment account can have this name."""


class BounceReported(msgspec.Struct, frozen=True, kw_only=True):
    """The recipient's side refused a mail for good; `why` is a sentence without the address.

    `message_id` stands in angle brackets, as the mail was sent with it.
    """

    message_id: str
    address: str
    why: str
    at: datetime


class MailEvents(Protocol):
    """What is promised of reports.

    1. `accept` gives the id of a genuine report, the same for the same report; anything else raises
       NoticeRefused (`application.ports.payments`), and NoticesOff where no key is set.
    2. `bounces` reads the bounces of a report that was accepted; what is no bounce for good, and
       what is not known, is none.
    """

    def accept(self, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
        """Check whom a report is from."""

    def bounces(self, body: bytes) -> Sequence[BounceReported]:
        """Read what came back."""
