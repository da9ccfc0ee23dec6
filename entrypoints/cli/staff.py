"""`portal staff`: who may enter the admin; the first admin is made here."""

import getpass
import platform
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, get_args

import rich_click as click

from domain.actor import Operator
from domain.aggregate import Refusal
from domain.staff import Member, Role, Staff

if TYPE_CHECKING:
    from entrypoints.container import Portal

R = TypeVar("R")
ROLES = click.Choice(get_args(Role))
role_option = click.option(
    "--role", "roles", multiple=True, type=ROLES, help="Give it once for each role."
)


@click.group()
def staff() -> None:
    """Add staff members, change their roles, deactivate them.

    Each command is recorded with your account on this machine.
    """


@staff.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues know them.")
@role_option
def add(email: str, name: str, roles: tuple[Role, ...]) -> None:
    """Let somebody enter the admin. Without --role, the first one becomes an admin.

    Example: portal staff add mara@acme.com --name "Mara Okafor" --role billing
    """
    from application.staff import AddStaffMember, add_staff_member  # noqa: PLC0415 - help is quick

    portal = _portal()
    chosen = roles or _first_roles(portal)
    command = AddStaffMember(portal.ids().uuid7(), name, email, chosen)
    _done(lambda: portal.bus().execute(add_staff_member, command, operator()))
    url = portal.settings().admin_url.rstrip("/")
    click.echo(f"Added {name} ({', '.join(chosen)}).")
    click.echo(f"Next: they open {url}/sign-in and type {email}. A mail with a link follows;")
    click.echo("the first sign-in sets up an authenticator app as second factor.")
    if not _has_admin(portal):
        click.echo(f"Nobody is an admin yet: portal staff roles {email} --role admin")


@staff.command("roles")
@click.argument("email")
@role_option
def change(email: str, roles: tuple[Role, ...]) -> None:
    """Give somebody exactly these roles.

    Example: portal staff roles mara@acme.com --role billing --role auditor
    """
    from application.staff import ChangeRoles, change_roles  # noqa: PLC0415 - help is quick

    portal = _portal()
    command = ChangeRoles(_member(portal, email).staff_id, roles)
    _done(lambda: portal.bus().execute(change_roles, command, operator()))
    click.echo(f"{email} has the roles {', '.join(roles)} now.")


@staff.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """Keep somebody out; their sessions and previews end at once."""
    from application.staff import (  # noqa: PLC0415 - help is quick
        DeactivateStaffMember,
        deactivate_staff_member,
    )

    portal = _portal()
    command = DeactivateStaffMember(_member(portal, email).staff_id)
    _done(lambda: deactivate_staff_member(command, operator(), portal.staff_door()))
    click.echo(f"{email} is deactivated. All sessions have ended.")


@staff.command()
@click.argument("email")
def reactivate(email: str) -> None:
    """Let somebody in again."""
    from application.staff import (  # noqa: PLC0415 - help is quick
        ReactivateStaffMember,
        reactivate_staff_member,
    )

    portal = _portal()
    command = ReactivateStaffMember(_member(portal, email).staff_id)
    _done(lambda: portal.bus().execute(reactivate_staff_member, command, operator()))
    click.echo(f"{email} can sign in again.")


@staff.command("reset-second-factor")
@click.argument("email")
@click.option("--reason", help="Kept in the record.")
def reset(email: str, reason: str | None) -> None:
    """Take somebody's second factor away; the next sign-in sets up a new one."""
    from application.staff import (  # noqa: PLC0415 - help is quick
        ResetSecondFactor,
        reset_second_factor,
    )

    portal = _portal()
    command = ResetSecondFactor(_member(portal, email).staff_id, reason)
    _done(lambda: reset_second_factor(command, operator(), portal.staff_door()))
    click.echo(f"The second factor of {email} is reset. The next sign-in sets up a new one.")


@staff.command("list")
def members() -> None:
    """List the staff with their roles."""
    for member in sorted(_directory(_portal()), key=lambda member: member.email):
        state = "active" if member.is_active else "deactivated"
        factor = "second factor" if member.has_second_factor else "no second factor yet"
        roles = ", ".join(member.roles)
        click.echo(f"{member.email}  {member.name}  {roles}  {state}, {factor}")


def operator() -> Operator:
    """Say who types: the operating system's account, and the machine."""
    return Operator(getpass.getuser(), platform.node() or "unknown")


def _portal() -> "Portal":
    from entrypoints.cli.serving import say_what_is_made, usable_settings  # noqa: PLC0415
    from entrypoints.cli.wiring import portal_of_command  # noqa: PLC0415 - help is quick

    say_what_is_made(usable_settings())
    return portal_of_command()


def _directory(portal: "Portal") -> Sequence[Member]:
    from domain.identity import STAFF_DIRECTORY  # noqa: PLC0415 - help is quick

    return tuple(portal.log().get(Staff, STAFF_DIRECTORY).members.values())


def _first_roles(portal: "Portal") -> tuple[Role, ...]:
    if _has_admin(portal):
        raise click.UsageError("Choose what they may do: --role viewer, billing, admin or auditor.")
    return ("admin",)


def _has_admin(portal: "Portal") -> bool:
    return any("admin" in member.roles for member in _directory(portal))


def _member(portal: "Portal", email: str) -> Member:
    for member in _directory(portal):
        if member.email == email.strip().lower():
            return member
    raise click.ClickException(f"There is no staff member {email}. `portal staff list` names all.")


def _done(work: Callable[[], R]) -> R:
    """Carry out a command, or end with the sentence that says what stood in the way."""
    from entrypoints.wording.refusals import sentence  # noqa: PLC0415 - help is quick

    try:
        return work()
    except Refusal as refusal:
        click.echo(sentence(refusal), err=True)
        sys.exit(1)
