"""Jinja environments: for pages (each language compiled on its own), and for text mails.

Undefined names are errors, everything is escaped, templates are compiled once. `_`, `ngettext` and
`pgettext` and the filters speak the language of the rendering at hand (`languages.speaking`).
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup

from entrypoints.http import accent, assets, formats, languages, names, parts
from entrypoints.http.one_language import OneLanguage

TEMPLATES = Path(__file__).parent.parent / "templates"
ICONS = assets.STATIC / "vendor" / "icons"


def render(template: str, language: str, /, **context: Any) -> str:
    """Render a page or a mail's HTML part in a language."""
    with languages.speaking(language):
        return _pages(language).get_template(template).render(context)


def fragment(template: str, block: str, language: str, /, **context: Any) -> str:
    """Render one block of a page alone, as a partial update takes it."""
    with languages.speaking(language):
        return str(render_block(_pages(language), template, block, context))


@cache
def icon(name: str) -> Markup:
    """Give one of the vendored icons, to stand inline; the words beside it carry the meaning."""
    drawn = (ICONS / f"{name}.svg").read_text("utf-8")
    _, _, shape = drawn.partition("<svg")
    return Markup('<svg aria-hidden="true" focusable="false"' + shape.strip())  # noqa: S704 - ours


def _in_language(format_: Callable[..., str]) -> Callable[..., str]:
    """Give a format the language of the rendering as its last argument."""

    def spoken(*values: Any, **options: Any) -> str:
        return format_(*values, language=languages.spoken(), **options)

    return spoken


def _date(value: date, length: str = "medium") -> str:
    return formats.day(value, languages.spoken(), length)


@cache
def _direction(language: str) -> str:
    return Locale.parse(language).text_direction


_FILTERS: dict[str, Callable[..., str]] = {
    "money": _in_language(formats.money),
    "price": _in_language(formats.price),
    "number": _in_language(formats.number),
    "percent": _in_language(formats.percent),
    "date": _date,
    "month": _in_language(formats.month),
    "moment": _in_language(formats.moment),
    "clock": _in_language(formats.clock),
    "ago": _in_language(formats.ago),
    "cleaned": names.cleaned,
    "translated": languages.gettext,
    "readable": names.readable,
}

_GLOBALS: dict[str, Any] = {
    "static": assets.url,
    "parts": parts,
    "accent_url": accent.url,
    "icon_svg": icon,
    "languages": languages.SUPPORTED,
    "own_name": languages.own_name,
    "direction": _direction,
}


def _words(made: Callable[[str], str]) -> dict[str, Callable[..., str]]:
    """Give the words of the language as templates call them; pages escape what fills a place."""

    def gettext(message: str, **filling: Any) -> str:
        return made(languages.gettext(message)) % filling

    def ngettext(singular: str, plural: str, num: int, **filling: Any) -> str:
        chosen = languages.words(languages.spoken()).ngettext(singular, plural, num)
        return made(chosen) % {"num": num, **filling}

    def pgettext(meaning: str, message: str, **filling: Any) -> str:
        return made(languages.pgettext(meaning, message)) % filling

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext, "pgettext": pgettext}


E = TypeVar("E", bound=Environment)


def _environment(kind: type[E], *, escaping: bool) -> E:
    environment = kind(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=escaping,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.update(_GLOBALS)
    environment.globals.update(_words(Markup if escaping else str))
    environment.filters.update(_FILTERS)
    environment.filters["isolated"] = names.isolated if escaping else names.isolated_in_text
    return environment


@cache
def _pages(language: str) -> OneLanguage:
    """Give the pages as they are compiled for one language."""
    environment = _environment(OneLanguage, escaping=True)
    environment.language = language
    return environment


PAGES = _environment(Environment, escaping=True)
TEXTS = _environment(Environment, escaping=False)
