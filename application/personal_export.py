"""Everything that is held of a person, in a form that can be given to them (GDPR Art. 15)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from application.personal_holdings import Held, Registrar
from application.ports.personal_traces import KeptRow, SealedFact
from domain.personal import is_erased

WITHHELD = "withheld: it is about somebody else"


class Remembered(msgspec.Struct, frozen=True):
    """One thing that the record holds: what happened, when, and what it says of the person."""

    position: int
    recorded_at: datetime
    topic: str
    says: dict[str, Any]


class InUse(msgspec.Struct, frozen=True):
    """A row that the portal works with for a while, such as a session."""

    kept_in: str
    says: dict[str, Any]


class Elsewhere(msgspec.Struct, frozen=True):
    """So many places of another kind that name the person, such as invoices."""

    place: str
    count: int
    kept: str


class PersonalExport(msgspec.Struct, frozen=True):
    """Everything held of one person at a moment; `unread_pdfs` were not searched."""

    person: str
    made_at: datetime
    known_as: tuple[str, ...]
    record: tuple[Remembered, ...]
    in_use: tuple[InUse, ...]
    elsewhere: tuple[Elsewhere, ...]
    unread_pdfs: int = 0


def export_of(held: Held, desk: Registrar) -> PersonalExport:
    """Put together what is held; of others it says nothing."""
    rows = desk.traces.rows(held.words) if held.words else []
    stays = [trace for trace in held.traces if trace.fate != "goes"]
    return PersonalExport(
        person=held.subject.name,
        made_at=desk.bus.clock.now(),
        known_as=held.words,
        record=tuple(_remembered(held.facts)),
        in_use=tuple(_in_use(rows)),
        elsewhere=tuple(Elsewhere(each.place, each.count, each.fate) for each in stays),
        unread_pdfs=held.unread_pdfs,
    )


def _remembered(facts: Sequence[SealedFact]) -> list[Remembered]:
    return [
        Remembered(
            fact.position,
            fact.recorded_at,
            fact.event.topic,
            _disclosed(msgspec.to_builtins(fact.event)),
        )
        for fact in facts
    ]


def _in_use(rows: Sequence[KeptRow]) -> list[InUse]:
    """Leave out bytes: they are hashes of secrets, and work of the portal's own."""
    return [
        InUse(
            row.table,
            {
                name: value if isinstance(value, str | int | None) else str(value)
                for name, value in row.values.items()
                if not isinstance(value, bytes) and not name.endswith("_hash")
            },
        )
        for row in rows
    ]


def _disclosed(part: Any) -> Any:
    """Put a plain word where somebody else's sealed value stands."""
    match part:
        case dict():
            return {name: _disclosed(value) for name, value in part.items()}
        case list():
            return [_disclosed(value) for value in part]
        case str() if is_erased(part):
            return WITHHELD
        case _:
            return part
