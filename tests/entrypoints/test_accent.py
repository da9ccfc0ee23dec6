"""The accent of an entity: readable whatever colour was chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.http import accent

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_words_on_the_accent_are_readable(colour: str) -> None:
    assert accent.contrast(accent.text_on(colour), colour) >= 4.5


@given(COLOURS)
def test_links_are_readable_on_every_surface_light_and_dark(colour: str) -> None:
    light = accent.readable_on(colour, "#000000", ("#ffffff", "#f0f2f5"))
    dark = accent.readable_on(colour, "#ffffff", ("#14171d", "#20252e"))
    assert all(accent.contrast(light, paper) >= 4.5 for paper in ("#ffffff", "#f0f2f5"))
    assert all(accent.contrast(dark, night) >= 4.5 for night in ("#14171d", "#20252e"))


@given(COLOURS)
def test_words_on_a_pressed_button_are_readable_too(colour: str) -> None:
    on_accent = accent.text_on(colour)
    assert accent.contrast(on_accent, accent.pressed(colour)) >= 4.5


def test_contrast_follows_wcag() -> None:
    assert accent.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert accent.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_a_stylesheet_is_found_by_the_address_that_names_its_content() -> None:
    found = accent.find(accent.url("#FFCC00"))
    assert found is not None
    assert b"--accent:#ffcc00" in found.body
    assert "immutable" in found.cache_control


def test_the_address_of_another_version_is_answered_but_not_kept() -> None:
    found = accent.find("/static/accent/ffcc00.0123456789ab.css")
    assert found is not None
    assert found.cache_control == "no-store"


@pytest.mark.parametrize("colour", [None, "", "red", "#fff", "#12345g", "#123456;}"])
def test_what_is_no_colour_gives_the_default(colour: str | None) -> None:
    assert accent.url(colour) == accent.url(accent.DEFAULT)


@pytest.mark.parametrize("path", ["/static/accent/red.css", "/static/portal.css", ""])
def test_another_path_is_no_accent(path: str) -> None:
    assert accent.find(path) is None
