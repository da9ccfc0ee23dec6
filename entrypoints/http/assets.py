"""Static files under names that contain their content's hash, so that browsers keep them for ever.

`url("portal.css")` gives `/static/portal.<hash>.css`; `find(path)` gives the bytes back. An old or
foreign hash is answered with the present content, not to be kept: two versions may run at once.
"""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

import msgspec

STATIC = Path(__file__).parent.parent / "static"
PREFIX = "/static/"
IMMUTABLE = "public, max-age=31536000, immutable"
UNKEPT = "no-store"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY = {".png", ".woff2"}


class Asset(msgspec.Struct, frozen=True):
    """A file ready to be sent: its bytes, the same compressed where that helps, and its headers."""

    body: bytes
    media_type: str
    cache_control: str = IMMUTABLE
    gzipped: bytes | None = None

    def encoded(self, accepts: str) -> tuple[bytes, str | None]:
        """Give the body and its content encoding for an `Accept-Encoding` header."""
        if self.gzipped is not None and "gzip" in accepts:
            return self.gzipped, "gzip"
        return self.body, None


def hashed(name: str, body: bytes) -> str:
    """Put the hash of the content before the ending: `portal.css` is `portal.0a1b….css`."""
    pure = PurePosixPath(name)
    return str(pure.with_name(f"{pure.stem}.{sha256(body).hexdigest()[:12]}{pure.suffix}"))


def asset(body: bytes, suffix: str) -> Asset:
    """Make an asset, compressed unless its format is so already."""
    packed = None if suffix in _PACKED_ALREADY else gzip.compress(body, 9, mtime=0)
    return Asset(body, MEDIA_TYPES[suffix], gzipped=packed)


@cache
def _shelf() -> dict[str, tuple[str, Asset]]:
    """Every static file by its plain name, with its hashed name; references inside CSS follow."""
    shelf: dict[str, tuple[str, Asset]] = {}
    files = [path for path in STATIC.rglob("*") if path.suffix in MEDIA_TYPES]
    for path in sorted(files, key=lambda path: (path.suffix == ".css", path)):
        name = path.relative_to(STATIC).as_posix()
        body = path.read_bytes()
        if path.suffix == ".css":
            body = _with_hashed_references(body, shelf)
        shelf[name] = (hashed(name, body), asset(body, path.suffix))
    return shelf


def _with_hashed_references(css: bytes, shelf: dict[str, tuple[str, Asset]]) -> bytes:
    for name, (hashed_name, _) in shelf.items():
        css = css.replace(f'url("{name}")'.encode(), f'url("{PREFIX}{hashed_name}")'.encode())
    return css


def url(name: str) -> str:
    """Give the address of a static file by its plain name; an unknown name is a mistake of ours."""
    return PREFIX + _shelf()[name][0]


def find(path: str) -> Asset | None:
    """Give the static file at a path such as `/static/portal.<hash>.css`, or None when unknown."""
    sought = PurePosixPath(path.removeprefix(PREFIX))
    if not path.startswith(PREFIX) or not sought.name:
        return None
    plain = sought.with_name(PurePosixPath(sought.stem).stem + sought.suffix).as_posix()
    if plain not in _shelf():
        return None
    present, found = _shelf()[plain]
    if present == sought.as_posix():
        return found
    return msgspec.structs.replace(found, cache_control=UNKEPT)
