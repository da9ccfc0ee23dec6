"""Reads pictures that people upload as logos, and makes them anew so that nothing hides in them."""

from typing import Protocol

import msgspec

from domain.aggregate import Refusal
from domain.entity import LogoKind

LARGEST_BYTES = 1_000_000
LARGEST_SIDE = 2_000


class LogoTooLarge(Refusal):
    """A logo has at most 1 MB."""

    code = "logo_too_large"


class LogoTooWide(Refusal):
    """A logo has at most 2000 by 2000 pixels: `width`, `height`."""

    code = "logo_too_wide"


class LogoUnreadable(Refusal):
    """This is no whole PNG, JPEG or WebP picture."""

    code = "logo_unreadable"


class LogoImage(msgspec.Struct, frozen=True):
    """A picture made anew: its bytes and what they are."""

    content: bytes
    kind: LogoKind


class LogoImages(Protocol):
    """What reading logos promises.

    1. `made_anew` gives a picture of the same kind and size with nothing but the picture in it.
    2. More than 1 MB raises LogoTooLarge before anything is read.
    3. More than 2000 pixels on a side raises LogoTooWide before the picture is decoded.
    4. What is not a whole PNG, JPEG or WebP raises LogoUnreadable; SVG is never read.
    """

    def made_anew(self, uploaded: bytes) -> LogoImage:
        """Read an uploaded picture. Raises LogoTooLarge, LogoTooWide, LogoUnreadable."""
        ...
