"""Says who did something, in words: staff by their name, machines by what they are."""

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from application.settling import PAYMENTS
from domain.actor import Actor, ApiKey, Customer, ImportRun, Operator, Staff
from entrypoints.http.languages import gettext as _
from entrypoints.http.names import unerased

Naming: TypeAlias = Callable[[Actor | None], str]
"""Gives the words for an actor, in the language of the moment."""


def naming(names: dict[UUID, str]) -> Naming:
    """Name actors; `names` are those of all staff."""

    def named(actor: Actor | None) -> str:
        match actor:
            case Staff():
                return unerased(names.get(actor.staff_id, _("a staff member")))
            case Customer():
                return unerased(actor.address)
            case ApiKey():
                return _("API key “%(name)s”", name=actor.name)
            case Operator():
                return _("the command line (%(account)s)", account=unerased(actor.account))
            case ImportRun():
                return _("the import from %(source)s", source=actor.source)
            case _:
                return _("the payment provider") if actor == PAYMENTS else _("the portal")

    return named
