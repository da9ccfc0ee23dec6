"""A statement of account: how a balance came about between two days, in one currency.

What happened to a document is a `Step`: the position that stood after it. A line is the difference
that a step made, so the lines of any period lead from its opening to its closing balance exactly,
and the balance of all steps is outstanding balance less available credit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

StepKind: TypeAlias = Literal[
    "invoice",
    "payment",
    "refund",
    "taken_back",
    "credit",
    "credit_note",
    "write_off",
    "void",
    "uncollectible",
]
LineKind: TypeAlias = StepKind | Literal["adjustment", "restated", "credit_used"]

BUCKETS = (0, 30, 60, 90)
"""Aging: current, 1 to 30, 31 to 60, 61 to 90 and more than 90 days after the due date."""


class Document(msgspec.Struct, frozen=True):
    """An invoice or credit note that a step is about."""

    document_id: UUID
    currency: str
    number: str | None
    due_on: date | None = None


class Step(msgspec.Struct, frozen=True):
    """What became of a document on a day; minor units after it.

    `net` is what is owed on it less what is available from it, `adjustment` the part of it that
    the billing system's own figure makes up (*customer balance applied*). `recorded_on` is when
    the portal learned of it.
    """

    document: Document
    version: int
    kind: StepKind
    on: date
    recorded_on: date
    net: int
    adjustment: int = 0
    reference: str | None = None


class Line(msgspec.Struct, frozen=True):
    """One line; a positive amount is owed, a negative one was paid, credited or given up."""

    on: date
    kind: LineKind
    document: Document
    amount: int
    reference: str | None = None


class Aging(msgspec.Struct, frozen=True):
    """What was open on the last day by how long it is overdue, and what was available then."""

    open: tuple[int, ...] = (0,) * (len(BUCKETS) + 1)
    available: int = 0


class Statement(msgspec.Struct, frozen=True):
    """A statement in one currency, in its minor units; both days are part of the period."""

    currency: str
    first: date
    last: date
    opening: int
    lines: tuple[Line, ...]
    aging: Aging

    @property
    def closing(self) -> int:
        """What the period ends with."""
        return self.opening + sum(line.amount for line in self.lines)


def statements(steps: Iterable[Step], first: date, last: date) -> tuple[Statement, ...]:
    """Draw up a statement for each currency that anything happened in up to the last day."""
    parts: defaultdict[str, list[Line]] = defaultdict(list)
    for line in _lines_of(steps):
        if line.on <= last:
            parts[line.document.currency].append(line)
    return tuple(_statement(code, parts[code], first, last) for code in sorted(parts))


def _statement(currency: str, lines: list[Line], first: date, last: date) -> Statement:
    lines.sort(key=lambda line: (line.on, _ORDER[line.kind], line.document.number or ""))
    return Statement(
        currency=currency,
        first=first,
        last=last,
        opening=sum(line.amount for line in lines if line.on < first),
        lines=tuple(line for line in lines if line.on >= first),
        aging=_aging(lines, last),
    )


def _lines_of(steps: Iterable[Step]) -> Iterator[Line]:
    """Tell what each step changed, whatever the order of their days."""
    stands: dict[UUID, Step] = {}
    for step in sorted(steps, key=lambda step: (step.document.document_id, step.version)):
        before = stands.get(step.document.document_id)
        yield from _lines(before, step)
        stands[step.document.document_id] = step


def _lines(before: Step | None, step: Step) -> Iterator[Line]:
    """Tell the fact itself, and what the source's own figure made of it."""
    net, adjustment = (before.net, before.adjustment) if before else (0, 0)
    adjusted = step.adjustment - adjustment
    fact = step.net - net - adjusted
    kind = _kind(step, fact, net)
    on = step.recorded_on if kind == "restated" else min(step.on, step.recorded_on)
    if fact:
        yield Line(on, kind, step.document, fact, step.reference)
    if adjusted:
        yield Line(on, "adjustment", step.document, adjusted)


def _kind(step: Step, fact: int, net: int) -> LineKind:
    if step.kind == "credit_note":
        return "credit_used" if fact > 0 else "credit_note"
    return "restated" if step.kind == "invoice" and net else step.kind


def _aging(lines: Iterable[Line], last: date) -> Aging:
    stands: defaultdict[Document, int] = defaultdict(int)
    for line in lines:
        stands[line.document] += line.amount
    buckets = [0] * (len(BUCKETS) + 1)
    for document, net in stands.items():
        late = (last - document.due_on).days if document.due_on else 0
        buckets[sum(late > limit for limit in BUCKETS)] += max(0, net)
    return Aging(tuple(buckets), sum(max(0, -net) for net in stands.values()))


_ORDER: dict[LineKind, int] = {
    "invoice": 0,
    "restated": 1,
    "adjustment": 2,
    "credit_note": 3,
    "credit_used": 4,
    "credit": 5,
    "payment": 6,
    "refund": 7,
    "taken_back": 8,
    "write_off": 9,
    "uncollectible": 10,
    "void": 11,
}
"""The order of one day's lines: what is billed, then what settles it."""
