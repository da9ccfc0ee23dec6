"""Keeps the processes of one machine running together: starts them, restarts them, ends them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import msgspec
import structlog

log = structlog.get_logger("portal")

LOOK_EVERY = 0.2
RESTART_AFTER = 1.0
PATIENCE = 10.0


class Processes(msgspec.Struct):
    """The commands to keep running, by name, as arguments of `portal`."""

    commands: Mapping[str, Sequence[str]]
    environment: Mapping[str, str] = {}
    running: dict[str, subprocess.Popen[bytes]] = {}
    stopping: bool = False

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; a process that ends by itself is started again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for name in self.commands:
            self._start(name)
        while not self.stopping:
            time.sleep(LOOK_EVERY)
            self._mend()
        self._end()

    def _start(self, name: str) -> None:
        self.running[name] = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "entrypoints.cli", *self.commands[name]],
            env={**os.environ, **self.environment},
            start_new_session=True,
        )

    def _mend(self) -> None:
        for name, process in self.running.items():
            if process.poll() is not None and not self.stopping:
                log.warning(
                    "ended by itself, starting again", process=name, code=process.returncode
                )
                time.sleep(RESTART_AFTER)
                self._start(name)
                return

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for process in self.running.values():
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        for process in self.running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
