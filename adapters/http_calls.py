"""One HTTP request to another machine: no proxy, no redirect, a time and a size that end it."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

LARGEST_ANSWER = 4 * 1024 * 1024


class NoAnswer(Exception):  # noqa: N818 - named after the fact
    """Nobody answered, or not in time, or not whole: what was asked may have been done."""


class Answer(msgspec.Struct, frozen=True):
    """What was answered."""

    status: int
    body: bytes


def call(
    method: str, url: str, headers: Mapping[str, str], body: bytes = b"", seconds: float = 20.0
) -> Answer:
    """Ask once. Raises NoAnswer."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        given = answer.read(LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException) as trouble:
        raise NoAnswer(type(trouble).__name__) from trouble
    finally:
        connection.close()
    if len(given) > LARGEST_ANSWER:
        raise NoAnswer("the answer was too long")
    return Answer(answer.status, given)
