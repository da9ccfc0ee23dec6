"""What stands of an invoice after a fact: amounts in minor units of the invoice's currency."""

from typing import Literal, TypeAlias

import msgspec

DocumentStatus: TypeAlias = Literal["draft", "issued", "void", "uncollectible"]


class Settlement(msgspec.Struct, frozen=True):
    """The sums that every invoice event carries, so that whoever reads them only copies them.

    All amounts are integer minor units. `paid` is succeeded payments less refunds that reopened
    the invoice. `adjustment` is what the source's stated open amount adds to the sum (negative:
    customer balance applied). `surplus` was paid beyond what is owed and is available credit.
    It always holds that `open - surplus = total - paid - credited - written_off + adjustment`
    while the document is issued. Draft, void and uncollectible documents have nothing open.
    """

    document: DocumentStatus
    total: int
    paid: int
    credited: int
    written_off: int
    processing: int
    disputed: bool
    failed: bool
    open: int
    adjustment: int
    surplus: int
