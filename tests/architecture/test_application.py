"""The list of what the portal can do, in `application/__init__.py`, is the code's own."""

import inspect
import pkgutil
import re
from collections import abc
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

import application

PARTS = {
    "access_review": {"next_review_id"},
    "audit": {"moment_of", "must_have_been", "zone_of"},
    "auto_pay": {"tries_of"},
    "bill_group": {"billing_country"},
    "entity_brand": {"brand_link"},
    "entity_payments": {"retry_days"},
    "erasure": {"clear_counts", "confirm"},
    "payment_attempts": {"begun_at", "port_of", "sought", "why_refused"},
    "payment_methods": {"today_at"},
    "personal_holdings": {
        "known_of",
        "persons_of",
        "spelled",
        "staff_in",
        "subject_of",
        "words_in",
    },
    "portal_access": {"access_reason", "take_back"},
    "saved_methods": {"keep", "note_use", "shown_of"},
    "settling": {"day_of", "facts_of", "invoices_of", "is_ours", "label_of"},
    "sign_in": {"hashed", "typed_code", "shown_code"},
    "staff": {"staff_name"},
    "staff_sign_in": {"member_of"},
}
"""Public functions that only read what was typed or look something up for a handler."""

EQUIPMENT = {"ContactDesk", "Desk", "PreviewRoom", "RestoredRooms", "Registrar"}
"""What a handler works with, where that is its first argument."""

NOT_DEEDS = {
    "address_rules",
    "addresses",
    "bus",
    "card_numbers",
    "domains",
    "phones",
    "ports",
    "postal_addresses",
    "registration_numbers",
    "staff_door",
    "vat_numbers",
}
"""Modules without handlers: formats, what handlers need, and what carries a command to them."""


def _listed() -> dict[str, list[str]]:
    """Read the docstring: `module: …` and below it, set in, one deed a line."""
    listed: dict[str, list[str]] = {}
    module = ""
    for line in (application.__doc__ or "").splitlines():
        if head := re.fullmatch(r"([a-z_]+): [a-z].+", line):
            module = head[1]
            listed[module] = []
        elif deed := re.fullmatch(r" {4}(\w+) +[A-Z].+\.", line):
            listed[module].append(deed[1])
    return listed


def _of_code() -> dict[str, list[str]]:
    modules = [each.name for each in pkgutil.iter_modules(application.__path__)]
    loaded = {name: import_module(f"application.{name}") for name in modules}
    return {
        name: list(_deeds(name, module)) for name, module in loaded.items() if name not in NOT_DEEDS
    }


def _deeds(name: str, module: ModuleType) -> Iterator[str]:
    functions = list(_own(module, inspect.isfunction))
    taken = {each.__name__: _command(each, module) for each in functions}
    for function, command in taken.items():
        shared = command is None or list(taken.values()).count(command) > 1
        if function not in PARTS.get(name, set()):
            yield function if command is None or shared else command.__name__
    for struct in _own(module, inspect.isclass):
        if struct.__name__.startswith("Send") and struct not in taken.values():
            yield struct.__name__


def _own(module: ModuleType, kind: Callable[[Any], bool]) -> Iterator[Any]:
    for name, member in vars(module).items():
        if kind(member) and member.__module__ == module.__name__ and not name.startswith("_"):
            yield member


def _command(function: Callable[..., Any], module: ModuleType) -> type | None:
    """Give the Struct that a handler takes first, or that the handler takes which it gives."""
    hints = get_type_hints(function)
    given = hints.get("return")
    first = hints.get(next(iter(inspect.signature(function).parameters), ""))
    if get_origin(given) is abc.Callable:
        first = get_args(given)[0][0]
    if getattr(first, "__name__", "") in EQUIPMENT:
        return None
    ours = inspect.isclass(first) and issubclass(first, msgspec.Struct)
    return first if ours and first.__module__ == module.__name__ else None


def test_the_list_names_everything_the_portal_can_do_and_nothing_else() -> None:
    listed, code = _listed(), _of_code()
    assert set(listed) == set(code)
    for module, deeds in code.items():
        assert sorted(listed[module]) == sorted(deeds), module


def test_every_command_is_a_frozen_value() -> None:
    for name in _of_code():
        module = import_module(f"application.{name}")
        for function in _own(module, inspect.isfunction):
            command = _command(function, module)
            assert command is None or command.__struct_config__.frozen, function
