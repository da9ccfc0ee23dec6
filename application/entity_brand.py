"""How an entity looks to its customers: accent colour, logo, links to terms and privacy."""

import re
from uuid import UUID

import msgspec

from application.ports.documents import Documents
from application.ports.event_log import EventLog
from application.ports.logo_images import LogoImage
from domain.aggregate import Refusal
from domain.entity import Brand, Entity, LogoKind
from domain.event import Act

DEFAULT_ACCENT = "#3d5afe"
_URL = re.compile(r"https://[^\s\"'<>\\^`{|}]{4,}")
LONGEST_URL = 500


class BrandLinkInvalid(Refusal):
    """A link is a whole address on the web that begins with `https://`."""

    code = "brand_link_invalid"


class Logo(msgspec.Struct, frozen=True):
    """A logo that is kept as a document."""

    sha256: str
    kind: LogoKind


class ChangeBrand(msgspec.Struct, frozen=True, kw_only=True):
    """Give an entity this look; without a new `logo` the one it has stays, unless `no_logo`."""

    entity_id: UUID
    accent: str
    terms_url: str | None = None
    privacy_url: str | None = None
    logo: Logo | None = None
    no_logo: bool = False


def change_brand(command: ChangeBrand, act: Act, log: EventLog) -> None:
    """Change the whole brand. Raises EntityUnknown, AccentMalformed, LinkInsecure."""
    entity = log.get(Entity, command.entity_id)
    sha256, kind = _logo(command, entity.brand)
    brand = Brand(
        accent=command.accent.lower(),
        logo_sha256=sha256,
        logo_kind=kind,
        terms_url=command.terms_url,
        privacy_url=command.privacy_url,
    )
    entity.change_brand(brand, by=act)
    log.save(entity)


def kept_logo(image: LogoImage, documents: Documents) -> Logo:
    """Keep a picture that was made anew."""
    return Logo(documents.keep(image.content, image.kind), image.kind)


def brand_link(typed: str) -> str | None:
    """Give a link as it is kept, or nothing for nothing. Raises BrandLinkInvalid."""
    link = typed.strip()
    if not link:
        return None
    if len(link) > LONGEST_URL or not _URL.fullmatch(link) or not link.isprintable():
        raise BrandLinkInvalid
    return link


def _logo(command: ChangeBrand, brand: Brand | None) -> tuple[str | None, LogoKind | None]:
    if command.logo is not None:
        return command.logo.sha256, command.logo.kind
    if command.no_logo or brand is None:
        return None, None
    return brand.logo_sha256, brand.logo_kind
