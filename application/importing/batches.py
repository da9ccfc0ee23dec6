"""Takes many rows in one transaction: load what they need, decide each, store all that is good."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec

from application.importing import (
    billing,
    credit_notes,
    invoices,
    originals,
    parties,
    rows,
    upcoming,
)
from application.importing.known import IsErased, Known, Names, Places
from application.importing.originals import Cabinet
from application.importing.problems import Problem, RowRefused
from application.ports.event_log import Conflict, EventLog, Job
from application.reactions import when_invoice_is_issued_then_announce_it
from domain.aggregate import Refusal
from domain.event import Act
from domain.invoice import InvoiceRecorded

Result: TypeAlias = Literal["taken", "same", "refused"]
"""A row that is `taken` said something new; `same` is what was known already."""

WRITER_SECONDS = 0.06
"""How long a batch aims to hold the writer; 0.2 s is the most that others should notice."""

SMALLEST, FIRST, LARGEST = 10, 100, 2_000
_TRIES = 8


class Entry(msgspec.Struct, frozen=True):
    """A row with the place it came from; `line` counts from 1."""

    file: str
    line: int
    row: rows.Row


class Outcome(msgspec.Struct, frozen=True):
    """What became of one row."""

    entry: Entry
    result: Result
    problems: Sequence[Problem] = ()


class Kind(msgspec.Struct, frozen=True):
    """What a kind of row needs, and what it does."""

    want: Callable[[Any, Known], None]
    take: Callable[[Any, Known, Act], None]


KINDS: Mapping[type[rows.RowBase], Kind] = {
    rows.EntityRow: Kind(parties.want_entity, parties.take_entity),
    rows.AccountRow: Kind(parties.want_account, parties.take_account),
    rows.ContractRow: Kind(parties.want_contract, parties.take_contract),
    rows.BillGroupRow: Kind(billing.want_bill_group, billing.take_bill_group),
    rows.ContactRow: Kind(billing.want_contact, billing.take_contact),
    rows.PaymentMethodRow: Kind(billing.want_payment_method, billing.take_payment_method),
    rows.SubscriptionRow: Kind(billing.want_subscription, billing.take_subscription),
    rows.UpcomingRow: Kind(upcoming.want_upcoming, upcoming.take_upcoming),
    rows.InvoiceRow: Kind(invoices.want_invoice, invoices.take_invoice),
    rows.PaymentRow: Kind(invoices.want_payment, invoices.take_payment),
    rows.RefundRow: Kind(invoices.want_payment, invoices.take_refund),
    rows.CreditNoteRow: Kind(credit_notes.want_credit_note, credit_notes.take_credit_note),
}


class Batches:
    """Takes batches one after another, each as large as the writer's time allows."""

    def __init__(  # noqa: PLR0913 - what an import needs, and where it stands in a row of them
        self,
        log: EventLog,
        names: Names,
        act: Callable[[], Act],
        cabinet: Cabinet,
        is_erased: IsErased,
        *,
        imported_until: datetime | None = None,
    ) -> None:
        """`imported_until`: when an import of this source that read invoices last ended.

        Only of bill groups that were known by then are new invoices announced: what a first import
        brings is no news to anybody, also when it was stopped and is run again, or comes in steps.
        """
        self._imported_until = imported_until
        self.size = FIRST
        self.longest = 0.0
        self._log = log
        self._names = names
        self._act = act
        self._cabinet = cabinet
        self._is_erased = is_erased
        self._places = Places()

    def take(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Take the rows; somebody who was faster on one of them makes us decide again."""
        for _ in range(_TRIES):
            known = Known(self._log, self._names, self._places, self._is_erased)
            outcomes = self._decide(entries, known)
            try:
                self._store(known)
            except Conflict as conflict:
                lost = conflict
                continue
            known.learn()
            return outcomes
        raise lost

    def _decide(self, entries: Sequence[Entry], known: Known) -> list[Outcome]:
        for entry in entries:
            KINDS[type(entry.row)].want(entry.row, known)
            if isinstance(entry.row, rows.InvoiceRow):
                originals.want_original(entry.row, known)
        known.load()
        act = self._act()
        return [self._outcome(entry, known, act) for entry in entries]

    def _outcome(self, entry: Entry, known: Known, act: Act) -> Outcome:
        known.touched.clear()
        try:
            self._one(entry, known, act)
        except RowRefused as refusal:
            return Outcome(entry, "refused", refusal.problems)
        except Refusal as refusal:
            return Outcome(entry, "refused", [Problem("", refusal.code, refusal.facts)])
        return Outcome(entry, "taken" if known.has_news else "same")

    def _one(self, entry: Entry, known: Known, act: Act) -> None:
        row = entry.row
        if isinstance(row, rows.InvoiceRow) and row.pdf is not None:
            content = originals.check_original(row, entry.file, self._cabinet)
            invoices.take_invoice(row, known, act)
            originals.take_original(row, content or b"", known, self._cabinet, act)
        else:
            KINDS[type(row)].take(row, known, act)

    def _store(self, known: Known) -> None:
        changed = known.changed
        if not changed:
            self.size = min(self.size * 2, LARGEST)
            return
        started = time.perf_counter()
        self._log.save(*changed, jobs=list(self._announced(known)))
        self._adapt(time.perf_counter() - started)

    def _announced(self, known: Known) -> Iterator[Job]:
        """Announce what was issued to bill groups that a first import had brought before."""
        until = self._imported_until
        for event, place in known.issued:
            was_known = until and place.known_since and place.known_since <= until
            if was_known and isinstance(event, InvoiceRecorded):
                yield from when_invoice_is_issued_then_announce_it(event)

    def _adapt(self, seconds: float) -> None:
        """Aim the next batch at the writer's time, growing at most twofold."""
        self.longest = max(self.longest, seconds)
        fitting = int(self.size * WRITER_SECONDS / max(seconds, 0.001))
        self.size = min(max(fitting, SMALLEST), self.size * 2, LARGEST)
