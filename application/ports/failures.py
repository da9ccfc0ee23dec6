"""The two ways a machine can fail us: it refuses, or it is unavailable.

Every port's errors belong to one of these families, so that a caller needs to know only whether
trying again makes sense. `why` is a short sentence for staff and logs; it holds no secrets.
"""


class PortFailure(Exception):  # noqa: N818 - the two families below carry the name
    """What both families share: a sentence that says what happened."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Refused(PortFailure):
    """The machine understood and said no: the same request would be refused again."""


class Unavailable(PortFailure):
    """The machine could not be asked, or could not answer now: try again later."""
