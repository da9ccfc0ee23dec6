import re

import msgspec
import pytest

from domain.event import EARLIER, TOPICS, Event
from tests.domain.events_page import PAGE, render

KINDS: dict[str, type[Event]] = {**TOPICS, **EARLIER}
WRITTEN = PAGE.read_text(encoding="utf-8")
SECTIONS = dict(
    re.findall(r"^### \w+ · `([a-z_.]+\.v\d+)`\n(.*?)(?=^##|\Z)", WRITTEN, re.MULTILINE | re.DOTALL)
)


def test_the_page_is_what_the_code_says() -> None:
    assert render() == WRITTEN, "write it again: python -m tests.domain.events_page"


def test_the_page_lists_every_topic_and_no_other() -> None:
    assert SECTIONS.keys() == KINDS.keys()


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_each_event_is_listed_with_all_its_fields_and_nothing_more(topic: str) -> None:
    section = SECTIONS[topic]
    own = [
        field for field in KINDS[topic].__struct_fields__ if field not in Event.__struct_fields__
    ]

    assert re.findall(r"^\| `(\w+)`", section, re.MULTILINE) == own
    assert re.search(r"^\*\*When:\*\* \S.*\.$", section, re.MULTILINE)
    assert re.search(r"^\*\*Who cares:\*\* \S.*\.$", section, re.MULTILINE)


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_exactly_the_personal_fields_of_an_event_are_marked(topic: str) -> None:
    def is_sealed(kind: object) -> bool:
        text = repr(kind)
        return "'personal': True" in text

    fields = msgspec.inspect.type_info(KINDS[topic])
    assert isinstance(fields, msgspec.inspect.StructType)
    sealed = {
        field.name
        for field in fields.fields
        if field.name not in Event.__struct_fields__
        and is_sealed(field.type)
        and "StructType" not in repr(field.type)
    }
    assert (
        set(re.findall(r"^\| `(\w+)`.*\| (?:yes|yes: [^|]*) \|$", SECTIONS[topic], re.MULTILINE))
        == sealed
    )
