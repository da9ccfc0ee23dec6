"""Reads logos with Pillow: size and shape are checked before a pixel is decoded."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from application.ports.logo_images import (
    LARGEST_BYTES,
    LARGEST_SIDE,
    LogoImage,
    LogoTooLarge,
    LogoTooWide,
    LogoUnreadable,
)
from domain.entity import LogoKind

_KINDS: dict[str, LogoKind] = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}
_SAVED: dict[LogoKind, dict[str, Any]] = {
    "png": {"format": "PNG", "optimize": True},
    "jpeg": {"format": "JPEG", "quality": 90},
    "webp": {"format": "WEBP", "lossless": True},
}


class PillowLogoImages:
    """Implements `LogoImages`."""

    def made_anew(self, uploaded: bytes) -> LogoImage:
        """Decode at most 2000 by 2000 pixels, and encode them again without metadata."""
        if len(uploaded) > LARGEST_BYTES:
            raise LogoTooLarge
        try:
            with Image.open(BytesIO(uploaded), formats=tuple(_KINDS)) as picture:
                if max(picture.size) > LARGEST_SIDE:
                    raise LogoTooWide(width=picture.width, height=picture.height)
                return _encoded(picture, _KINDS[picture.format or ""])
        except (OSError, ValueError, SyntaxError, EOFError, KeyError) as never:
            raise LogoUnreadable from never
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as never:
            raise LogoTooWide from never


def _encoded(picture: Image.Image, kind: LogoKind) -> LogoImage:
    upright = ImageOps.exif_transpose(picture)
    plain = upright.convert("RGB" if kind == "jpeg" else "RGBA")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = BytesIO()
    bare.save(written, **_SAVED[kind])
    return LogoImage(written.getvalue(), kind)
