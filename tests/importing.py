"""What tests of imports share: taking files into a wired portal, and looking at what is there."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select

from application.importing.batches import Batches
from application.importing.known import Names
from application.importing.runs import Progress, run, run_entries
from application.ports.import_runs import RefusedRow
from application.stripe_objects.passes import entries
from domain.actor import ImportRun
from domain.event import Event
from domain.identity import imported_id
from domain.invoice import Invoice
from domain.settlement import Settlement
from entrypoints.container import Portal
from read_models.registry import MODELS

EXAMPLES = Path(__file__).parent / "examples"
RUN = UUID("00000000-0000-7000-8000-00000000000a")
OF_THE_MOMENT = frozenset({"at", "by", "command_id", "position", "stored_position", "recorded_at"})
"""Columns that differ between two runs that end the same."""


class Taken(msgspec.Struct):
    """What one run did."""

    counts: Mapping[str, int]
    refused: list[RefusedRow]

    def count(self, result: str) -> int:
        return sum(n for name, n in self.counts.items() if name.endswith(f".{result}"))


def batches(portal: Portal, source: str, entity_source: str | None = None) -> Batches:
    bus, actor = portal.bus(), ImportRun(RUN, source)
    names = Names(source, entity_source or source)
    return Batches(
        portal.log(),
        names,
        lambda: bus.act(actor),
        portal.import_cabinet(),
        portal.erasures().is_erased,
    )


def take(portal: Portal, *paths: Path, source: str = "import") -> Taken:
    refused: list[RefusedRow] = []
    raws = portal.import_rows()(paths)
    counts = run(raws, batches(portal, source), lambda at: _add(refused, at))
    return Taken(counts, refused)


def take_stripe(portal: Portal, *paths: Path, entity: str = "northwind-de") -> Taken:
    refused: list[RefusedRow] = []
    files = portal.import_stripe()
    made = entries(lambda: files(paths), ZoneInfo("Europe/Berlin"), entity)
    counts = run_entries(made, batches(portal, "stripe", "import"), lambda at: _add(refused, at))
    return Taken(counts, refused)


def _add(refused: list[RefusedRow], at: Progress) -> None:
    refused.extend(at.refused)


def settlement(portal: Portal, invoice: str, source: str = "import") -> Settlement:
    return portal.log().get(Invoice, imported_id(source, "invoice", invoice)).settlement


def head(portal: Portal) -> int:
    return portal.log().recorder.max_notification_id() or 0


def facts(portal: Portal) -> dict[UUID, list[Any]]:
    """Every stream's facts in order, without who, when and by which command."""
    found: dict[UUID, list[Any]] = {}
    for event in _events(portal):
        told = msgspec.structs.asdict(event)
        for name in ("at", "actor", "command_id"):
            told.pop(name)
        found.setdefault(event.stream_id, []).append((event.topic, told))
    return found


def _events(portal: Portal) -> Iterator[Event]:
    recorder, mapper = portal.log().recorder, portal.log().mapper
    for stored in recorder.select_notifications(1, 1_000_000):
        yield mapper.decode(stored.topic, stored.state)


def rows_of_read_models(portal: Portal) -> dict[str, set[str]]:
    """Every row of every read model, without what belongs to the moment."""
    found: dict[str, set[str]] = {}
    with portal.reading() as connection:
        for model in MODELS:
            for table in model.tables:
                columns = [one for one in table.c if not _is_of_the_moment(one.name)]
                rows = connection.execute(select(*columns))
                found[table.name] = {repr(tuple(row)) for row in rows}
    return found


def _is_of_the_moment(name: str) -> bool:
    return name in OF_THE_MOMENT or name.endswith(("_at", "_by", "position"))
