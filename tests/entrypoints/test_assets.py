"""Static files: their names, what is sent, and where the vendored ones come from."""

import gzip
import json
import re
from hashlib import sha256

import pytest

from entrypoints.http import assets

VENDOR = assets.STATIC / "vendor"
KILOBYTE = 1024


def test_a_static_file_is_found_by_the_address_that_names_its_content() -> None:
    address = assets.url("portal.css")
    found = assets.find(address)
    assert re.fullmatch(r"/static/portal\.[0-9a-f]{12}\.css", address)
    assert found is not None
    assert found.media_type == "text/css; charset=utf-8"
    assert "immutable" in found.cache_control


@pytest.mark.parametrize("path", ["/static/portal.0123456789ab.css", "/static/portal.css"])
def test_another_address_gets_the_present_file_which_is_not_kept(path: str) -> None:
    found = assets.find(path)
    assert found is not None
    assert found.cache_control == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/none.0123456789ab.css",
        "/static/../pyproject.0123456789ab.toml",
        "/elsewhere/portal.0123456789ab.css",
        "/static/vendor/manifest.0123456789ab.json",
    ],
)
def test_nothing_else_is_served(path: str) -> None:
    assert assets.find(path) is None


def test_a_browser_that_takes_gzip_gets_it_and_another_does_not() -> None:
    found = assets.find(assets.url("portal.css"))
    assert found is not None
    packed, encoding = found.encoded("gzip, br")
    assert encoding == "gzip"
    assert gzip.decompress(packed) == found.body
    assert found.encoded("identity") == (found.body, None)


def test_the_stylesheet_names_the_font_by_its_hash() -> None:
    found = assets.find(assets.url("portal.css"))
    assert found is not None
    assert assets.url("vendor/inter.woff2").encode() in found.body


def test_every_vendored_file_is_the_one_that_was_taken() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text("utf-8"))
    present = {
        path.relative_to(VENDOR).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert {name: entry["sha256"] for name, entry in manifest.items()} == present


def test_a_first_visit_stays_small() -> None:
    def sent(name: str) -> int:
        found = assets.find(assets.url(name))
        assert found is not None
        return len(found.encoded("gzip")[0])

    assert sent("portal.css") <= 10 * KILOBYTE
    assert sum(map(sent, ["copy.js", "menus.js", "vendor/htmx.js"])) <= 16 * KILOBYTE
    assert sent("vendor/inter.woff2") <= 60 * KILOBYTE


def test_templates_hold_no_styles_or_scripts_of_their_own() -> None:
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")
    templates = assets.STATIC.parent / "templates"
    pages = [path for path in templates.rglob("*.html") if "mails" not in path.parts]
    offending = [path.name for path in pages if forbidden.search(path.read_text("utf-8"))]
    assert offending == []
