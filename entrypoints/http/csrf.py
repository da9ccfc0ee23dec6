"""Form tokens that are bound to a session, so that a token of one cannot be used in another."""

import hmac

from litestar.exceptions import PermissionDeniedException

FIELD = "token"


def token(key: bytes, session: str) -> str:
    """Give the token for forms of this session (or of this browser, before signing in)."""
    return hmac.digest(key, session.encode(), "sha256").hex()


def check(key: bytes, session: str, given: str) -> None:
    """Refuse a form whose token is not this session's."""
    if not hmac.compare_digest(token(key, session).encode(), given.encode()):
        raise PermissionDeniedException("the form's token is not of this session")
