"""`portal import`: load what the billing system knows, from files."""

import gc
import getpass
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import rich_click as click

from entrypoints.cli.serving import say_what_is_made, usable_settings

if TYPE_CHECKING:
    from application.importing.runs import Progress as Reached
    from application.importing.runs import Report
    from application.ports.event_log import EventLog
    from entrypoints.container import Portal

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, type=FILE)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the rows, and end.")
@click.option("--source", help="Whose external ids these are.  [default: import, or stripe]")
@click.option(
    "--format", "form", type=click.Choice(["rows", "stripe"]), default="rows", show_default=True
)
@click.option("--entity", help="With --format stripe: the external id of the seller's entity.")
@click.option("--entity-source", help="Whose ids entities are.  [default: the source, or import]")
@click.option("--dry-run", is_flag=True, help="Decide everything and store nothing.")
def import_files(  # noqa: PLR0913, PLR0917 - one argument for each option
    files: tuple[Path, ...],
    schema: bool,
    source: str | None,
    form: str,
    entity: str | None,
    entity_source: str | None,
    dry_run: bool,
) -> None:
    """Load FILES of JSON Lines or CSV, or of Stripe's objects as its lists return them.

    A row is known by its external id: the same file a second time changes nothing, and an import
    that was stopped is simply run again. Rows that cannot be taken are named with file, line, field
    and reason; all others are in.

    Billing contacts are told by mail of new invoices. What the first import of a bill group brings
    is no news, nor is what is dated more than three days back.
    """
    if schema:
        _print_schema()
        return
    if not files:
        raise click.UsageError("Name at least one file, or ask for --schema.")
    if form == "stripe":
        if not entity:
            raise click.UsageError("Say with --entity whose customers these are.")
        run = _Run(_portal(), source or "stripe", entity_source or "import", dry_run=dry_run)
        counts = _unless_away(lambda: run.over_stripe(files, entity))
    else:
        source = source or "import"
        run = _Run(_portal(), source, entity_source or source, dry_run=dry_run)
        counts = _unless_away(lambda: run.over(files))
    _say_counts(counts, dry_run=dry_run)
    sys.exit(1 if any(name.endswith(".refused") for name in counts) else 0)


