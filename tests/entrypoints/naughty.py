"""What somebody hostile types, and where: the forms of a page as a browser would see them."""

from collections.abc import Iterator
from html.parser import HTMLParser

import msgspec

STRINGS = (
    "\x00",
    "jane\x00@acme.com",
    "' OR 1=1; --",
    "%00%0a%0d",
    "\r\nSet-Cookie: portal-session=mine",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}${7*7}%(name)s%s%n",
    "../../../../etc/passwd",
    "99999999999999999999999",
    "-1",
    "1e999",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01T00:00:00",
    "\u202eevil\u2066\u200b\ufeff",
    "\U0001f600\u0660\u017f\u0130\ufffe",
    "=?utf-8?q?=61=40evil.com=3e?=x@acme.com",
    "00000000-0000-0000-0000-000000000000",
    "[]{}()*?\\",
    "x" * 9_999,
)
RAW = ("%ff%fe%c0%80", "%ed%a0%80", "%", "%00")
"""Sent in an address as they stand: bytes that are no text."""


class Found(msgspec.Struct):
    """A form on a page: where it goes, how, and what it is filled with."""

    action: str
    method: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = given.get("method", "get").upper()
            self.found.append(Found(given.get("action", ""), method, {}))
        elif self.found and tag in {"input", "select", "textarea", "button"} and "name" in given:
            self.found[-1].fields.setdefault(given["name"], given.get("value", ""))


def forms(html: str) -> list[Found]:
    """List the forms of a page."""
    parser = _Forms()
    parser.feed(html)
    return parser.found


def filled(form: Found) -> Iterator[dict[str, str]]:
    """Give the form with each hostile string in all of its fields at once, the token left right."""
    token = {name: value for name, value in form.fields.items() if name == "token"}
    for text in STRINGS:
        yield {**dict.fromkeys(form.fields, text), **token}
    for name in form.fields.keys() - {"token"}:
        for text in STRINGS[::3]:
            yield {**form.fields, name: text}
