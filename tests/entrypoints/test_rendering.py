"""Pages and mails: escaped, complete, and each in its reader's language."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from entrypoints.http import languages, names
from entrypoints.http.page import BillGroupChoice, Brand, Link, Page, PreviewBanner
from entrypoints.http.rendering import PAGES, TEXTS, icon

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BARE = '{% extends "base.html" %}{% block title %}Invoices{% endblock %}'


def page(**facts: object) -> Page:
    known = {"brand": Brand(name="Northwind Systems"), "language": "en", "now": NOW}
    return Page(**{**known, **facts})  # type: ignore[arg-type]


def shown(source: str, language: str = "en", **context: object) -> str:
    with languages.speaking(language):
        return PAGES.from_string(source).render(context)


def test_text_from_people_never_becomes_markup() -> None:
    source = '{{ name }} {{ name | isolated }} {{ _("By %(name)s", name=name) }}'
    assert "<script>" not in shown(source, name="<script>alert(1)</script>")


def test_a_name_that_was_forgotten_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        shown("{{ amount }}")


def test_a_text_mail_is_not_escaped() -> None:
    assert TEXTS.from_string("{{ name }}").render(name="Brennan & Søn") == "Brennan & Søn"


def test_macros_and_filters_speak_the_language_of_the_page() -> None:
    source = (
        '{% from "parts/money.html" import money %}{{ money(379600, "EUR") }}|{{ day | date }}'
        '|{% from "parts/confirm.html" import confirm %}'
        '{% call confirm("?", "/", "t", "x", back="/") %}{% endcall %}'
    )
    german = shown(source, "de", day=date(2026, 11, 1))
    assert "3.796,00" in german
    assert "01.11.2026" in german
    assert "Abbrechen" in german


def test_two_readers_at_once_each_get_their_language() -> None:
    def read(number: int) -> bool:
        language = ("en", "de")[number % 2]
        written = shown('{{ "1.5" | number }}' * 20, language)
        return written == {"en": "1.5", "de": "1,5"}[language] * 20

    with ThreadPoolExecutor(8) as readers:
        assert all(readers.map(read, range(400)))


def test_the_language_of_a_page_ends_with_it() -> None:
    shown("{{ _('Cancel') }}", "de")
    assert languages.spoken() == "en"


def test_the_default_brand_is_the_initial_on_the_accent() -> None:
    written = shown(BARE, page=page())
    assert '<span class="initial" aria-hidden="true">N</span>' in written
    assert "/static/accent/3d5afe." in written


def test_a_page_without_a_session_shows_neither_menu_nor_navigation() -> None:
    written = shown(BARE, page=page())
    assert "Sign out" not in written
    assert 'class="tabs"' not in written
    assert 'class="menu switcher"' not in written


def test_a_signed_in_page_names_who_where_and_what() -> None:
    written = shown(
        BARE,
        page=page(
            address="ap@xn--brnnan-cya.dk",
            current="invoices",
            nav=(Link("invoices", "Invoices", "/invoices"),),
            bill_groups=(
                BillGroupChoice("Brennan & Søn", "Europe", "/enter/1", current=True),
                BillGroupChoice("Brennan & Søn", "Americas", "/enter/2"),
            ),
        ),
    )
    assert '<a href="/invoices" aria-current="page">' in written
    assert 'class="menu switcher"' in written
    assert "Sign out" in written
    assert "xn--" not in written


def test_the_preview_says_so_and_stays_under_its_own_path() -> None:
    banner = PreviewBanner("S. Lindqvist", "/preview/x/end")
    written = shown(
        BARE,
        page=page(preview=banner, root="/preview/x", nav=(Link("o", "Overview", "/"),)),
    )
    assert "Preview for S. Lindqvist" in written
    assert 'href="/preview/x/"' in written


def test_an_icon_is_silent() -> None:
    assert icon("copy").startswith('<svg aria-hidden="true"')


@pytest.mark.parametrize(
    ("typed", "shown_as"),
    [
        ("Brennan & Søn", "Brennan &amp; Søn"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("pay\u200bpal\x00", "paypal"),
        ("two\r\nlines", "two lines"),
        ("חברה Ltd", "<bdi>חברה Ltd</bdi>"),
    ],
)
def test_a_name_hides_nothing_and_turns_nothing(typed: str, shown_as: str) -> None:
    assert names.isolated(typed) == shown_as


def test_in_a_text_mail_a_right_to_left_name_is_isolated_by_unicode() -> None:
    assert names.isolated_in_text("חברה") == "\u2068חברה\u2069"
    assert names.isolated_in_text("Brennan & Søn") == "Brennan & Søn"


def test_domains_are_shown_with_their_letters() -> None:
    assert names.readable("xn--mnchen-3ya.de") == "münchen.de"
    assert names.readable("ap@xn--mnchen-3ya.de") == "ap@münchen.de"
    assert names.readable("brennan.dk") == "brennan.dk"
    assert names.readable("xn--no-such-label-.de") == "xn--no-such-label-.de"
