from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
import pytest

from domain.event import Event
from domain.personal import ERASED, is_erased
from tests.domain.samples import SAMPLES


def is_personal(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return any((meta.extra or {}).get("personal") for meta in get_args(hint)[1:])
    return any(is_personal(inner) for inner in get_args(hint))


def unsealed(struct: msgspec.Struct, person: str | None = None) -> list[str]:
    """Personal fields around which no Struct names whose key seals them."""
    person = getattr(struct, "person", person)
    hints = get_type_hints(type(struct), include_extras=True)
    found = []
    for field in struct.__struct_fields__:
        value = getattr(struct, field)
        if is_personal(hints[field]) and not person:
            found.append(field)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, msgspec.Struct):
                found += unsealed(inner, person)
    return found


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_whatever_is_personal_in_an_event_names_whose_key_seals_it(event: Event) -> None:
    assert unsealed(event) == []


@pytest.mark.parametrize("event", SAMPLES.values(), ids=SAMPLES)
def test_no_field_is_named_like_the_property_that_names_the_key(event: Event) -> None:
    assert "person" not in event.__struct_fields__


def test_an_erased_value_is_known_by_how_it_begins() -> None:
    assert is_erased(f"{ERASED}7f3a")
    assert not is_erased("ada@acme.example")
