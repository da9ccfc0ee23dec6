"""Which language a reader is answered in, and the translated words of each.

A new language is one file, `entrypoints/locale/<language>/LC_MESSAGES/portal.po`. The language of
the moment is held per thread and task (`speaking`), so that one Jinja environment serves all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"
SOURCE = "en"


def catalogue_path(language: str) -> Path:
    """Where the translated words of a language are kept."""
    return LOCALE / language / "LC_MESSAGES" / "portal.po"


def _supported() -> tuple[str, ...]:
    translated = {path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/portal.po")}
    return (SOURCE, *sorted(translated - {SOURCE}))


SUPPORTED = _supported()
_speaking: ContextVar[str] = ContextVar("speaking", default=SOURCE)


@cache
def words(language: str) -> NullTranslations:
    """Give the translations of a language, read once; English is its own translation."""
    if language == SOURCE:
        return NullTranslations()
    with catalogue_path(language).open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def choose(chosen: str | None, accepts: str | None, fallback: str | None) -> str:
    """Choose the reader's own choice, else the browser's wish, else the entity's language."""
    for wanted in (chosen or "", *_accepted(accepts or ""), fallback or ""):
        language = wanted.strip().lower().replace("_", "-").partition("-")[0]
        if language in SUPPORTED:
            return language
    return SOURCE


def _accepted(header: str) -> list[str]:
    """Order an `Accept-Language` header by weight (RFC 9110 §12.5.4); unreadable parts drop out."""
    weighed = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            weighed.append((float(weight.strip().removeprefix("q=") or 1), tag))
        except ValueError:
            continue
    ordered = sorted(weighed, key=lambda pair: -pair[0])
    return [tag for weight, tag in ordered if weight > 0]


@cache
def own_name(language: str) -> str:
    """Give the name of a language as its speakers write it, such as `Deutsch`."""
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Answer in this language within the block, in this thread or task only."""
    before = _speaking.set(language)
    try:
        yield
    finally:
        _speaking.reset(before)


def spoken() -> str:
    """Give the language of the moment."""
    return _speaking.get()


def phrase(message: str) -> str:
    """Mark a text for translation that is only looked up when it is shown."""
    return message


def phrases(singular: str, plural: str) -> tuple[str, str]:
    """Mark a text that has a number for translation, to be looked up by `ngettext`."""
    return singular, plural


def gettext(message: str, **names: object) -> str:
    """Translate a text and fill its `%(name)s` places."""
    found = words(spoken()).gettext(message)
    return found % names if names else found


def ngettext(singular: str, plural: str, num: int, **names: object) -> str:
    """Translate a text that has a number, which fills `%(num)s`."""
    return words(spoken()).ngettext(singular, plural, num) % {"num": num, **names}


def pgettext(meaning: str, message: str, **names: object) -> str:
    """Translate a text whose meaning the context tells apart."""
    found = words(spoken()).pgettext(meaning, message)
    return found % names if names else found
