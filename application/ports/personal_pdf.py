"""Puts everything held of a person on paper."""

from typing import Protocol

from application.personal_export import PersonalExport


class PersonalPdf(Protocol):
    """What whoever prints an export promises.

    1. Everything that the export says stands in the PDF as text that can be found and copied.
    2. No character makes it fail: what no font has is printed as a box.
    """

    def render(self, export: PersonalExport) -> bytes:
        """Give the PDF."""
