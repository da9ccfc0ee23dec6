"""`portal doctor`: checks what can be checked, and says what to mend."""

import os
import stat
import sys
from collections.abc import Iterator

import rich_click as click

from adapters.health import of_database, of_mail
from entrypoints.cli.serving import usable_settings
from entrypoints.cli.wiring import portal_of_command
from entrypoints.container import Portal


@click.command()
def doctor() -> None:
    """Check this installation. Ends with 1 when something needs mending."""
    settings = usable_settings()
    portal = portal_of_command()
    bad = False
    mail = of_mail(settings.smtp_host, settings.smtp_port)
    for good, words in [*of_database(portal.engine()), mail, *_secrets(portal)]:
        click.echo(f"{'ok  ' if good else 'MEND'}  {words}")
        bad = bad or not good
    sys.exit(1 if bad else 0)


def _secrets(portal: Portal) -> Iterator[tuple[bool, str]]:
    """Look at the secrets file's permissions."""
    path = portal.settings().data / "portal.secrets"
    if not path.exists():
        yield bool(portal.settings().secret), "The secret comes from the settings."
        return
    mode = stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116 - the mode alone
    yield mode & 0o077 == 0, f"{path} is readable by its owner only ({mode:o})."
