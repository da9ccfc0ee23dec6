"""Puts the result of an access review on paper, with the signed file inside."""

from datetime import datetime
from typing import Protocol

import msgspec

from application.ports.pdf import Fact, Table


class ReviewSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that stands on the paper, in order, worded in `language` (BCP 47).

    `signed` is the file that is attached under `signed_name`; `note` are the lines of its
    signature. `page_of` is the words for the page number with `{page}` and `{pages}`.
    """

    language: str
    document_title: str
    title: str
    facts: tuple[Fact, ...]
    grants: Table
    proof: str
    proof_words: tuple[str, ...]
    note: tuple[str, ...]
    signed: bytes
    signed_name: str
    signed_words: str
    page_of: str
    made_at: datetime


class ReviewPdf(Protocol):
    """What whoever prints a review's result promises.

    1. The PDF is tagged and archivable (PDF/A-3a, PDF/UA-1), in the sheet's language.
    2. The same sheet gives the same bytes.
    3. Every text can be extracted; what no font has is printed as a box.
    4. The signed file is attached, byte for byte.
    """

    def render(self, sheet: ReviewSheet) -> bytes:
        """Make the PDF of this sheet."""
