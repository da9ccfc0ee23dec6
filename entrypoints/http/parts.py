"""The smallest parts of pages, which lists repeat a hundred times: a macro would cost too much.

Templates import them from `parts/pill.html`, `parts/money.html` and `parts/date.html` like macros.
"""

from datetime import date as Date  # noqa: N812 - a part is called `date`
from functools import lru_cache

from markupsafe import Markup, escape

from entrypoints.http import formats, languages

_AMOUNT = Markup('<span class="amount">{}</span>')
_DASH = Markup(
    '<span class="muted" aria-hidden="true">&ndash;</span><span class="unseen">{}</span>'
)
_TIME = Markup('<time datetime="{}">{}</time>')
_NOTHING = Markup('<span class="muted">&ndash;</span>')


def pill(kind: str, text: str) -> Markup:
    """Show a status: kinds ok, warn, bad, info, none. The text carries the meaning."""
    return Markup(f'<span class="pill {escape(kind)}">{escape(text)}</span>')  # noqa: S704


def money(minor: int, currency: str, quiet_zero: bool = False) -> Markup:
    """Show an amount in minor units; a quiet zero is a dash for those who see it."""
    return _money(minor, currency, quiet_zero, languages.spoken())


@lru_cache(maxsize=8192)
def _money(minor: int, currency: str, quiet_zero: bool, language: str) -> Markup:
    frame = _DASH if quiet_zero and not minor else _AMOUNT
    return frame.format(formats.money(minor, currency, language))


def date(value: Date | None, length: str = "medium") -> Markup:
    """Show a calendar date with its machine form; no date is a dash."""
    return _date(value, length, languages.spoken()) if value else _NOTHING


@lru_cache(maxsize=8192)
def _date(value: Date, length: str, language: str) -> Markup:
    return _TIME.format(value.isoformat(), formats.day(value, language, length))
