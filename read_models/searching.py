"""Searching for words in case-folded columns, the same in every list."""

from typing import Any

from sqlalchemy import ColumnElement, or_


def pattern(words: str) -> str:
    """Give what `LIKE … ESCAPE '!'` finds the words with, wherever in a text they stand."""
    folded = words.strip().casefold()
    for sign in "!%_":
        folded = folded.replace(sign, f"!{sign}")
    return f"%{folded}%"


def holding(words: str, *places: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say that one of the case-folded places holds the words."""
    return or_(*(place.like(pattern(words), escape="!") for place in places))
