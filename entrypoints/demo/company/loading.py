"""Loads the demo's company into a portal: imports and deeds, in the order of their moments."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from application.bus import Bus
from application.importing.batches import LARGEST, Batches
from application.importing.known import Names
from application.importing.rows import Row
from application.importing.runs import take_rows
from application.ports.import_runs import RunBegun
from domain.actor import ImportRun
from entrypoints.container import Portal
from entrypoints.demo.company.access import set_up
from entrypoints.demo.company.chance import seeded
from entrypoints.demo.company.customers import customers
from entrypoints.demo.company.moments import Happening, at_work
from entrypoints.demo.company.past import Past, bus_of_the_past
from entrypoints.demo.company.staff import SOURCE, of_staff
from entrypoints.demo.company.telling import loads
from entrypoints.demo.company.visits import visits


def load_company(portal: Portal, today: date) -> None:
    """Fill an empty portal with the company as it is on a day."""
    happenings = sorted(_everything(portal, today), key=lambda one: one.at)
    moments = [happening.at for happening in happenings]
    past = Past(moments[0], moments[0], seeded(f"company {today}"))
    bus = bus_of_the_past(portal.log(), past)
    for happening, until in zip(happenings, [*moments[1:], moments[-1]], strict=True):
        past.at, past.until = happening.at, until
        happening.do(bus)


def _everything(portal: Portal, today: date) -> Iterator[Happening]:
    for day, rows in loads(today).items():
        yield Happening(at_work(day, "import", 5), partial(_import, portal, day, rows))
    groups = [(customer, plan) for customer in customers() for plan in customer.groups]
    keys = [plan.key for _, plan in groups if not plan.closed]
    yield from of_staff(today, portal.documents(), keys)
    for customer, plan in groups:
        yield from set_up(customer, plan, today)
        yield from visits(customer, plan, today)


def _import(portal: Portal, day: date, rows: Sequence[Row], bus: Bus) -> None:
    """Take a month's rows as `portal import` does, and keep its report."""
    run_id, runs, name = bus.ids.uuid7(), portal.import_runs(), f"billing-{day:%Y-%m-%d}.jsonl"
    now = bus.clock.now()
    runs.begin(
        RunBegun(
            run_id=run_id,
            source=SOURCE,
            format="rows",
            files=(name,),
            operator="billing@app-01",
            at=now,
        )
    )
    counts = take_rows(rows, _batches(portal, bus, run_id), name, _must_be_taken)
    runs.note(run_id, now, counts, ())
    runs.finish(run_id, now)


def _batches(portal: Portal, bus: Bus, run_id: UUID) -> Batches:
    actor = ImportRun(run_id, SOURCE)
    names = Names(SOURCE, SOURCE)
    batches = Batches(
        portal.log(),
        names,
        lambda: bus.act(actor),
        portal.import_cabinet(),
        portal.erasures().is_erased,
    )
    batches.size = LARGEST
    return batches


def _must_be_taken(reached: Any) -> None:
    """Stop at the first row that is refused: the demo's rows are all meant to be right."""
    for row in reached.refused:
        raise AssertionError(f"{row.file}:{row.line}: {row.field} {row.code} {row.facts}")
