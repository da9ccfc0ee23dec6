"""Kills processes: from within, before or after a call of theirs, and from without."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from entrypoints.container import Portal
from tests.importing import head

When: TypeAlias = Literal["before", "after"]

PATIENCE = 300.0
"""Seconds after which something is stuck: a machine may be busy with other things."""

LOOK_EVERY = 0.01


def die() -> None:
    """Be killed, as by the machine: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """Does what another does; whoever calls one of its methods the nth time is killed by it."""

    def __init__(self, inner: Any, method: str, when: When, calls: int = 1) -> None:
        self.inner = inner
        self.method = method
        self.when = when
        self.left = calls

    def __getattr__(self, name: str) -> Any:
        """Do what the other does."""
        call = getattr(self.inner, name)
        return self._counting(call) if name == self.method else call

    def _counting(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0 and self.when == "before":
                die()
            done = call(*given, **named)
            if self.left == 0:
                die()
            return done

        return counted


def kill_after(process: subprocess.Popen[bytes], portal: Portal, position: int) -> int:
    """Kill a process once the record is that long, if it lives; gives how long it is then."""
    deadline = time.monotonic() + PATIENCE
    while head(portal) < position and process.poll() is None and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return head(portal)
