"""Prepares a logo for printing: read once, no larger than print needs, without metadata."""

import base64
import io
from functools import lru_cache

from PIL import Image, UnidentifiedImageError

from application.ports.pdf import Logo, PdfRefused

_LARGEST = 2000
_PRINTED = (720, 360)
_UNREADABLE = (
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
)


@lru_cache(maxsize=64)
def prepared(logo: Logo) -> dict[str, str | int]:
    """Give width and height in pixels and the picture as base64; refuse what is no such picture."""
    try:
        with Image.open(io.BytesIO(logo.content), formats=(logo.kind.upper(),)) as picture:
            if max(picture.size) > _LARGEST:
                raise PdfRefused(f"the logo is larger than {_LARGEST} by {_LARGEST} pixels")
            small = picture.convert("RGBA")
    except _UNREADABLE as error:
        raise PdfRefused("the logo is not a readable PNG, JPEG or WebP picture") from error
    small.thumbnail(_PRINTED)
    encoded = io.BytesIO()
    small.save(encoded, "PNG")
    return {
        "mime": "image/png",
        "content": base64.b64encode(encoded.getvalue()).decode("ascii"),
        "width": small.width,
        "height": small.height,
    }
