"""Our recorder held to the event library's own contract, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.tests import persistence as contract

from adapters.database import open_database
from adapters.event_store.recorder import SqlRecorder
from tests.databases import Databases, let_go


class OnOurDatabase:
    """Gives each test of the library a recorder on a fresh database."""

    kind: str
    recorder: type[SqlRecorder] = SqlRecorder
    EXPECT_CONTIGUOUS_NOTIFICATION_IDS = True

    @pytest.fixture(autouse=True)
    def _database(self, databases: Databases, tmp_path: Path) -> Iterator[None]:
        with databases.fresh(self.kind, tmp_path) as url:
            self.engine = open_database(url, pool_size=16, lock_timeout_ms=60_000)
            yield
            let_go(self.engine)

    def create_recorder(self) -> Any:
        return self.recorder(self.engine)


class OfStreamsAlone(SqlRecorder):
    """The library's plain aggregate recorder tells no positions."""

    def insert_events(self, stored_events: Any, **kwargs: Any) -> None:
        super().insert_events(stored_events, **kwargs)


def _on(kind: str, case: type) -> type:
    # The library's timing cases print figures and assert nothing: the benchmarks measure instead.
    timed: dict[str, Any] = dict.fromkeys(("test_performance", "test_concurrent_throughput"), None)
    plain = case is contract.AggregateRecorderTestCase
    timed["recorder"] = OfStreamsAlone if plain else SqlRecorder
    return type(
        f"Test{case.__name__}On{kind.title()}", (OnOurDatabase, case), {"kind": kind, **timed}
    )


for _case in (
    contract.AggregateRecorderTestCase,
    contract.ApplicationRecorderTestCase,
    contract.TrackingRecorderTestCase,
    contract.ProcessRecorderTestCase,
    contract.NonInterleavingNotificationIDsBaseCase,
):
    for _kind in ("sqlite", "postgresql"):
        _class = _on(_kind, _case)
        globals()[_class.__name__] = _class
del _case, _class
