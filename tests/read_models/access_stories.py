"""Stories of access for tests: told to the log at set moments, by named people."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec

from domain.actor import Actor, Staff
from domain.aggregate import Aggregate
from domain.event import Act, Event
from domain.identity import portal_access_id
from domain.portal_access import PortalAccess
from entrypoints.container import Portal
from tests.read_models.books import bill_group, named, seller

START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
MARA = Staff(named("Mara"))


class Told(Aggregate):
    """Events that somebody else decided, to be stored as they are."""

    def __init__(self, events: Sequence[Event]) -> None:
        super().__init__(uuid4())
        self.pending = list(events)


class Story:
    """What happens at one seller, on a clock of its own."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.now = START
        self.by: Actor = MARA

    def after(self, **time: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**time)
        return self.now

    @property
    def act(self) -> Act:
        """Somebody acts now."""
        return Act(self.now, self.by, uuid4())

    def seller(self) -> None:
        """The entity is recorded (in November, as the books have it)."""
        self.tell(seller())

    def bill_group(self, name: str = "ACME") -> UUID:
        """An account with one bill group is recorded."""
        self.tell(bill_group(name))
        return named(name)

    def tell(self, events: Sequence[Event]) -> None:
        """Store what the books say, as if it happened now."""
        self.keep(Told(_at(events, self.now)))

    def keep(self, *told: Aggregate) -> None:
        """Store what was decided."""
        self.portal.log().save(*told)

    def access(self, group: str = "ACME") -> PortalAccess:
        """The access of a bill group as it stands."""
        return self.portal.log().get(PortalAccess, portal_access_id(named(group)))

    def turn(self, group: str = "ACME", *, on: bool = True) -> None:
        """Switch a portal."""
        access = self.access(group)
        if on:
            access.turn_on(named(group), "l" * 24 + group, by=self.act)
        else:
            access.turn_off(named(group), by=self.act)
        self.keep(access)

    def grant(self, value: str, group: str = "ACME", reason: str | None = None) -> UUID:
        """Grant a domain, or an address."""
        access, grant_id = self.access(group), uuid4()
        of: Any = (named(group), grant_id, value)
        if "@" in value:
            access.grant_address(*of, reason=reason, by=self.act)
        else:
            access.grant_domain(*of, "ordinary", reason=reason, by=self.act)
        self.keep(access)
        return grant_id

    def revoke(self, grant_id: UUID, reason: str = "left", group: str = "ACME") -> None:
        """Take a grant back."""
        access = self.access(group)
        access.revoke(named(group), grant_id, reason=reason, by=self.act)
        self.keep(access)


def _at(events: Sequence[Event], moment: datetime) -> list[Event]:
    by = {"at": moment, "command_id": uuid4()}
    return [msgspec.structs.replace(event, **by) for event in events]
