"""Writes `domain/EVENTS.md` from the events: `python -m tests.domain.events_page`."""

import inspect
import sys
import types
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from domain import actor, catalogue
from domain.aggregate import Aggregate
from domain.event import EARLIER, TOPICS, EarlierEvent, Event

PAGE = Path(catalogue.__file__).parent / "EVENTS.md"

OPENING = """\
# The events

Every fact that the portal remembers, by the aggregate that decided it. An event is never changed:
a new shape is a new topic version (`….v2`) with an upcaster beside it, a golden file in
`tests/domain/golden/`, and its place on this page. Only an optional field may join a version; what
was stored without it stays the same (`tests/domain/golden/before/`). This page is written from the
code by `python -m tests.domain.events_page`; a test holds it to the code.

Amounts are integers in minor units of their currency. Moments are UTC. Days are calendar dates of
the entity's time zone. *Personal* fields are sealed with the key of the person named there, and
read `erased-…` once that key was destroyed; everything else stands in clear. A field followed by
`?` may be absent.

## What every event carries

| field | kind | meaning |
|---|---|---|
| `stream_id` | id | the aggregate it happened to |
| `version` | number | counts from 1 within the stream |
| `at` | moment | when it was decided |
| `actor` | one of the actors below | who decided it, and through which door |
| `command_id` | id | the command it came from |
"""


def render() -> str:
    """Give the whole page."""
    shapes: dict[str, type[msgspec.Struct]] = {}
    rooms = [_aggregate(aggregate, shapes) for aggregate in catalogue.AGGREGATES]
    parts = [OPENING, _actors(), *rooms, _shapes(shapes)]
    return "\n".join(parts)


def _actors() -> str:
    lines = ["## The actors", ""]
    for kind in get_args(actor.Actor):
        lines += [f"### {kind.__name__} · `{kind.__struct_config__.tag}`", "", _sentence(kind), ""]
        lines += _table(kind, tuple(kind.__struct_fields__), {})
    return "\n".join(lines)


def _aggregate(aggregate: type[Aggregate], shapes: dict[str, type[msgspec.Struct]]) -> str:
    module = sys.modules[aggregate.__module__]
    parts = {part.__module__ for part in aggregate.__mro__}
    lines = [f"## {_title(module)}", "", _sentence(module), ""]
    for event in (*TOPICS.values(), *EARLIER.values()):
        if event.__module__ in parts:
            lines += _event(event, shapes)
    return "\n".join(lines)


def _event(event: type[Event], shapes: dict[str, type[msgspec.Struct]]) -> list[str]:
    when, _, readers = inspect.cleandoc(event.__doc__ or "").partition("\n\nFor: ")
    own = tuple(name for name in event.__struct_fields__ if name not in Event.__struct_fields__)
    return [
        f"### {event.__name__} · `{event.topic}`",
        "",
        *_becomes(event),
        f"**When:** {' '.join(when.split())}",
        "",
        f"**Who cares:** {' '.join(readers.split())}",
        "",
        *_table(event, own, shapes),
    ]


def _becomes(event: type[Event]) -> list[str]:
    if not issubclass(event, EarlierEvent):
        return []
    return [f"*An earlier shape, read as `{event.becomes.topic}` and never recorded again.*", ""]


def _shapes(shapes: dict[str, type[msgspec.Struct]]) -> str:
    lines = ["## The shapes within events", ""]
    done: set[str] = set()
    while waiting := sorted(set(shapes) - done):
        for name in waiting:
            done.add(name)
            lines += [f"### {name}", "", _sentence(shapes[name]), ""]
            lines += _table(shapes[name], tuple(shapes[name].__struct_fields__), shapes)
    return "\n".join(lines).rstrip() + "\n"


def _table(
    struct: type[msgspec.Struct], names: tuple[str, ...], shapes: dict[str, type[msgspec.Struct]]
) -> list[str]:
    hints = get_type_hints(struct, include_extras=True)
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    lines = ["| field | kind | personal |", "|---|---|---|"] if names else []
    for name in names:
        mark = "" if fields[name].required else "?"
        key = _key(struct) if _is_personal(hints[name]) else _key_within(struct, hints[name])
        lines.append(f"| `{name}`{mark} | {_words(hints[name], shapes)} | {key} |")
    return [*lines, ""]


def _key(struct: type[msgspec.Struct]) -> str:
    person = getattr(struct, "person", None)
    if person is None:
        return "yes"
    return "yes: " + " or ".join(f"`{part}`" for part in _key_names(inspect.getsource(person.fget)))


def _key_within(struct: type[msgspec.Struct], hint: Any) -> str:
    """Say which key seals the personal fields of a shape that has no key of its own."""
    if hasattr(struct, "person") and any(
        _is_personal(inner)
        for shape in (hint, *get_args(hint))
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct)
        for inner in get_type_hints(shape, include_extras=True).values()
    ):
        return f"within, {_key(struct)}"
    return ""


def _key_names(source: str) -> list[str]:
    """The names of keys as the code forms them, `{self.…}` read as `<…>`."""
    returned = source.rpartition("return ")[2]
    names = [part for part in returned.split('"') if ":" in part]
    return [name.replace("{self.", "<").replace("}", ">") for name in names]


def _words(hint: Any, shapes: dict[str, type[msgspec.Struct]]) -> str:
    origin = get_origin(hint)
    if origin is Annotated:
        return _words(get_args(hint)[0], shapes)
    if origin is Literal:
        return " · ".join(f"`{word}`" for word in get_args(hint))
    if origin in {Union, types.UnionType}:
        return _words(next(each for each in get_args(hint) if each is not type(None)), shapes)
    if origin is tuple:
        return f"list of {_words(get_args(hint)[0], shapes)}"
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        shapes[hint.__name__] = hint
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    plain = {"UUID": "id", "str": "text", "int": "number", "bool": "yes or no"}
    return {"datetime": "moment", "date": "day", **plain}[hint.__name__]


def _is_personal(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return any((meta.extra or {}).get("personal", False) for meta in get_args(hint)[1:])
    return any(_is_personal(each) for each in get_args(hint))


def _title(module: types.ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", " ").capitalize()


def _sentence(thing: Any) -> str:
    return " ".join(inspect.cleandoc(thing.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
