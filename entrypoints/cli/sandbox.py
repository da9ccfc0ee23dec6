"""`portal sandbox`: the sandbox provider on a port of its own, for an account of the settings."""

import sys

import rich_click as click

from entrypoints.cli.serving import refuse_taken, usable_settings
from entrypoints.settings import Settings

BIND = "127.0.0.1"


@click.command()
@click.option("--port", type=click.IntRange(1, 65_535), default=8002, show_default=True)
@click.option("--account", default="", help="Which account, when the settings name several.")
def sandbox(port: int, account: str) -> None:
    """Run the sandbox provider, where no money moves.

    It takes its key, its webhook secret and its own address from an account of the settings with
    PORTAL_PAYMENTS_<NAME>_KIND=sandbox, and keeps what happens in a file of its own.
    """
    settings = usable_settings()
    name = _account(settings, account)
    refuse_taken(BIND, port)
    from entrypoints.container import sandbox_room  # noqa: PLC0415 - help answers at once
    from entrypoints.logs import set_up_logs  # noqa: PLC0415 - the same
    from entrypoints.sandbox.serving import serve  # noqa: PLC0415 - the same

    set_up_logs()
    room = sandbox_room(settings, name)
    click.echo(f"Sandbox of the account {name}: {room.url}\nDashboard: {room.url}{room.dashboard}")
    if not room.secret:
        click.echo(
            f"It sends no webhooks: PORTAL_PAYMENTS_{name.upper()}_WEBHOOK_SECRETS is empty."
        )
    serve(room, BIND, port)


def _account(settings: Settings, wanted: str) -> str:
    """Find the account, or end with a sentence."""
    names = [name for name, one in settings.payments.items() if one.kind == "sandbox"]
    if wanted in names:
        return wanted
    if not wanted and len(names) == 1:
        return names[0]
    if names:
        click.echo(f"Name one of the accounts: --account {' or '.join(names)}", err=True)
    else:
        click.echo(
            "No setting names a sandbox. Set PORTAL_PAYMENTS_TEST_KIND=sandbox, "
            "PORTAL_PAYMENTS_TEST_URL=http://localhost:8002, PORTAL_PAYMENTS_TEST_KEY and "
            "PORTAL_PAYMENTS_TEST_WEBHOOK_SECRETS.",
            err=True,
        )
    sys.exit(2)
