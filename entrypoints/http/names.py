"""Names and domains from people made safe to stand in a line: nothing hidden, nothing turned."""

import unicodedata

import idna
from markupsafe import Markup, escape

from domain.personal import erased_mark, is_erased
from domain.portal_access import REPLACED
from entrypoints.http.languages import gettext as _

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_FIRST_STRONG, _POP = "\u2068", "\u2069"


def unerased(words: str) -> str:
    """Say of an erased name that it was erased, and by its mark whose events belong together."""
    if is_erased(words):
        return _("erased person %(mark)s", mark=erased_mark(words))
    return words


def reasoned(words: str) -> str:
    """Say why access was revoked: as somebody wrote it, the portal's own reason in the language."""
    return _("replaced by the domain") if words == REPLACED else unerased(words)


def cleaned(text: str) -> str:
    """Drop control, zero-width and direction characters; line ends and tabs become spaces.

    What was erased is said to be.
    """
    text = unerased(text)
    if text.isprintable():
        return text
    spaced = " ".join(text.split("\t")).replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return "".join(char for char in spaced if unicodedata.category(char) not in _HIDDEN)


def isolated(text: str) -> Markup:
    """Clean a name for HTML; one that runs right to left cannot turn the words around it."""
    clean = cleaned(text)
    shown = escape(clean)
    return Markup("<bdi>{}</bdi>").format(shown) if _turns(clean) else shown


def isolated_in_text(text: str) -> str:
    """Clean a name for a plain text mail, with Unicode's isolates (UAX 9) where HTML has `bdi`."""
    clean = cleaned(text)
    return f"{_FIRST_STRONG}{clean}{_POP}" if _turns(clean) else clean


def _turns(text: str) -> bool:
    if text.isascii():
        return False
    return any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text)


def readable(domain_or_address: str) -> str:
    """Show a domain, or that of an address, with letters instead of A-labels (IDNA 2008)."""
    name, at, domain = domain_or_address.rpartition("@")
    if "xn--" not in domain:
        return cleaned(domain_or_address)
    return cleaned(name) + at + ".".join(_label(label) for label in domain.split("."))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except idna.IDNAError:
        return label
