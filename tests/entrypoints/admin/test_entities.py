"""Staff brand an entity; a logo is nothing but a picture."""

from io import BytesIO
from typing import Any

import pytest
from httpx import Response
from litestar.testing import TestClient
from msgspec.structs import replace
from PIL import Image, PngImagePlugin

from domain.entity import Entity
from entrypoints.web.app import create
from read_models import entity_list
from tests.entrypoints.admin.books import SELLER, by, customer, seller
from tests.entrypoints.admin.desk import Desk, staff_member
from tests.read_models.books import named

ENTITY = f"/entities/{SELLER}"
LOOK = {"accent": "#0a7d4f", "terms_url": "", "privacy_url": ""}


@pytest.fixture
def look(desk: Desk) -> Desk:
    """A billing member of the staff at the entity's page."""
    seller(desk.portal)
    customer(desk.portal)
    desk.come_in(staff_member(desk.portal, "mara@seller.example", "billing"))
    desk.open(ENTITY)
    return desk


def saved(desk: Desk, logo: bytes | None = None, **changed: str) -> Response:
    """Send the form, with a picture or without."""
    files = {"logo": ("logo.png", logo, "image/png")} if logo is not None else None
    desk.page = desk.client.post(
        f"{ENTITY}/brand",
        data={"token": desk.token, **LOOK, **changed},
        files=files or {"logo": ("", b"", "application/octet-stream")},
        headers={"Origin": desk.portal.settings().admin_url},
        follow_redirects=True,
    )
    return desk.page


def brand(desk: Desk) -> entity_list.EntityRow:
    with desk.portal.reading() as connection:
        row = entity_list.one(connection, SELLER)
    assert row is not None
    return row


def picture(kind: str = "PNG", size: tuple[int, int] = (240, 80), **more: Any) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "#0a7d4f").save(written, kind, **more)
    return written.getvalue()


def test_the_accent_and_the_links_are_kept_and_on_the_customers_pages(look: Desk) -> None:
    links = {"terms_url": "https://n.example/terms", "privacy_url": "https://n.example/privacy"}
    saved(look, **links)
    assert "The new look is on every page" in look.words
    assert (brand(look).accent, brand(look).terms_url) == ("#0a7d4f", "https://n.example/terms")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_is_made_anew_and_served_by_its_hash_on_both_hosts(look: Desk, kind: str) -> None:
    uploaded = picture(kind)
    saved(look, uploaded)
    row = brand(look)
    path = f"/logos/{row.logo_sha256}.{row.logo_kind}"
    served = look.client.get(path)
    assert served.headers["content-type"] == f"image/{kind.lower()}"
    assert "sandbox" in served.headers["content-security-policy"]
    assert "immutable" in served.headers["cache-control"]
    assert Image.open(BytesIO(served.content)).size == (240, 80)
    with TestClient(create(look.portal), base_url=look.portal.settings().web_url) as web:
        assert web.get(path).content == served.content


def test_nothing_but_the_picture_is_kept_of_a_logo(look: Desk) -> None:
    noted = PngImagePlugin.PngInfo()
    noted.add_text("comment", "<script>secret</script>")
    saved(look, picture("PNG", pnginfo=noted) + b"<script>behind</script>")
    row = brand(look)
    kept = look.portal.documents().fetch(row.logo_sha256 or "")
    assert b"script" not in kept


@pytest.mark.parametrize(
    ("uploaded", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is no PNG, JPEG or WebP picture"),
        (picture()[:60], "This is no PNG, JPEG or WebP picture"),
        (picture("GIF"), "This is no PNG, JPEG or WebP picture"),
        (picture(size=(2001, 10)), "at most 2000 by 2000 pixels"),
        (picture("PNG", (30_000, 30_000))[:200], "at most 2000 by 2000 pixels"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1_000_001), "at most 1 MB"),
    ],
    ids=["svg", "cut", "gif", "wide", "bomb", "large"],
)
def test_what_is_no_small_picture_is_refused_and_what_was_typed_is_kept(
    look: Desk, uploaded: bytes, says: str
) -> None:
    assert saved(look, uploaded, terms_url="https://n.example/terms").status_code == 422
    assert says in look.words
    assert look.page is not None
    assert 'value="https://n.example/terms"' in look.page.text
    assert brand(look).logo_sha256 is None


def test_all_that_is_wrong_is_said_at_once_and_no_picture_is_kept(look: Desk) -> None:
    refused = saved(look, b"GIF89a", accent="red;}", terms_url="javascript:alert(1)")
    assert refused.status_code == 422
    for field in ("accent", "logo", "terms_url"):
        assert f'id="{field}-error"' in refused.text, field
    sound = saved(look, picture(), privacy_url="http://n.example/")
    assert 'id="logo-error"' not in sound.text
    assert brand(look).logo_sha256 is None


def test_a_photo_of_many_megabytes_is_refused_at_its_field_and_what_was_typed_is_kept(
    look: Desk,
) -> None:
    photo = b"\xff\xd8\xff" + bytes(12_000_000)
    refused = saved(look, photo, terms_url="https://n.example/terms", privacy_url="nowhere")
    assert refused.status_code == 422
    for field in ("logo", "privacy_url"):
        assert f'id="{field}-error"' in refused.text, field
    assert "at most 1 MB" in look.words
    assert 'value="https://n.example/terms"' in refused.text


def test_a_logo_stays_until_it_is_taken_away(look: Desk) -> None:
    saved(look, picture())
    first = brand(look).logo_sha256
    saved(look, accent="#112233")
    assert brand(look).logo_sha256 == first
    saved(look, no_logo="yes")
    assert brand(look).logo_sha256 is None


@pytest.mark.parametrize("link", ["http://n.example/", "javascript:alert(1)", "n.example/terms"])
def test_links_are_https_only(look: Desk, link: str) -> None:
    assert saved(look, terms_url=link, privacy_url=link).status_code == 422
    assert look.words.count("begins with https://") >= 2


def test_a_colour_is_a_colour(look: Desk) -> None:
    assert saved(look, accent="red;}").status_code == 422


def test_a_document_that_is_no_logo_is_not_served_as_one(look: Desk) -> None:
    sha256 = look.portal.documents().keep(b"%PDF-1.7 somebody's invoice", "pdf")
    for kind in ("png", "jpeg", "webp", "pdf"):
        assert look.client.get(f"/logos/{sha256}.{kind}").status_code == 404
    assert look.client.get(f"/logos/{'0' * 64}.png").status_code == 404


def test_many_entities_go_on_page_by_page(look: Desk) -> None:
    for number in range(30):
        another = Entity(named(f"Entity {number:02}"))
        facts = replace(brand(look).facts, name=f"Entity {number:02}")
        another.record_facts("erp", f"entity {number}", facts, by=by(look.portal))
        look.portal.log().save(another)
    look.open("/entities")
    assert "Entity 24" in look.words
    assert "Entity 29" not in look.words
    assert "1 to 25 of 31" in look.words
    look.open("/entities?at=2")
    assert "Entity 29" in look.words
    assert "26 to 31 of 31" in look.words
    assert look.open("/entities?at=99").text == look.open("/entities?at=2").text


def test_viewers_look_and_auditors_do_not(look: Desk) -> None:
    look.come_in(staff_member(look.portal, "vera@seller.example", "viewer"))
    look.open(ENTITY)
    assert "Take the logo away" not in look.words
    assert saved(look).status_code == 403
    assert "Northwind" in look.open("/entities").text
    look.come_in(staff_member(look.portal, "otto@seller.example", "auditor"))
    assert look.open("/entities").status_code == 403
