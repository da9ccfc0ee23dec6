"""What is owed, until when and how to pay it, in the reader's words."""

from collections.abc import Iterator
from datetime import date

from application.ports.pdf import Fact, Headline, Notes, Total
from domain.entity import BankDetails, EntityFacts
from domain.invoice import InvoiceFacts, Settlement
from entrypoints.http import formats
from entrypoints.http.languages import gettext as _
from entrypoints.wording.invoice_tables import period


class Sums:
    """The parts of the sheet that speak of sums and dates, worded within `speaking`."""

    def __init__(self, document: InvoiceFacts, settlement: Settlement, language: str) -> None:
        self._document = document
        self._settlement = settlement
        self._language = language

    def headline(self) -> Headline | None:
        """What is due and until when; or that nothing is."""
        settlement, due_on = self._settlement, self._document.due_on
        if settlement.document in {"void", "draft"}:
            return None
        if settlement.open > 0:
            until = _("due on %(date)s", date=self._day(due_on)) if due_on else ""
            return Headline(_("Amount due"), self._money(settlement.open), until)
        return Headline(_("Total"), self._money(settlement.total), self._settled())

    def _settled(self) -> str:
        settlement = self._settlement
        if settlement.document == "uncollectible":
            return ""
        if settlement.credited and not settlement.paid:
            return _("Settled by credit, nothing to pay")
        return _("Paid, nothing to pay") if settlement.paid else _("Nothing to pay")

    def facts(self) -> Iterator[Fact]:
        """The dates and references of the document."""
        document = self._document
        if document.issued_on:
            yield Fact(_("Invoice date"), self._day(document.issued_on))
        if document.due_on:
            yield Fact(_("Due date"), self._day(document.due_on))
        if document.po_number:
            yield Fact(_("PO number"), document.po_number)
        if document.period_from or document.period_to:
            yield Fact(
                _("Billing period"),
                period(document.period_from, document.period_to, self._language),
            )

    def totals(self) -> Iterator[Total]:
        """From the subtotal to what is still open."""
        document, settlement = self._document, self._settlement
        if document.subtotal != document.total:
            yield Total(_("Subtotal"), self._money(document.subtotal))
        if document.discount:
            yield Total(_("Discount"), self._money(-document.discount))
        for tax in document.taxes:
            label = f"{tax.name} {formats.percent(tax.rate, self._language)}"
            yield Total(label, self._money(tax.amount))
        yield Total(_("Total"), self._money(document.total), strong=True)
        settled = tuple(self._settled_amounts()) if settlement.document != "void" else ()
        yield from settled
        if settled:
            yield Total(_("Amount due"), self._money(settlement.open), strong=True)

    def _settled_amounts(self) -> Iterator[Total]:
        settlement = self._settlement
        amounts = (
            (_("Paid"), -settlement.paid),
            (_("Credited"), -settlement.credited),
            (_("Written off"), -settlement.written_off),
            (_("Customer balance applied"), min(0, settlement.adjustment)),
            (_("Added by the billing system"), max(0, settlement.adjustment)),
        )
        for label, amount in amounts:
            if amount:
                yield Total(label, self._money(amount))

    def notes(self, entity: EntityFacts, automatic: bool) -> Iterator[Notes]:
        """How to pay while something is open, and the document's own note."""
        if self._settlement.open > 0:
            yield from self._payment(entity, automatic)
        if self._document.note:
            yield Notes(_("Note"), (self._document.note,))

    def _payment(self, entity: EntityFacts, automatic: bool) -> Iterator[Notes]:
        heading, bank = _("How to pay"), entity.bank
        if automatic:
            collected = _("We collect this amount with your payment method on file.")
            yield Notes(heading, (collected, _("There is nothing you need to do.")))
        elif bank and bank.iban:
            sentence = _("Please transfer the amount due and give the reference.")
            yield Notes(heading, (sentence,), tuple(self._transfer(bank, entity.legal_name)))

    def _transfer(self, bank: BankDetails, seller: str) -> Iterator[Fact]:
        facts = (
            (_("Account holder"), bank.account_holder or seller),
            (_("IBAN"), _in_fours(bank.iban or "")),
            (_("BIC"), bank.bic),
            (_("Bank"), bank.bank_name),
            (_("Reference"), self._document.number),
        )
        return (Fact(label, value) for label, value in facts if value)

    def _money(self, minor: int) -> str:
        return formats.money(minor, self._document.currency, self._language)

    def _day(self, value: date) -> str:
        return formats.day(value, self._language, "long")


def _in_fours(iban: str) -> str:
    """Write an IBAN as on paper (ISO 13616): groups of four."""
    bare = "".join(iban.split())
    return " ".join(bare[at : at + 4] for at in range(0, len(bare), 4))
