"""The command line: what an operator and an auditor type. `portal --help` teaches.

Commands are found by name and imported only when asked for, so that help answers at once.
"""

import os
from importlib import import_module
from typing import Any

import click

OWNER_ONLY = 0o077
"""What the portal writes holds names, amounts and keys: no other account may read it."""

COMMANDS = {
    "demo": "entrypoints.cli.demo:demo",
    "serve": "entrypoints.cli.serving:serve",
    "web": "entrypoints.cli.serving:web",
    "admin": "entrypoints.cli.serving:admin",
    "worker": "entrypoints.cli.serving:worker",
    "sandbox": "entrypoints.cli.sandbox:sandbox",
    "import": "entrypoints.cli.importing:import_files",
    "staff": "entrypoints.cli.staff:staff",
    "audit": "entrypoints.cli.audit:audit",
    "privacy": "entrypoints.cli.privacy:privacy",
    "rebuild": "entrypoints.cli.rebuilding:rebuild",
    "backup": "entrypoints.cli.backups:backup",
    "restore": "entrypoints.cli.backups:restore",
    "verify": "entrypoints.cli.backups:verify",
    "doctor": "entrypoints.cli.doctor:doctor",
}
ABOUT = {
    "demo": "Start a believable company on a fresh database, with everything to look at.",
    "serve": "Run the whole portal on this machine: web, admin and worker.",
    "web": "Run the customers' entrypoint alone.",
    "admin": "Run the staff's entrypoint alone.",
    "worker": "Run the worker alone: it sends mails and tidies up.",
    "sandbox": "Run the sandbox payment provider, where no money moves.",
    "import": "Load accounts, bill groups, subscriptions and invoices from files.",
    "staff": "Add staff members, change their roles, deactivate them.",
    "audit": "Replay who had access to what, when, and by whose decision.",
    "privacy": "Find what is held of a person; erase it, hold it, or give it out.",
    "rebuild": "Build the read models anew from the events, beside the live ones.",
    "backup": "Copy the record, and apart from it the keys, while everybody goes on working.",
    "restore": "Put a backup back, and say what that changes.",
    "verify": "Compare the read models and everything else that is kept twice.",
    "doctor": "Check this installation and say what to mend.",
}


class ByName(click.Group):
    """Imports a command when it is asked for; lists all without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what keeps the record from being read is said in a sentence."""
        try:
            return super().invoke(ctx)
        except Exception as trouble:
            from entrypoints.cli.troubles import in_words  # noqa: PLC0415 - help answers at once

            words = in_words(trouble)
            if words is None:
                raise
            raise click.ClickException(words) from trouble

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands with a sentence each."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, ABOUT[name]) for name in COMMANDS])


@click.group(cls=ByName, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="customer-portal", prog_name="portal")
def main() -> None:
    """A customer portal for B2B billing, on your own machines.

    Start with `portal demo`. For your own data: `portal staff add`, `portal import` and
    `portal serve`.
    Settings come from PORTAL_… in the environment and from a file named .env.
    """
    before = os.umask(OWNER_ONLY)
    click.get_current_context().call_on_close(lambda: os.umask(before))
