"""What is held of a person, in words: what goes with an erasure, what stays, and on what ground."""

from application.ports.personal_traces import Trace, TraceFate
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import ngettext, phrase

FATES: tuple[tuple[TraceFate, str], ...] = (
    ("goes", phrase("Goes with an erasure")),
    ("stays_by_law", phrase("Stays by law: accounting records (GDPR Art. 17(3)(b))")),
    ("stays", phrase("Stays: business facts, such as a company's name")),
)
"""Each fate with its heading, in the order in which they are read."""


def trace(found: Trace) -> str:
    """Say how many of what."""
    if found.place == "events":
        return ngettext(
            "%(num)s event of the record, by destroying its key",
            "%(num)s events of the record, by destroying their key",
            found.count,
        )
    if found.place == "documents":
        names = ", ".join(found.names)
        return ngettext(
            "%(num)s PDF: %(names)s", "%(num)s PDFs: %(names)s", found.count, names=names
        )
    if "/" in found.place:
        return _("the file %(name)s", name=found.place)
    return ngettext(
        "%(num)s row of %(place)s", "%(num)s rows of %(place)s", found.count, place=found.place
    )
