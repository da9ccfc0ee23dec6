"""The seller's entities, and how each looks to its customers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, SkipValidation
from msgspec.structs import replace

from application.entity_brand import (
    DEFAULT_ACCENT,
    ChangeBrand,
    brand_link,
    change_brand,
    kept_logo,
)
from application.ports.logo_images import LARGEST_BYTES, LogoImage, LogoTooLarge
from domain.aggregate import Refusal
from domain.entity import must_be_accent
from entrypoints.admin.entry import Entered, StaffEntry
from entrypoints.admin.guard import Wired, allow
from entrypoints.admin.said import said
from entrypoints.container import Portal
from entrypoints.http.accent import accepted
from entrypoints.http.answers import go, show
from entrypoints.http.brands import LOGOS
from entrypoints.http.forms import Form, FormRefused, Sent
from entrypoints.http.languages import gettext, phrase, speaking
from entrypoints.http.page import Brand
from entrypoints.http.routes import form as sends
from entrypoints.http.routes import page
from entrypoints.http.spreadsheet import csv_file
from read_models import entity_list
from read_models.entity_list import EntityRow

COLUMNS = (
    phrase("Entity"),
    phrase("Legal name"),
    phrase("Time zone"),
    phrase("Language"),
    phrase("Bill groups"),
)
LARGEST_UPLOAD = 20 * 1024 * 1024
"""Bytes of a form that are read to the end, so that a picture is refused at its field."""

A_PAGE = 25
SAMPLE = 128_450
"""An amount to show the look with, in cents."""

SAVED = phrase("The new look is on every page and mail from now on.")


class Look(msgspec.Struct):
    """The form of a brand; `logo` is what a browser sends when no picture was chosen."""

    accent: str
    logo: str = ""
    terms_url: str = ""
    privacy_url: str = ""
    no_logo: str = ""


async def provide_upload(request: Request[Any, Any, Any]) -> bytes:
    """Litestar dependency `uploaded`: the picture's bytes, or none; never much more than 1 MB."""
    sent = (await request.form()).get("logo")
    return await sent.read(LARGEST_BYTES + 1) if isinstance(sent, UploadFile) else b""


Uploaded: TypeAlias = NamedDependency[SkipValidation[bytes]]


