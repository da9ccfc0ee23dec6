"""Names from people in a mail: never a link, also not one that a mail program makes by itself."""

import re

from markupsafe import Markup

from entrypoints.http.names import isolated, isolated_in_text

_LINK_LIKE = re.compile(r"(?<=[^\s>])([.@:])(?=[^\s<])")
_GAP = "\u200c"
"""Zero-width non-joiner: keeps `evil.com` in a name from being taken for an address."""


def named(text: str) -> Markup:
    """Make a name fit for HTML: escaped, its direction isolated, no link."""
    return Markup(_unlinked(str(isolated(text))))  # noqa: S704 - `isolated` escapes


def named_in_text(text: str) -> str:
    """Make a name fit for plain text: one line, its direction isolated, no link."""
    return _unlinked(isolated_in_text(text))


def _unlinked(text: str) -> str:
    return _LINK_LIKE.sub(rf"\1{_GAP}", text)
