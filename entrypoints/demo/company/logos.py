"""Draws the logos of the demo's entities."""

import io

from PIL import Image, ImageDraw

from entrypoints.demo.company.sellers import ACCENTS, GMBH

_SIZE = 240
_SCALE = 3


def logo(entity: str) -> bytes:
    """Draw an entity's logo as PNG: stacked logs for the one, a bird's wing for the other."""
    size = _SIZE * _SCALE
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    if entity == GMBH:
        _logs(draw, size, ACCENTS[entity])
    else:
        _wing(draw, size, ACCENTS[entity])
    encoded = io.BytesIO()
    picture.resize((_SIZE, _SIZE), Image.Resampling.LANCZOS).save(encoded, "PNG", optimize=True)
    return encoded.getvalue()


def _logs(draw: ImageDraw.ImageDraw, size: int, accent: str) -> None:
    """Three logs in a stack, each a ring in a disc."""
    radius = size * 0.235
    for x, y in ((0.26, 0.71), (0.74, 0.71), (0.5, 0.29)):
        for share, colour in ((1.0, accent), (0.62, "#ffffff"), (0.36, accent)):
            reach = radius * share
            box = (x * size - reach, y * size - reach, x * size + reach, y * size + reach)
            draw.ellipse(box, fill=colour)


def _wing(draw: ImageDraw.ImageDraw, size: int, accent: str) -> None:
    """Three feathers in a rounded square."""
    edge = size * 0.04
    draw.rounded_rectangle((edge, edge, size - edge, size - edge), size * 0.22, fill=accent)
    for step in range(3):
        low = size * (0.72 - 0.17 * step)
        far = size * (0.82 - 0.12 * step)
        feather = [
            (size * 0.2, low),
            (far, low - size * 0.3),
            (far - size * 0.1, low - size * 0.08),
            (size * 0.34, low + size * 0.06),
        ]
        draw.polygon(feather, fill="#ffffff")
