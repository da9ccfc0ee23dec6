"""Languages: which one is chosen, and that none lacks a word."""

import re

import pytest
from babel.messages import Message

from application.ports.personal_traces import Trace
from domain.portal_access import REPLACED
from entrypoints.http import catalogue, languages
from entrypoints.http.names import reasoned
from entrypoints.wording import holdings

TRANSLATED = [language for language in languages.SUPPORTED if language != languages.SOURCE]
PLACES = re.compile(r"%\((\w+)\)[sd]|%%|\{(\w*)\}")


@pytest.mark.parametrize(
    ("chosen", "accepts", "entity", "language"),
    [
        ("de", "en", "en", "de"),
        (None, "de-AT,de;q=0.9,en;q=0.5", "en", "de"),
        (None, "en;q=0.3, de;q=0.8", "en", "de"),
        (None, "xx, de;q=0", "de", "de"),
        ("xx", "yy", "de_CH", "de"),
        (None, ";;q=,,de;q=many", None, "en"),
        (None, None, None, "en"),
    ],
)
def test_the_reader_chooses_else_the_browser_else_the_entity(
    chosen: str | None, accepts: str | None, entity: str | None, language: str
) -> None:
    assert languages.choose(chosen, accepts, entity) == language


def test_a_language_is_named_as_its_speakers_do() -> None:
    assert [languages.own_name(one) for one in ("en", "de")] == ["English", "Deutsch"]


def test_words_have_their_plural() -> None:
    with languages.speaking("de"):
        one = languages.ngettext("Please correct one thing", "Please correct %(num)s things", 1)
        two = languages.ngettext("Please correct one thing", "Please correct %(num)s things", 2)
    assert one != two
    assert "2" in two


def test_what_is_held_is_counted_in_the_readers_language() -> None:
    with languages.speaking("de"):
        told = [holdings.told([Trace("sessions", count, "goes")]) for count in (1, 2)]
    assert told == [["1 Sitzung"], ["2 Sitzungen"]]


def test_only_the_portals_own_reason_is_said_in_the_readers_language() -> None:
    with languages.speaking("de"):
        assert reasoned(REPLACED) == "durch die Domain ersetzt"
        assert reasoned("Left the company") == "Left the company"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_in_every_catalogue_and_none_is_left_over(language: str) -> None:
    present = {(text.id, text.context) for text in catalogue.read(language) if text.id}
    wanted = {(text.id, text.context) for text in catalogue.gathered() if text.id}
    assert sorted(map(str, wanted - present)) == [], "run python -m entrypoints.http.catalogue"
    assert sorted(map(str, present - wanted)) == [], "run python -m entrypoints.http.catalogue"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    texts = [text for text in catalogue.read(language) if text.id]
    assert [str(text.id) for text in texts if text.fuzzy or not all(_strings(text))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_fill_the_same_places(language: str) -> None:
    texts = [text for text in catalogue.read(language) if text.id]
    assert [str(text.id) for text in texts if not _fills_the_same_places(text)] == []


def test_updating_a_catalogue_that_is_up_to_date_changes_nothing() -> None:
    assert catalogue.updated("de") == languages.catalogue_path("de").read_bytes()


def _strings(text: Message) -> tuple[str, ...]:
    return tuple(text.string) if isinstance(text.string, tuple | list) else (text.string or "",)


def _fills_the_same_places(text: Message) -> bool:
    sources = (text.id,) if isinstance(text.id, str) else tuple(text.id)
    allowed = {place for source in sources for place in _places(source)}
    needed = _places(sources[-1])
    strings = _strings(text)
    return all(_places(one) <= allowed for one in strings) and needed <= _places(strings[-1])


def _places(text: str) -> set[str]:
    return {match[0] for match in PLACES.finditer(text)}
