"""Whatever is altered in an export is found and located; what is not altered is not named."""

from pathlib import Path

from adapters.event_proof.verify import verify_bundle
from tests.crash.altered_exports import ALTERATIONS, an_export, rounds


def test_every_way_to_alter_an_export_is_found_and_located(tmp_path: Path) -> None:
    with an_export(tmp_path) as export:
        assert verify_bundle(export.folder).findings == []
        assert list(rounds(export, 3 * len(ALTERATIONS), seed=11)) == []
