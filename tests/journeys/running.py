"""The portal as an operator runs it: commands of `portal` as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
PATIENCE_AT_THE_END = 20.0
SECRET = "a secret of the journeys, long enough"


class RunningPortal:
    """One installation: its settings, and the processes that were started."""

    def __init__(self, folder: Path, smtp_port: int, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.web_port, self.admin_port = free_port(), free_port()
        self.web_url = f"http://localhost:{self.web_port}"
        self.admin_url = f"http://admin.localhost:{self.admin_port}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = environment(
            {
                "PORTAL_DATA": str(folder),
                "PORTAL_SECRET": SECRET,
                "PORTAL_WEB_URL": self.web_url,
                "PORTAL_ADMIN_URL": self.admin_url,
                "PORTAL_WEB_PORT": str(self.web_port),
                "PORTAL_ADMIN_PORT": str(self.admin_port),
                "PORTAL_SMTP_HOST": "127.0.0.1",
                "PORTAL_SMTP_PORT": str(smtp_port),
                **settings,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.stop()

    def command(self, *words: str) -> str:
        """Run one command to its end and give what it said."""
        done = subprocess.run(
            portal_command(*words), env=self._environment, cwd=self.folder, capture_output=True,
            text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        """Start commands that go on running, and wait until both ports answer."""
        for name in names:
            with (self.folder / f"{name}.log").open("wb") as log:
                self._processes[name] = subprocess.Popen(
                    portal_command(name), env=self._environment, cwd=self.folder,
                    stdout=log, stderr=log, start_new_session=True,
                )  # fmt: skip
        for port in (self.web_port, self.admin_port):
            self._await(port)

    def stop(self) -> None:
        """End what was started, with everything it started."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            stop(process)
        self._processes.clear()

    def said(self) -> str:
        """Give what the processes logged."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _await(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for name, process in self._processes.items():
                assert process.poll() is None, f"{name} ended:\n{self.said()}"
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"nothing answers on port {port}:\n{self.said()}")


def free_port() -> int:
    """Give a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def two_ports() -> int:
    """Give the first of two neighbouring ports that nothing listens on."""
    while True:
        port = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def portal_command(*words: str) -> list[str]:
    """Give the command line of `portal`."""
    return [sys.executable, "-m", "entrypoints.cli", *words]


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Give this process's environment with these settings of the portal and no others."""
    others = {name: value for name, value in os.environ.items() if "PORTAL_" not in name}
    return others | {"PYTHONPATH": str(ROOT), **settings}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process with everything it started."""
    process.terminate()
    try:
        process.wait(PATIENCE_AT_THE_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
