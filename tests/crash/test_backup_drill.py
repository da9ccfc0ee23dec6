"""A backup that is made while people work comes back whole; `backup_drill` does it n times."""

from pathlib import Path

from entrypoints.container import Portal
from tests.crash.backup_drill import drill
from tests.databases import Databases


def test_what_is_backed_up_under_load_comes_back_whole(
    portal: Portal, databases: Databases, tmp_path: Path
) -> None:
    for number in range(2):
        assert list(drill(portal, databases, tmp_path / f"drill-{number}")) == []
