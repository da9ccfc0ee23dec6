"""What is wrong with a row: the field, a code for the words, and the facts that the words need."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong; `field` is a path such as `lines.2.amount`, empty for the row."""

    field: str
    code: str
    facts: Mapping[str, Any] = {}


class RowRefused(Exception):  # noqa: N818 - named after the fact
    """A row is not taken; every problem that could be found is named."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


def refused(field: str, code: str, **facts: Any) -> RowRefused:
    """Refuse a row for one problem."""
    return RowRefused([Problem(field, code, facts)])
