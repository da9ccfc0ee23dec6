"""Which characters the fonts have, and what is printed in place of the others."""

import re
import unicodedata
from pathlib import Path
from typing import Any

import msgspec

FONTS = Path(__file__).parent / "fonts"
MISSING = "\N{WHITE SQUARE}"
"""Stands for a character that no font has."""
BREAK = "\N{ZERO WIDTH SPACE}"
"""Tells the template where an endless word may break."""

_SPACES = str.maketrans({"\t": " ", "\r": "\n", "\N{LINE SEPARATOR}": "\n", "\x0b": "\n"})
_LONG = 24
_LONG_WORD = re.compile(rf"[^\s\u2e80-\U0003ffff]{{{_LONG},}}")
_HYPHENATED = re.compile(r"(?=.{,100}$)(?!.*(.)\1{3})[^\W\d_]+(?:-[^\W\d_]+)*[.,;:]?")
_STEP = re.compile(r"(.{16})(?=.)")


class Font(msgspec.Struct, frozen=True):
    """A vendored font file, its SHA-256, where it came from, and its licence's file."""

    file: str
    sha256: str
    source: str
    licence: str


class Manifest(msgspec.Struct, frozen=True):
    """What lies in `fonts/`, and the ranges of characters (hexadecimal) that it can print."""

    about: str
    fonts: tuple[Font, ...]
    characters: str


def manifest() -> Manifest:
    """Read the list of the vendored fonts."""
    return msgspec.json.decode((FONTS / "manifest.json").read_bytes(), type=Manifest)


class Printable:
    """Turns texts into ones that the fonts can print, and remembers what had to go."""

    def __init__(self, unprintable: re.Pattern[str]) -> None:
        self._unprintable = unprintable
        self._replaced: dict[str, None] = {}

    @property
    def replaced(self) -> str:
        """Each replaced character once, in the order met."""
        return "".join(self._replaced)

    def text(self, words: str) -> str:
        """Keep what can be printed; control, direction and invisible characters never are."""
        if self._unprintable.search(words):
            words = unicodedata.normalize("NFC", words.replace("\r\n", "\n")).translate(_SPACES)
            words = self._unprintable.sub(self._replace, words)
        return words if len(words) < _LONG else _LONG_WORD.sub(_breakable, words)

    def texts(self, content: Any) -> Any:
        """Keep what can be printed of every text in builtins, at any depth."""
        match content:
            case str():
                return self.text(content)
            case dict():
                return {name: self.texts(part) for name, part in content.items()}
            case list() | tuple():
                return [self.texts(part) for part in content]
            case _:
                return content

    def _replace(self, found: re.Match[str]) -> str:
        character = found.group()
        self._replaced[character] = None
        if unicodedata.category(character) in ("Cc", "Cf"):
            return ""
        alike = unicodedata.normalize("NFKC", character)
        return MISSING if self._unprintable.search(alike) else alike


def unprintable() -> re.Pattern[str]:
    """Match one character that the fonts do not have."""
    ranges = (part.split("-") for part in manifest().characters.split())
    known = "".join(
        "-".join(f"\\U{int(end, 16):08x}" for end in dict.fromkeys((ends[0], ends[-1])))
        for ends in ranges
    )
    return re.compile(f"[^{known}]")


def _breakable(found: re.Match[str]) -> str:
    """Let words of a language be hyphenated, and anything else break after each 16 characters."""
    word = found.group()
    return BREAK + (word if _HYPHENATED.fullmatch(word) else _STEP.sub(rf"\1{BREAK}", word))
