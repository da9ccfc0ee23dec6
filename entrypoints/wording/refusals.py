"""What a refusal says to people, by its code: the fact, and what to do next.

A sentence may take any of the refusal's facts as `%(name)s`. A test holds that every code has one.
"""

from domain.aggregate import Refusal
from entrypoints.http.languages import gettext, phrase

SENTENCES: dict[str, str] = {
    "field_missing": phrase("Please fill this in."),
    "field_unreadable": phrase("This is not in the form that is needed here."),
}
"""Each room of refusals adds its own below, in alphabetical order of the code."""


def sentence(refusal: Refusal) -> str:
    """Say a refusal in the language of the moment (`languages.speaking`)."""
    facts = {name: _readable(value) for name, value in refusal.facts.items()}
    return gettext(SENTENCES[refusal.code], **facts) if facts else gettext(SENTENCES[refusal.code])


def _readable(value: object) -> str:
    if isinstance(value, (list, tuple, set, frozenset)):
        return ", ".join(str(part) for part in value)
    return str(value)
