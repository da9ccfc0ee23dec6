"""The portal's root secret: made at first start in a 0600 file beside the database."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrypoints.settings import Settings


def root_secret(settings: Settings) -> bytes:
    """Give the root secret: the setting's, else the file's, made when there is none."""
    text = settings.secret or _kept(settings.data / "portal.secrets")
    return sha256(text.encode()).digest()


def derived(root: bytes, purpose: str) -> bytes:
    """Give 32 bytes for one purpose, so that no two uses share a key (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(root)


def _kept(path: Path) -> str:
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    text = secrets.token_urlsafe(48)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
    return text
