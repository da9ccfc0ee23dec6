"""What is held of a person, in words: what goes with an erasure, what stays, and on what ground."""

from application.ports.personal_traces import Trace, TraceFate
from entrypoints.http.languages import gettext as _
from entrypoints.http.languages import ngettext, phrase, phrases

FATES: tuple[tuple[TraceFate, str], ...] = (
    ("goes", phrase("Goes with an erasure")),
    ("stays_by_law", phrase("Stays by law: accounting records (GDPR Art. 17(3)(b))")),
    ("stays", phrase("Stays: business facts, such as a company's name, and files of others")),
)
"""Each fate with its heading, in the order in which they are read."""


PLACES: dict[str, tuple[str, str]] = {
    "events": phrases(
        "%(num)s event of the record, by destroying its key",
        "%(num)s events of the record, by destroying their key",
    ),
    "reasons": phrases(
        "reasons about %(num)s other address that name this person; they go with its erasure",
        "reasons about %(num)s other addresses that name this person; they go with their erasure",
    ),
    "documents": phrases("%(num)s PDF: %(names)s", "%(num)s PDFs: %(names)s"),
    "sessions": phrases("%(num)s session", "%(num)s sessions"),
    "sign_in_requests": phrases("%(num)s request to sign in", "%(num)s requests to sign in"),
    "outbox": phrases(
        "%(num)s mail that waits or was sent", "%(num)s mails that wait or were sent"
    ),
    "import_runs": phrases("%(num)s report of an import", "%(num)s reports of imports"),
    "import_refusals": phrases(
        "%(num)s refused row in a report of an import",
        "%(num)s refused rows in reports of imports",
    ),
}
"""What a row of these is called; others make up what pages show."""

_OTHERS = phrases(
    "%(num)s row of what pages show: %(place)s", "%(num)s rows of what pages show: %(place)s"
)


def trace(found: Trace) -> str:
    """Say how many of what."""
    if "/" in found.place:
        return _("the file %(name)s", name=found.place)
    one, several = PLACES.get(found.place, _OTHERS)
    if found.place == "events" and found.fate != "goes":
        one, several = _IN_CLEAR
    names = ", ".join(found.names)
    return ngettext(one, several, found.count, names=names, place=found.place)


_IN_CLEAR = phrases(
    "%(num)s event that says it in a business fact, such as a line of an invoice",
    "%(num)s events that say it in a business fact, such as a line of an invoice",
)
