"""`portal serve`, and each of its processes alone."""

import signal
import socket
import sys
import threading

import rich_click as click

from entrypoints.settings import Settings, SettingsWrong, from_process


@click.command()
def serve() -> None:
    """Run web, admin and worker on this machine.

    On first start the database is made, and the portal's secrets in a file beside it that only you
    can read. A database of an earlier version is brought up to this one. Next: `portal staff add`
    for the first admin, `portal import` for your data.
    """
    settings = durable_settings()
    say_what_is_made(settings)
    for port in (settings.web_port, settings.admin_port):
        refuse_taken(settings.bind, port)
    from entrypoints.cli.rebuilding import make_what_is_new  # noqa: PLC0415 - it asks this module

    make_what_is_new()
    refuse_what_is_apart(settings)
    click.echo(f"Customers: {settings.web_url}\nStaff:     {settings.admin_url}")
    from entrypoints.processes import Processes  # noqa: PLC0415 - help answers at once

    Processes({name: [name] for name in ("web", "admin", "worker")}).run()


@click.command()
def web() -> None:
    """Run the customers' entrypoint; any number of them, on any number of machines."""
    settings = durable_settings()
    refuse_what_is_apart(settings)
    _http("entrypoints.asgi:web", settings, settings.web_port, settings.workers)


@click.command()
def admin() -> None:
    """Run the staff's entrypoint, on a host of its own."""
    settings = durable_settings()
    refuse_what_is_apart(settings)
    _http("entrypoints.asgi:admin", settings, settings.admin_port, 1)


@click.command()
def worker() -> None:
    """Run the worker; several share the work."""
    refuse_what_is_apart(durable_settings())
    from entrypoints.asgi import portal_of_process  # noqa: PLC0415 - help answers at once
    from entrypoints.worker.loop import run  # noqa: PLC0415 - the same

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(portal_of_process(), stop)


def usable_settings() -> Settings:
    """Read the settings, or end with a sentence for each that cannot be used."""
    try:
        return from_process()
    except SettingsWrong as wrong:
        click.echo("\n".join(wrong.problems), err=True)
        sys.exit(2)


def durable_settings() -> Settings:
    """Read the settings, and refuse to run for real on a SQLite that can lose data.

    Source: SQLite's release notes of 3.51.3, the WAL-reset corruption bug.
    """
    from adapters.database import SAFE_SQLITE, sqlite_module  # noqa: PLC0415 - help answers at once

    settings = usable_settings()
    version = sqlite_module().sqlite_version_info
    if settings.database.startswith("sqlite") and version < SAFE_SQLITE:
        click.echo(
            f"SQLite {'.'.join(map(str, version))} of this Python can corrupt a database "
            "that several processes use. Install pysqlite3, use a Python with SQLite 3.51.3 or "
            "newer, or set PORTAL_DATABASE_URL to a PostgreSQL.",
            err=True,
        )
        sys.exit(2)
    return settings


def refuse_what_is_apart(settings: Settings) -> None:
    """Refuse to run on a record, keys, secrets and read models that do not belong together."""
    from entrypoints.installing import must_belong_together  # noqa: PLC0415 - help answers at once
    from entrypoints.secret_file import must_be_there  # noqa: PLC0415 - the same

    must_belong_together(settings.database, settings.keys)
    must_be_there(settings)


def say_what_is_made(settings: Settings) -> None:
    """Make the database and the secrets where they are missing, and say so.

    A record that is begun has its secrets: others are never made beside it. Raises SecretsMissing.
    """
    from entrypoints.installing import install, is_begun  # noqa: PLC0415 - help answers at once
    from entrypoints.secret_file import make_secret, must_be_there  # noqa: PLC0415 - the same

    settings.data.mkdir(parents=True, exist_ok=True)
    install(settings.database, settings.keys)
    if is_begun(settings.database):
        must_be_there(settings)
    elif made := make_secret(settings):
        click.echo(f"Made the portal's secrets in {made}. Keep a copy apart from the database.")


def refuse_taken(host: str, port: int, advice: str = "End it, or choose another port.") -> None:
    """End with a sentence, and what to do, when another program listens on the port."""
    with socket.socket(socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            click.echo(f"Port {port} is taken by another program. {advice}", err=True)
            sys.exit(2)


def _http(target: str, settings: Settings, port: int, workers: int) -> None:
    from granian import Granian  # noqa: PLC0415 - help answers at once
    from granian.constants import Interfaces  # noqa: PLC0415 - the same

    Granian(
        target,
        address=settings.bind,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        factory=True,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
    ).serve()
