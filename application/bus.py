"""Carries out commands: makes the act, calls the handler, decides again on a conflict."""

from collections.abc import Callable
from typing import TypeVar

import msgspec

from application.ports.clock import Clock
from application.ports.event_log import Conflict, EventLog
from application.ports.ids import Ids
from domain.actor import Actor
from domain.event import Act

C = TypeVar("C", bound=msgspec.Struct)
R = TypeVar("R")

TRIES = 8


class Bus(msgspec.Struct, frozen=True):
    """What every command needs: the log, the clock and new ids."""

    log: EventLog
    clock: Clock
    ids: Ids

    def act(self, actor: Actor) -> Act:
        """Say who acts now, by a command of its own."""
        return Act(self.clock.now(), actor, self.ids.uuid7())

    def execute(self, handler: Callable[[C, Act, EventLog], R], command: C, actor: Actor) -> R:
        """Run a handler; on a conflict the rules are asked again on the newer state."""
        for _ in range(TRIES):
            try:
                return handler(command, self.act(actor), self.log)
            except Conflict as conflict:
                lost = conflict
        raise lost
