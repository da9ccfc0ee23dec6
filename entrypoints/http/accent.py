"""The small stylesheet of an entity's accent colour, with contrast that always suffices.

Contrast follows WCAG 2.2 (relative luminance, success criterion 1.4.3): text on the accent and
links on every surface, light and dark, reach 4.5 to 1 whatever colour the entity chose.
"""

import re
from functools import lru_cache
from hashlib import sha256

from entrypoints.http.assets import IMMUTABLE, UNKEPT, Asset, asset

PREFIX = "/static/accent/"
DEFAULT = "#3d5afe"
ENOUGH = 4.5
_CALM = 6.5
"""Links in the dark are lighter than they must be: saturated colours glare there."""
_TOE = 0.04045
"""Below it sRGB is linear (IEC 61966-2-1)."""
_PAPER = ("#ffffff", "#f7f8fa", "#f0f2f5")
_NIGHT = ("#191d24", "#20252e", "#0c0e12")
_WHITE, _INK = "#ffffff", "#14181f"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PATH = re.compile(re.escape(PREFIX) + r"([0-9a-f]{6})\.([0-9a-f]{12})\.css")


def luminance(colour: str) -> float:
    """Give the relative luminance of `#rrggbb`, 0 for black and 1 for white."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _TOE else ((channel + 0.055) / 1.055) ** 2.4


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Mix a share (0 to 1) of another colour in."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def text_on(colour: str) -> str:
    """Choose white where it is readable on the colour, else ink or, between both, black."""
    ranked = (_WHITE, _INK, "#000000")
    return next(text for text in ranked if contrast(text, colour) >= ENOUGH)


def readable_on(colour: str, towards: str, surfaces: tuple[str, ...], ratio: float = ENOUGH) -> str:
    """Move a colour towards black or white until it reads as text on every surface."""
    steps = (mixed(colour, towards, step / 20) for step in range(21))
    return next(
        shade for shade in steps if all(contrast(shade, paper) >= ratio for paper in surfaces)
    )


def pressed(colour: str) -> str:
    """Give the accent of a button under the pointer: further away from the words on it."""
    return mixed(colour, "#000000" if text_on(colour) == _WHITE else _WHITE, 0.12)


def accepted(colour: str | None) -> str:
    """Give the colour in lower case, or the default where there is none that can be read."""
    wanted = (colour or "").lower()
    return wanted if _COLOUR.fullmatch(wanted) else DEFAULT


@lru_cache(maxsize=256)
def stylesheet(colour: str) -> str:
    """Write the custom properties that `portal.css` takes its accent from."""
    on_accent = text_on(colour)
    light = readable_on(colour, "#000000", _PAPER)
    dark = readable_on(colour, _WHITE, _NIGHT, _CALM)
    return (
        f"@layer brand{{:root{{--accent:{colour};--on-accent:{on_accent};"
        f"--accent-deep:{pressed(colour)};--link:light-dark({light},{dark})}}}}\n"
    )


def url(colour: str | None) -> str:
    """Give the content-hashed address of the stylesheet of an accent colour."""
    shade = accepted(colour)
    return f"{PREFIX}{shade[1:]}.{_hash(shade)}.css"


def find(path: str) -> Asset | None:
    """Give the stylesheet at a path that `url` gave, or None; another version's is not kept."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    colour = f"#{match[1]}"
    kept = IMMUTABLE if match[2] == _hash(colour) else UNKEPT
    found = asset(stylesheet(colour).encode(), ".css")
    return Asset(found.body, found.media_type, kept, found.gzipped)


def _hash(colour: str) -> str:
    return sha256(stylesheet(colour).encode()).hexdigest()[:12]
