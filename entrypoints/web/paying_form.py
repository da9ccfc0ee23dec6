"""What a person sends to pay: invoices with what was seen of each, a method, and how much."""

from uuid import UUID

import msgspec

from entrypoints.http.forms import FieldUnreadable
from entrypoints.web.typed_amount import typed_minor

NEW = "new"
"""The choice of a method that is not saved yet: it is entered on the provider's page."""


class PayForm(msgspec.Struct, frozen=True):
    """What the form sends: each invoice with what was seen of it, as `<id>:<minor>`."""

    payment_id: UUID
    invoice: list[str]
    currency: str
    method: str = NEW
    amount: str = ""
    save: str = ""

    @property
    def seen(self) -> dict[UUID, int]:
        """Give what was seen. Raises FieldUnreadable."""
        try:
            parts = [each.partition(":") for each in self.invoice]
            return {UUID(invoice_id): int(minor) for invoice_id, _, minor in parts}
        except ValueError as error:
            raise FieldUnreadable(field="invoice") from error

    @property
    def minor(self) -> int:
        """Give how much is to be paid: what was typed, else all. Raises as `typed_minor` does."""
        whole = sum(self.seen.values())
        return typed_minor(self.amount, self.currency) if self.amount else whole
