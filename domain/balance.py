"""What is open of an invoice: the arithmetic of money that came, went back or was given up."""

from collections.abc import Mapping
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.settlement import DocumentStatus, Settlement

PaymentStatus: TypeAlias = Literal["succeeded", "processing", "failed"]


class Payment(msgspec.Struct, frozen=True):
    """A payment as last told; the amount in minor units."""

    external_id: str
    amount: int
    status: PaymentStatus
    paid_on: date
    method: str | None = None


class Refund(msgspec.Struct, frozen=True):
    """Money that went back, as last told; `reopened` when the invoice is open again for it.

    `by_bank` when the payer's bank took it back, and the seller gave nothing back.
    """

    payment_id: UUID | None
    amount: int
    refunded_on: date
    reopened: bool
    by_bank: bool = False


class Ledger(msgspec.Struct, frozen=True):
    """All that is known of an invoice's money, in minor units of its currency.

    `stated_open` is what the source said was open when it last sent the document, less what it had
    not booked yet of the money that came through the portal; `stated_beyond` is by how much that
    was more than the sum at that moment, for as long as the source said that something is open at
    all. `booked` is what the source has accounted for of the money that came through the portal.
    """

    document: DocumentStatus = "draft"
    total: int = 0
    payments: Mapping[UUID, Payment] = {}
    refunds: Mapping[UUID, Refund] = {}
    credits: Mapping[UUID, int] = {}
    write_offs: Mapping[date, int] = {}
    disputed: bool = False
    stated_open: int | None = None
    stated_beyond: int = 0
    booked: int = 0

    @property
    def paid(self) -> int:
        """Succeeded payments less refunds that reopened the invoice."""
        refunded = sum(refund.amount for refund in self.refunds.values() if refund.reopened)
        return self._sum_of("succeeded") - refunded

    @property
    def processing(self) -> int:
        """Money that is under way."""
        return self._sum_of("processing")

    @property
    def credited(self) -> int:
        """What credit notes count towards it."""
        return sum(self.credits.values())

    @property
    def written_off(self) -> int:
        """What the seller gave up."""
        return sum(self.write_offs.values())

    @property
    def owed(self) -> int:
        """The sum as it is: negative when more came than was asked for."""
        return self.total - self.paid - self.credited - self.written_off

    @property
    def failed(self) -> bool:
        """Whether the last attempt to pay failed; of one day's attempts the one told last."""
        attempts = sorted(self.payments.values(), key=lambda payment: payment.paid_on)
        return bool(attempts) and attempts[-1].status == "failed"

    def stating(
        self, document: DocumentStatus, total: int, stated_open: int | None, made_here: int = 0
    ) -> "Ledger":
        """Give the ledger after the source stated the document, and perhaps what is open of it.

        Of what came through the portal (`made_here`) the source may know nothing yet: nobody is
        asked for that again. Once it was booked, the source may say that it is owed after all.
        """
        stated = msgspec.structs.replace(
            self, document=document, total=total, stated_open=stated_open, stated_beyond=0
        )
        if stated_open is None:
            return stated
        beyond = max(0, stated_open - stated.owed)
        unbooked = min(beyond, max(0, made_here - self.booked))
        return msgspec.structs.replace(
            stated,
            stated_open=stated_open - unbooked,
            stated_beyond=beyond - unbooked if stated_open else 0,
            booked=max(self.booked, made_here - unbooked),
        )

    def returning(self, refund_id: UUID, refund: Refund) -> "Ledger":
        """Give the ledger after money went back; what a bank takes is open whatever was stated."""
        refunds = {**self.refunds, refund_id: refund}
        stated = self.stated_open
        if refund.by_bank and stated is not None and refund_id not in self.refunds:
            stated += refund.amount
        return msgspec.structs.replace(self, refunds=refunds, stated_open=stated)

    def _sum_of(self, status: PaymentStatus) -> int:
        return sum(payment.amount for payment in self.payments.values() if payment.status == status)


def settle(ledger: Ledger) -> Settlement:
    """Compute what stands of an invoice.

    The source's stated open amount wins over the sum; the difference is the adjustment. Money
    that is told after the statement counts by itself as soon as it leaves less open than was
    stated, so that a payment is not hidden until the source speaks again.
    """
    opened, surplus, adjustment = 0, _surplus_of_closed(ledger), 0
    if ledger.document == "issued":
        opened = _open(ledger)
        surplus = max(0, -(ledger.owed + ledger.stated_beyond))
        adjustment = opened - surplus - ledger.owed
    return Settlement(
        document=ledger.document,
        total=ledger.total,
        paid=ledger.paid,
        credited=ledger.credited,
        written_off=ledger.written_off,
        processing=ledger.processing,
        disputed=ledger.disputed,
        failed=ledger.failed,
        open=opened,
        adjustment=adjustment,
        surplus=surplus,
    )


def as_issued(stands: Settlement) -> Settlement:
    """Give what stood when the invoice was issued: what a document that is kept for good says.

    What was paid since is told on screen; a void document stays void.
    """
    document: DocumentStatus = "void" if stands.document == "void" else "issued"
    return settle(Ledger(document=document, total=stands.total))


def _open(ledger: Ledger) -> int:
    if ledger.stated_open is None:
        return max(0, ledger.owed)
    return max(0, min(ledger.stated_open, ledger.owed + ledger.stated_beyond))


def _surplus_of_closed(ledger: Ledger) -> int:
    """Of a void document everything that came is surplus; of an uncollectible one the excess."""
    match ledger.document:
        case "void":
            return max(0, ledger.paid + ledger.credited)
        case "uncollectible":
            return max(0, -ledger.owed)
        case _:
            return 0
