"""Compares everything that is kept twice: read models with the record, positions, keys, documents.

Nothing is changed, and everybody goes on working: all of it is read from one moment.
"""

from collections.abc import Iterator
from typing import TypeAlias

from adapters import record_checks
from adapters.database import reading
from adapters.event_store.replay import scratch_database
from entrypoints.container import Portal
from entrypoints.installing import read_log
from read_models.comparing import TableDiffers, differing
from read_models.registry import MODELS

Check: TypeAlias = tuple[bool, str]


def checks(portal: Portal) -> Iterator[Check]:
    """Say of each thing whether it is as it should be; what cannot be compared comes first."""
    with reading(portal.engine()) as record:
        yield from record_checks.of_order(record)
        behind = list(record_checks.of_positions(record, tuple(model.key for model in MODELS)))
        yield from behind
        with reading(portal.keys_engine()) as keys:
            yield from record_checks.of_keys(record, keys)
        yield record_checks.of_documents(record)
        yield from record_checks.of_chain(record, portal.record_signer().verifier_key)
        if behind:
            yield False, "The read models were not compared: run `portal rebuild` first."
            return
        read = read_log(portal.log().mapper)
        head = portal.log().recorder.max_notification_id() or 0
        with scratch_database() as empty:
            differences = list(differing(record, empty, MODELS, read, head))
        yield not differences, _compared(differences)


def _compared(differences: list[TableDiffers]) -> str:
    if not differences:
        return f"All {len(MODELS)} read models are what the record makes of them."
    told = (
        f"{each.table} ({each.live} rows, {each.rebuilt} by the record; "
        f"{' · '.join(each.examples)})"
        for each in differences
    )
    return f"Read models differ from the record, run `portal rebuild`: {', '.join(told)}."
