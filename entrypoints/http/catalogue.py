"""Gathers every text for people from code and templates, and brings the catalogues up to date.

Run `python -m entrypoints.http.catalogue`, then translate what is new in each `portal.po`. Texts
that are gone leave the catalogue; nothing is guessed, so nothing becomes fuzzy.
"""

from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from entrypoints.http.languages import SOURCE, SUPPORTED, catalogue_path

ROOT = Path(__file__).parent.parent
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "phrase": None,
    "phrases": (1, 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"jinja2": {"trimmed": "true", "silent": "false"}}


def gathered() -> Catalog:
    """Collect the texts of code and templates, with the files they stand in."""
    catalogue = Catalog()
    options = {pattern: OPTIONS.get(method, {}) for pattern, method in METHODS}
    found = extract_from_dir(
        ROOT, METHODS, options, keywords=KEYWORDS, directory_filter=lambda _path: True
    )
    for path, _line, message, comments, context in sorted(found, key=lambda one: one[:2]):
        where = (Path(path).as_posix(), 0)
        catalogue.add(message, None, [where], auto_comments=comments, context=context)
    return catalogue


def read(language: str) -> Catalog:
    """Read a language's catalogue as it stands."""
    with catalogue_path(language).open("rb") as source:
        return read_po(source, locale=language)


def updated(language: str) -> bytes:
    """Write a catalogue with every present text, keeping the translations it has."""
    catalogue = read(language)
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    written = BytesIO()
    write_po(
        written, catalogue, width=100, include_lineno=False, sort_output=True, omit_header=True
    )
    return _header(catalogue).encode() + written.getvalue()


def _header(catalogue: Catalog) -> str:
    """Begin the file with what translating programs need, and nothing that changes by itself."""
    facts = {
        "Language": str(catalogue.locale),
        "Plural-Forms": catalogue.plural_forms,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
    }
    lines = [f'"{name}: {value}\\n"' for name, value in facts.items()]
    return "\n".join(['msgid ""', 'msgstr ""', *lines, "", ""])


def main() -> None:
    """Update every catalogue but the source language, which needs none."""
    for language in SUPPORTED:
        if language != SOURCE:
            catalogue_path(language).write_bytes(updated(language))


if __name__ == "__main__":
    main()