@page("/entities", guards=[allow("viewer")])
def entities(
    staff: Entered, portal: Wired, q: FromQuery[str | None] = None, at: FromQuery[int] = 1
) -> Response[str]:
    """List the entities."""
    with portal.reading() as connection:
        rows = entity_list.found(connection, (q or "")[:100])
    at = min(max(at, 1), max(1, -(-len(rows) // A_PAGE)))
    first = (at - 1) * A_PAGE
    brands = [(row, shown_brand(row)) for row in rows[first : first + A_PAGE]]
    return show(
        "admin/entities/list.html",
        staff.page("entities"),
        rows=brands,
        q=q or "",
        at=at,
        first=first + 1,
        total=len(rows),
    )


@page("/entities.csv", guards=[allow("viewer")])
def entity_file(staff: Entered, portal: Wired, q: FromQuery[str | None] = None) -> Response[bytes]:
    """Give the list to a spreadsheet."""
    with portal.reading() as connection:
        rows = entity_list.found(connection, (q or "")[:100])
    with speaking(staff.language):
        header = [gettext(title) for title in COLUMNS]
    lines = (
        (row.facts.name, row.facts.legal_name, row.facts.time_zone, row.facts.language,
         row.bill_groups)
        for row in rows
    )  # fmt: skip
    return csv_file("entities.csv", header, lines)


@page("/entities/{entity_id:uuid}", guards=[allow("viewer")])
def entity(
    staff: Entered,
    portal: Wired,
    entity_id: FromPath[UUID],
    done: FromQuery[str | None] = None,
) -> Response[str]:
    """Show an entity with its brand, and how it looks."""
    return _shown(staff, portal, entity_id, {}, {}, saved=done == "saved")


@sends(
    "/entities/{entity_id:uuid}/brand",
    guards=[allow("billing")],
    dependencies={"uploaded": Provide(provide_upload)},
    request_max_body_size=LARGEST_UPLOAD,
)
def brand(
    staff: Entered, portal: Wired, entity_id: FromPath[UUID], form: Sent, uploaded: Uploaded
) -> Response[Any]:
    """Change how the entity looks."""
    _one(portal, entity_id)
    try:
        command = _command(portal, form, entity_id, uploaded)
    except FormRefused as refused:
        errors = said(refused, staff.language)
        return _shown(staff, portal, entity_id, form.typed, errors)
    portal.bus().execute(change_brand, command, staff.actor)
    return go(f"/entities/{entity_id}?done=saved")


def shown_brand(row: EntityRow) -> Brand:
    """Give an entity's brand as its pages show it."""
    logo = f"{LOGOS}{row.logo_sha256}.{row.logo_kind}" if row.logo_sha256 else None
    return Brand(
        name=row.facts.name,
        logo=logo,
        accent=row.accent or DEFAULT_ACCENT,
        email=row.facts.support.email,
        phone=row.facts.support.phone,
        terms_url=row.terms_url,
        privacy_url=row.privacy_url,
    )


def _command(portal: Portal, form: Form, entity_id: UUID, uploaded: bytes) -> ChangeBrand:
    """Read the form and keep its picture. Raises FormRefused with all that is wrong."""
    errors: dict[str, Refusal] = {}
    with _refusing("accent", errors):
        must_be_accent(form.one("accent").lower())
    links: dict[str, str | None] = {}
    for name in ("terms_url", "privacy_url"):
        with _refusing(name, errors):
            links[name] = brand_link(form.one(name))
    picture = None
    with _refusing("logo", errors):
        picture = _picture(portal, uploaded)
    if errors:
        raise FormRefused(errors, form.typed)
    look = form.bind(Look)
    return ChangeBrand(
        entity_id=entity_id,
        accent=look.accent,
        logo=kept_logo(picture, portal.documents()) if picture else None,
        no_logo=bool(look.no_logo),
        **links,
    )


@contextmanager
def _refusing(field: str, errors: dict[str, Refusal]) -> Iterator[None]:
    """Note what a rule refuses of a field, and go on to the next."""
    try:
        yield
    except Refusal as refusal:
        errors[field] = refusal


def _picture(portal: Portal, uploaded: bytes) -> LogoImage | None:
    """Make a picture anew, if one was sent. Raises LogoTooLarge, LogoTooWide, LogoUnreadable."""
    if len(uploaded) > LARGEST_BYTES:
        raise LogoTooLarge
    return portal.logo_images().made_anew(uploaded) if uploaded else None


def _one(portal: Portal, entity_id: UUID) -> EntityRow:
    with portal.reading() as connection:
        row = entity_list.one(connection, entity_id)
    if row is None:
        raise NotFoundException
    return row


def _shown(  # noqa: PLR0913 - the page with or without what was typed
    staff: StaffEntry,
    portal: Portal,
    entity_id: UUID,
    typed: dict[str, str],
    errors: dict[str, str],
    *,
    saved: bool = False,
) -> Response[str]:
    row = _one(portal, entity_id)
    with speaking(staff.language):
        notice = gettext(SAVED) if saved else None
    kept = {
        "accent": row.accent or DEFAULT_ACCENT,
        "terms_url": row.terms_url or "",
        "privacy_url": row.privacy_url or "",
    }
    return show(
        "admin/entities/entity.html",
        replace(staff.page("entities"), zone=row.facts.time_zone, notice=notice),
        422 if errors else 200,
        entity=row,
        brand=shown_brand(row),
        typed={**kept, **typed, "accent": accepted(typed.get("accent") or kept["accent"])},
        errors=errors,
        may_change=staff.holds("billing"),
        sample=SAMPLE,
    )


ROUTES = (entities, entity_file, entity, brand)
