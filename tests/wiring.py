"""Wires a portal for tests: real databases, a set clock, mail that stays in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers

from adapters.memory.clock import SetClock
from adapters.memory.mail import MemoryMail
from entrypoints.container import Portal
from entrypoints.installing import install
from entrypoints.settings import Settings
from tests.databases import let_go

STARTED = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
SECRET = "a secret of the tests, long enough to be accepted"


@contextmanager
def wired(database_url: str, folder: Path, **given: Any) -> Iterator[Portal]:
    """Give a container on this database; keys in a SQLite file of the folder."""
    stated: dict[str, Any] = {
        "data": folder,
        "database_url": database_url,
        "keys_url": f"sqlite:///{folder / 'keys.db'}",
        "secret": SECRET,
        "web_url": "http://portal.localhost:8000",
        "admin_url": "http://admin.localhost:8001",
        **given,
    }
    settings = Settings(**stated)
    install(settings.database, settings.keys)
    portal = Portal(settings=settings)
    portal.clock.override(providers.Object(SetClock(STARTED)))
    portal.mail.override(providers.Object(MemoryMail()))
    yield portal
    let_go(portal.engine(), portal.keys_engine())


def settle_in(monkeypatch: pytest.MonkeyPatch, portal: Portal, **given: object) -> None:
    """Give the commands of this process the portal's settings, as an operator's shell would."""
    settings = portal.settings()
    monkeypatch.chdir(settings.data)
    named = {
        "DATA": settings.data,
        "DATABASE_URL": settings.database_url,
        "KEYS_URL": settings.keys_url,
        "SECRET": SECRET,
        **given,
    }
    for name, value in named.items():
        monkeypatch.setenv(f"PORTAL_{name}", str(value))
