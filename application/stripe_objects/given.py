"""Reads fields of an object that may hold anything, and collects what is wrong with them.

Fields that are not asked for are ignored: Stripe adds new ones all the time.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from application.importing.problems import Problem, RowRefused
from application.stripe_objects.minor_units import major
from domain.currencies import EXPONENTS

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_LARGEST = 10**15
_percentage = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?").fullmatch


class Given:
    """One object, or a part of one; `path` says where the part stands."""

    def __init__(self, raw: Any, zone: tzinfo, path: str = "", found: Any = None) -> None:
        self.raw: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {}
        self.zone = zone
        self.path = path
        self.problems: list[Problem] = [] if found is None else found

    def __bool__(self) -> bool:
        return bool(self.raw)

    def wrong(self, field: str, code: str, **facts: Any) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.path + field, code, facts))

    def settled(self) -> None:
        """Refuse the object when anything was wrong with it."""
        if self.problems:
            raise RowRefused(self.problems)

    def text(self, field: str, longest: int = 255) -> str | None:
        """Give text, cut to what the portal keeps; nothing for null and empty."""
        value = self.raw.get(field)
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(field, "not_text")
            return None
        return value.strip()[:longest].strip() or None

    def needed(self, field: str) -> str:
        """Give text that must be there."""
        value = self.text(field)
        if value is None and not any(one.field == self.path + field for one in self.problems):
            self.wrong(field, "missing")
        return value or ""

    def id(self, field: str) -> str | None:
        """Give the id of a reference, whether it is expanded or not."""
        value = self.raw.get(field)
        if isinstance(value, Mapping):
            value = value.get("id")
        return value if isinstance(value, str) and value else None

    def needed_id(self, field: str) -> str:
        """Give the id of a reference that must be there."""
        value = self.id(field)
        if value is None:
            self.wrong(field, "missing")
        return value or ""

    def whole(self, field: str) -> int | None:
        """Give an integer."""
        value = self.raw.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(field, "not_a_whole_number", value=str(value)[:60])
            return None
        if abs(value) > _LARGEST:
            self.wrong(field, "too_large", value=str(value)[:60], most=_LARGEST)
            return None
        return value

    def percentage(self, field: str) -> str | None:
        """Give a percentage between 0 and 100 as decimal text."""
        value = self.raw.get(field)
        if value is None:
            return None
        text = str(value)
        if isinstance(value, bool | str) or _percentage(text) is None or float(text) > 100:  # noqa: PLR2004 - all
            self.wrong(field, "not_a_percentage", value=text[:60])
            return None
        return text

    def flag(self, field: str) -> bool:
        """Give whether something is true; absent and null are not."""
        return self.raw.get(field) is True

    def day(self, field: str) -> date | None:
        """Give the date, in the entity's time zone, of Unix seconds."""
        value = self.whole(field)
        if value is None:
            return None
        if not _EARLIEST < value < _LATEST:
            self.wrong(field, "not_a_moment", value=str(value)[:60])
            return None
        return datetime.fromtimestamp(value, self.zone).date()

    def currency(self) -> str:
        """Give the object's currency as ISO 4217 writes it."""
        code = self.needed("currency").upper()
        if code and code not in EXPONENTS:
            self.wrong("currency", "currency_unknown", currency=code[:10])
        return code

    def amount(self, field: str, currency: str) -> str | None:
        """Give an amount in major units as exact text."""
        value = self.whole(field)
        return None if value is None else self.scaled(field, value, currency)

    def scaled(self, field: str, value: int | str, currency: str) -> str | None:
        """Give Stripe's minor units, which may have decimals, in major units."""
        try:
            return major(value, currency)
        except ValueError:
            self.wrong(field, "amount_malformed", amount=str(value)[:40])
            return None

    def part(self, field: str) -> "Given":
        """Give an object inside; an empty one where there is none."""
        return Given(self.raw.get(field), self.zone, f"{self.path}{field}.", self.problems)

    def parts(self, field: str) -> Iterator["Given"]:
        """Give the objects of a list, or of a list object's `data`."""
        value = self.raw.get(field)
        name = field
        if isinstance(value, Mapping):
            value, name = value.get("data"), f"{field}.data"
        for number, one in enumerate(value if isinstance(value, list) else (), 1):
            if isinstance(one, Mapping):
                path = f"{self.path}{name}.{number}."
                yield Given(one, self.zone, path, self.problems)

    def choice(self, field: str, meanings: Mapping[str, str]) -> str:
        """Give the meaning of one of Stripe's words."""
        value = self.needed(field)
        if value and value not in meanings:
            self.wrong(field, "not_a_choice", value=value[:60], form=", ".join(meanings))
        return meanings.get(value, "")
