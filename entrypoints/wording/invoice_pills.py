"""The one pill of an invoice in words, and what stands beside it; kinds are those of `pill`."""

from datetime import date
from functools import lru_cache
from typing import Literal, TypeAlias

import msgspec

from domain.invoice_status import PillName
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import ngettext, pgettext, speaking

Kind: TypeAlias = Literal["ok", "warn", "bad", "info", "none"]

_KINDS: dict[PillName, Kind] = {
    "paid": "ok",
    "disputed": "warn",
    "overdue": "bad",
    "partly_paid": "info",
    "due": "info",
    "open": "info",
}


class Worded(msgspec.Struct, frozen=True):
    """A pill: its kind for the eye, its text for everybody."""

    kind: Kind
    text: str


def worded(
    name: PillName, due_on: date | None, today: date, language: str, *, by_credit: bool = False
) -> Worded:
    """Say the pill as of today in the entity's time zone: Due in 9 days, Overdue 2 days."""
    counted = due_on is not None and name in {"due", "overdue"}
    days = abs((due_on - today).days) if due_on and counted else None
    return _worded(name, days, by_credit, language)


def status(name: PillName | Literal["unpaid"], language: str) -> str:
    """Say the status alone, as filters do."""
    return _statuses(language)[name]


def beside(fact: str | None, language: str) -> Worded | None:
    """Say what stands beside the pill: a failed attempt, a dispute on a paid invoice."""
    with speaking(language):
        match fact:
            case "failed_attempt":
                return Worded("bad", _("Payment failed"))
            case "disputed":
                return Worded("warn", _("Disputed"))
            case _:
                return None


@lru_cache(maxsize=4096)
def _worded(name: PillName, days: int | None, by_credit: bool, language: str) -> Worded:
    with speaking(language):
        match name:
            case "overdue" if days is not None:
                words = ngettext("Overdue %(num)s day", "Overdue %(num)s days", days)
            case "due" if days == 0:
                return Worded("warn", _("Due today"))
            case "due" if days is not None:
                words = ngettext("Due in %(num)s day", "Due in %(num)s days", days)
            case "paid" if by_credit:
                words = _("Paid by credit")
            case _:
                words = _statuses(language)[name]
    return Worded(_KINDS.get(name, "none"), words)


@lru_cache(maxsize=64)
def _statuses(language: str) -> dict[str, str]:
    with speaking(language):
        return {
            "void": _("Void"),
            "uncollectible": _("Uncollectible"),
            "paid": _("Paid"),
            "disputed": _("Disputed"),
            "processing": _("Processing"),
            "overdue": _("Overdue"),
            "partly_paid": _("Partly paid"),
            "due": _("Due"),
            "open": pgettext("invoice", "Open"),
            "unpaid": _("Unpaid"),
        }
