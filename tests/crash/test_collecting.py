"""Each invoice that is due is collected once, however often the worker is killed at it.

`collecting_drill` does it n times.
"""

from pathlib import Path

from tests.crash.collecting_drill import MOMENTS, street


def test_a_worker_that_is_killed_while_it_collects_has_charged_each_invoice_once(
    database_url: str, tmp_path: Path
) -> None:
    with street(database_url, tmp_path, seed=1) as here:
        assert list(here.round([*MOMENTS, "anywhere"])) == []
        assert here.kills["answered"] == 1
