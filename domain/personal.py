"""Marks what is personal in an event, so that it is stored sealed and can be erased.

A field of type `Personal` (or `Personal | None`) is sealed with the key of the person named by the
`person` of the nearest Struct around it: `address:jane@acme.example`,
`privacy:<person's stream>`, `staff:<id>`, `grant:<id>`, `access:<bill group>`,
`handling:<payment>:<version>`, `operator:<account>@<machine>`. Domains, ids, business numbers,
amounts and dates are not personal and stay in clear.
Source: GDPR Art. 17, by destroying keys.
"""

from typing import Annotated, TypeAlias

import msgspec

Personal: TypeAlias = Annotated[
    str, msgspec.Meta(extra={"personal": True}, extra_json_schema={"title": "Personal"})
]

ERASED = "erased-"
"""What a personal field begins with after its key was destroyed; the key's id follows."""


def is_erased(value: str) -> bool:
    """Whether this text stands where a personal value was before its erasure."""
    return value.startswith(ERASED)


def erased_mark(value: str) -> str:
    """Give what tells one erased person from another: the end of the destroyed key's id.

    Whatever one key had sealed has the same mark, everywhere and for ever.
    """
    return value.removeprefix(ERASED)[-6:]
