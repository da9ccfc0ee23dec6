"""Sends logos under the hash of their bytes: pictures alone, which can do nothing."""

import re
from typing import Any

from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation

from application.ports.documents import DocumentMissing
from entrypoints.container import Portal
from entrypoints.http.assets import IMMUTABLE
from entrypoints.http.brands import LOGOS
from entrypoints.http.headers import SANDBOX
from entrypoints.http.routes import page

_NAME = re.compile(r"([0-9a-f]{64})\.(png|jpeg|webp)")
_BEGINS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "webp": b"RIFF"}
"""What the bytes of each kind begin with: another document's hash with such an ending is none."""


@page(f"{LOGOS}{{name:str}}")
def logo(portal: NamedDependency[SkipValidation[Portal]], name: FromPath[str]) -> Response[Any]:
    """Send a logo; mails show it too, so it may be embedded elsewhere."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFoundException
    sha256, kind = match.groups()
    try:
        content = portal.documents().fetch(sha256)
    except DocumentMissing as missing:
        raise NotFoundException from missing
    if not content.startswith(_BEGINS[kind]):
        raise NotFoundException
    headers = {
        "Cache-Control": IMMUTABLE,
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(content, media_type=f"image/{kind}", headers=headers)


ROUTES = (logo,)
