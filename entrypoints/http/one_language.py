"""Pages compiled for one language: their fixed words and icons are put in once, at compile time.

A page has fifty such places that never change, which is more than half of the work to render it.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

from entrypoints.http.languages import SOURCE, speaking

FIXED = ("_", "pgettext", "static", "icon_svg")
"""What gives the same for the same words, in one language."""


class OneLanguage(Environment):
    """An environment whose templates speak one language."""

    language = SOURCE

    def _generate(
        self,
        source: nodes.Template,
        name: str | None,
        filename: str | None,
        defer_init: bool = False,
    ) -> str:
        """Fill in what is fixed, then go on (the hook that Jinja keeps for this)."""
        with speaking(self.language):
            _Filling({word: self.globals[word] for word in FIXED}).visit(source)
        return super()._generate(source, name, filename, defer_init)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give a plain mapping: Jinja goes through all of it at every import of a macro."""
        return {**self.globals, **(d or {})}


class _Filling(NodeTransformer):
    """Puts results in the place of calls whose arguments are all written out."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's way of naming
        """Fill in one call, its arguments first."""
        self.generic_visit(node)
        called = node.node
        if not isinstance(called, nodes.Name) or called.name not in self.known:
            return node
        values = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if len(values) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        filled = self.known[called.name](*values)
        return nodes.Const(filled, lineno=node.lineno, environment=node.environment)
