"""The portal's root secret: made at first start in a 0600 file beside the database."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from entrypoints.settings import Settings


class SecretsMissing(Exception):  # noqa: N818 - named after the fact
    """There is a record, and not the secrets that its keys are found with."""


def root_secret(settings: Settings) -> bytes:
    """Give the root secret: the setting's, else the file's. Raises SecretsMissing."""
    must_be_there(settings)
    text = settings.secret or path_of(settings).read_text().strip()
    return sha256(text.encode()).digest()


def must_be_there(settings: Settings) -> None:
    """Refuse to go on without the secrets. Raises SecretsMissing."""
    if not settings.secret and not path_of(settings).exists():
        raise SecretsMissing(path_of(settings))


def make_secret(settings: Settings) -> Path | None:
    """Make the root secret of a record that has no events yet; give the file, when it is new."""
    path = path_of(settings)
    if settings.secret or path.exists():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    return path


def path_of(settings: Settings) -> Path:
    """Tell where the secrets are kept that no setting gives."""
    return settings.data / "portal.secrets"


def derived(root: bytes, purpose: str) -> bytes:
    """Give 32 bytes for one purpose, so that no two uses share a key (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(root)
