"""Whatever stands in a file: words, never tracebacks."""

import json
import re
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from application.importing.batches import Entry
from application.importing.problems import RowRefused
from application.importing.reading import read_fields, read_line
from application.importing.rows import KINDS
from application.importing.runs import RawRow, Refused
from application.stripe_objects.passes import READ, entries
from entrypoints.container import Portal
from entrypoints.wording.import_problems import SENTENCES, sentence
from entrypoints.wording.refusals import SENTENCES as OF_REFUSALS
from tests.importing import EXAMPLES, take, take_stripe


def _objects() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for path in sorted((EXAMPLES / "stripe").glob("*.jsonl")):
        for line in path.read_text().splitlines():
            one = json.loads(line)
            found += one["data"] if one["object"] == "list" else [one]
    return found


STRIPE = _objects()
BILLED = next(one for one in STRIPE if one["object"] == "invoice")
CHARGE = {"object": "charge", "invoice": BILLED["id"], "amount": 1, "currency": "usd"}
ROWS = [json.loads(line) for line in (EXAMPLES / "company.jsonl").read_text().splitlines()]

WRONG: Any = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 10**15, 10**16, 2**63, 10**40, 1e400, 1e-9, "", " ", "currency"]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.just([{}, None, 5]),
    st.just({"object": "list", "data": [None, {"amount": "x"}]}),
)


@st.composite
def spoilt(draw: st.DrawFn, samples: list[dict[str, Any]]) -> dict[str, Any]:
    """A sample with one to three values, at any depth, replaced by nonsense."""
    whole: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(samples))))
    for _ in range(draw(st.integers(1, 3))):
        here: Any = whole
        while True:
            names = list(here) if isinstance(here, dict) else list(range(len(here)))
            if not names:
                break
            name = draw(st.sampled_from(names))
            deeper = isinstance(here[name], dict | list) and here[name] and draw(st.booleans())
            if not deeper:
                here[name] = json.loads(json.dumps(draw(WRONG)))
                break
            here = here[name]
    return whole


MANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@MANY
@given(spoilt(ROWS))
def test_a_spoilt_row_is_read_or_refused_with_words(row: dict[str, Any]) -> None:
    assert _codes(lambda: read_line(json.dumps(row).encode())) <= SENTENCES.keys()
    assert _codes(lambda: read_fields(row)) <= SENTENCES.keys()


def _codes(read: Callable[[], object]) -> set[str]:
    """Give the codes of a refusal, none when the row was read; anything else is a defect."""
    try:
        read()
    except RowRefused as refusal:
        return {one.code for one in refusal.problems} or {"no problem named"}
    return set()


@MANY
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_words(line: bytes) -> None:
    assert _codes(lambda: read_line(line)) <= SENTENCES.keys()


@MANY
@example([BILLED, *({**CHARGE, "id": name} for name in (None, "ch_1"))])
@given(st.lists(spoilt(STRIPE), min_size=1, max_size=3))
def test_spoilt_objects_of_stripe_are_read_or_refused_with_words(
    objects: list[dict[str, Any]],
) -> None:
    lines = [RawRow("a", 1, json.dumps(one).encode()) for one in objects]
    for entry, _ in entries(lambda: lines, UTC, "northwind-de"):
        assert isinstance(entry, Entry | Refused)
        if isinstance(entry, Refused):
            assert {one.code for one in entry.problems} <= SENTENCES.keys()


PLACEHOLDER = {
    "string": "string",
    "currency": "currency",
    "status": "status",
    "interval": "interval",
    "created": 1028554472,
    "amount": 1112626247,
    "exp_month": 928474653,
    "exp_year": 2147483647,
}


def _placeholders(value: Any, name: str = "") -> Any:
    """Give a sample's shape as generated documentation has it: nulls and meaningless values."""
    if isinstance(value, dict):
        return {key: _placeholders(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_placeholders(inner, name) for inner in value]
    if name in {"object", "id"}:
        return value
    return PLACEHOLDER.get(name, "string" if isinstance(value, str) else None)


def test_placeholder_objects_are_refused_with_words(portal: Portal, tmp_path: Path) -> None:
    take(portal, EXAMPLES / "company.jsonl")
    path = tmp_path / "placeholders.jsonl"
    path.write_text("".join(json.dumps(_placeholders(one)) + "\n" for one in STRIPE))
    taken = take_stripe(portal, path)
    told = [sentence(row) for row in taken.refused]
    assert "CURRENCY is not a currency of ISO 4217." in told
    assert all(told)
    refused = {
        json.loads(path.read_text().splitlines()[row.line - 1])["object"] for row in taken.refused
    }
    assert refused >= {"invoice", "subscription", "credit_note", "customer", "payment_method"}
    assert refused <= READ


def test_every_code_that_the_reading_knows_has_words() -> None:
    rooms = [path for name in ("importing", "stripe_objects") for path in _sources(name)]
    text = "\n".join(path.read_text() for path in rooms)
    codes = [word for word in _quoted_after(text) if word not in KINDS]
    assert len(codes) > 20
    assert set(codes) <= SENTENCES.keys() | OF_REFUSALS.keys()


def _sources(name: str) -> list[Path]:
    return sorted((Path(__file__).parents[2] / "application" / name).glob("*.py"))


def _quoted_after(text: str) -> list[str]:
    calls = r'(?:Problem|refused|wrong|_wrong)\(\s*[^()"]*"[^"]*",\s*"([a-z_0-9]+)"'
    return re.findall(calls, text)
