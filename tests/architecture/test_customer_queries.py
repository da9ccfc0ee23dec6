"""A query that a customer's page asks takes their scope, or is named here with its reason.

What such queries give back is held to `tests/read_models/test_scope.py`.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest
from sqlalchemy import Connection

from read_models.scope import Scope

WEB = Path(__file__).parents[2] / "entrypoints" / "web"
WITHOUT_A_SCOPE = {
    "entry.session_scope": "makes the scope: a session with its grant, by the secret's hash",
    "entry.portal_of_link": "whoever holds a link may see whose it is",
    "entry.portal_of_bill_group": "for a preview, whose guard has named its bill group",
    "entry.bill_groups_of": "what a grant covers, by the session's own address",
    "entry.covering": "what a grant covers, by the address that has just signed in",
    "staff_entry.active": "whether who looks in a preview is still here",
}


def _asked(path: Path) -> Iterator[str]:
    """Name every function of a read model that a module calls, as `module.function`."""
    tree = ast.parse(path.read_text("utf-8"))
    modules: dict[str, str] = {}
    functions: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "read_models":
            modules |= {each.asname or each.name: each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("read_models."):
            home = str(node.module).removeprefix("read_models.")
            functions |= {each.asname or each.name: f"{home}.{each.name}" for each in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in modules:
                yield f"{modules[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in functions:
            yield functions[node.id]


def _queries() -> set[str]:
    """Those of them that ask the database."""
    found = set()
    for path in WEB.rglob("*.py"):
        for name in _asked(path):
            module, _, function = name.partition(".")
            member = getattr(import_module(f"read_models.{module}"), function)
            if inspect.isfunction(member) and Connection in get_type_hints(member).values():
                found.add(name)
    return found


QUERIES = _queries()


@pytest.mark.parametrize("query", sorted(QUERIES))
def test_a_query_of_a_customers_page_takes_their_scope(query: str) -> None:
    module, _, function = query.partition(".")
    hints = get_type_hints(getattr(import_module(f"read_models.{module}"), function))
    assert (hints.get("scope") is Scope) is not (query in WITHOUT_A_SCOPE), query


def test_nothing_is_excused_that_is_not_asked() -> None:
    assert set(WITHOUT_A_SCOPE) <= QUERIES
    assert len(QUERIES - set(WITHOUT_A_SCOPE)) > 8
