"""Every refusal says something to people, or is never shown to any."""

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module

import application
import domain
from domain.aggregate import Refusal
from entrypoints.wording.refusals import SENTENCES

IMPORTING = "stands in the way of a row of a file; the import words its own report"
NEVER_SHOWN = {
    "account_unknown": IMPORTING,
    "bill_group_unknown": IMPORTING,
    "currency_unknown": IMPORTING,
    "entity_unknown": IMPORTING,
    "invoice_already_issued": IMPORTING,
    "original_stays": IMPORTING,
    "payment_already_succeeded": IMPORTING,
    "draft_has_no_status": "drafts are in no list that asks for a status",
    "preview_already_opened": "a ticket is spent before; that has its own words",
}
"""Codes without a sentence, each with its reason."""


def _refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for child in kind.__subclasses__():
        if child.__module__.partition(".")[0] in {"domain", "application"}:
            yield child
        yield from _refusals(child)


def _every_code() -> dict[str, list[str]]:
    for room in (domain, application):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            import_module(module.name)
    codes: dict[str, list[str]] = {}
    for refusal in _refusals():
        codes.setdefault(refusal.code, []).append(refusal.__qualname__)
    return codes


CODES = _every_code()


def test_every_refusal_has_a_code_of_its_own_and_a_sentence() -> None:
    for code, refusals in CODES.items():
        assert len(refusals) == 1, f"{refusals} share the code {code}"
        assert (code in SENTENCES) is not (code in NEVER_SHOWN), code
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)


def test_nothing_is_excused_or_worded_that_does_not_exist() -> None:
    of_forms = {
        "amount_two_ways",
        "amount_unclear",
        "field_missing",
        "field_unreadable",
        "nobody_named",
    }
    assert set(SENTENCES) | set(NEVER_SHOWN) == set(CODES) | of_forms


def test_a_sentence_is_one_without_shouting() -> None:
    for code, words in SENTENCES.items():
        assert words.endswith("."), code
        assert "!" not in words, code