class _Run:
    """One run of the command, with its report."""

    def __init__(self, portal: "Portal", source: str, entity_source: str, *, dry_run: bool) -> None:
        self.portal = portal
        self.source = source
        self.entity_source = entity_source
        self.dry_run = dry_run
        self.run_id = portal.ids().uuid7()

    def over(self, files: tuple[Path, ...]) -> Mapping[str, int]:
        """Take every row that can be taken; gives the counts."""
        from application.importing.runs import run  # noqa: PLC0415 - help answers at once

        raws = self.portal.import_rows()(files)
        return self._with_report(files, "rows", lambda report: run(raws, self._batches(), report))

    def over_stripe(self, files: tuple[Path, ...], entity: str) -> Mapping[str, int]:
        """Take the rows that Stripe's objects make."""
        from application.importing.runs import run_entries  # noqa: PLC0415 - help answers at once
        from application.stripe_objects.passes import entries  # noqa: PLC0415 - the same

        read = self.portal.import_stripe()
        made = entries(lambda: read(files), self._zone(entity), entity)
        return self._with_report(
            files, "stripe", lambda report: run_entries(made, self._batches(), report)
        )

    def _zone(self, entity: str) -> ZoneInfo:
        """Give the time zone in which the entity reads Stripe's moments as dates."""
        from domain.entity import Entity  # noqa: PLC0415 - help answers at once
        from domain.identity import imported_id  # noqa: PLC0415 - the same

        known = self.portal.log().get(Entity, imported_id(self.entity_source, "entity", entity))
        if known.facts is None:
            raise click.UsageError(
                f"No entity {entity} is known from source {self.entity_source}. "
                "Import a row of kind entity first."
            )
        return ZoneInfo(known.facts.time_zone)

    def _with_report(self, files: tuple[Path, ...], form: str, take: Any) -> Mapping[str, int]:
        if self.dry_run:
            with _bar(files) as show:
                counts: Mapping[str, int] = take(show)
            return counts
        runs, clock = self.portal.import_runs(), self.portal.clock()
        runs.begin(self._begun(files, form))
        with _bar(files) as show:

            def note(reached: "Reached") -> None:
                runs.note(self.run_id, clock.now(), reached.counts, reached.refused)
                show(reached)

            counts = take(note)
        runs.finish(self.run_id, clock.now())
        return counts

    def _batches(self) -> Any:
        from application.importing.batches import Batches  # noqa: PLC0415 - help answers at once
        from application.importing.known import Names  # noqa: PLC0415 - the same
        from application.importing.originals import without_keeping  # noqa: PLC0415 - the same
        from application.importing.rehearsal import Rehearsal  # noqa: PLC0415 - the same
        from domain.actor import ImportRun  # noqa: PLC0415 - the same

        bus, cabinet = self.portal.bus(), self.portal.import_cabinet()
        log: EventLog = Rehearsal(self.portal.log()) if self.dry_run else self.portal.log()
        actor = ImportRun(self.run_id, self.source)
        return Batches(
            log,
            Names(self.source, self.entity_source),
            lambda: bus.act(actor),
            without_keeping(cabinet) if self.dry_run else cabinet,
            self.portal.erasures().is_erased,
            imported_until=self.portal.import_runs().brought_invoices(self.source),
        )

    def _begun(self, files: Iterable[Path], form: str) -> Any:
        from application.ports.import_runs import RunBegun  # noqa: PLC0415 - help answers at once

        return RunBegun(
            run_id=self.run_id,
            source=self.source,
            format=form,
            files=tuple(str(file) for file in files),
            operator=f"{getpass.getuser()}@{platform.node()}",
            at=self.portal.clock().now(),
        )


def _unless_away(take: Callable[[], Mapping[str, int]]) -> Mapping[str, int]:
    """End with a sentence when the database is away or too busy: nothing is half stored."""
    from application.ports.event_log import Conflict, RecordUnavailable  # noqa: PLC0415 - as above
    from application.ports.failures import Unavailable  # noqa: PLC0415 - the same

    try:
        return take()
    except (Conflict, RecordUnavailable, Unavailable):
        click.echo(
            "The database cannot be written now. What was taken is stored; run the same import "
            "again to take the rest.",
            err=True,
        )
        sys.exit(75)  # sysexits.h: try again later


def _portal() -> "Portal":
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - help answers at once

    say_what_is_made(usable_settings())
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)  # rows come and go; looking through them costs a tenth
    return portal_of_command()


@contextmanager
def _bar(files: Iterable[Path]) -> "Iterator[Report]":
    """Show how many bytes were read, on a terminal; refused rows are named above the bar."""
    from rich.console import Console  # noqa: PLC0415 - help answers at once
    from rich.progress import Progress  # noqa: PLC0415 - the same

    from entrypoints.wording.import_problems import sentence  # noqa: PLC0415 - the same

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading", total=sum(file.stat().st_size for file in files))

        def show(reached: "Reached") -> None:
            for row in reached.refused:
                place = f"{row.file}:{row.line}: " + (f"{row.field}: " if row.field else "")
                console.print(place + sentence(row), markup=False)
            progress.update(task, completed=reached.read)

        yield show


def _print_schema() -> None:
    import msgspec  # noqa: PLC0415 - help answers at once

    from application.importing.reading import schema  # noqa: PLC0415 - the same

    click.echo(msgspec.json.format(msgspec.json.encode(schema()), indent=2))


def _say_counts(counts: Mapping[str, int], *, dry_run: bool) -> None:
    sums = {"taken": 0, "same": 0, "refused": 0}
    for name, count in counts.items():
        sums[name.rpartition(".")[2]] += count
    would = "would be " if dry_run else ""
    click.echo(
        f"{sums['taken']:,} rows {would}taken, {sums['same']:,} known already, "
        f"{sums['refused']:,} refused."
    )
