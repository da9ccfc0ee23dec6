"""One sample of every event of access reviews, with every field filled."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

from domain.access_review import (
    AccessReviewCompleted,
    AccessReviewOpened,
    AccessReviewReminded,
    AccessReviewRepetitionChanged,
    GrantReviewed,
    GrantsListed,
    ListedGrant,
    ReviewScope,
)
from domain.actor import Staff

_SPACE = UUID(int=9)


def _name(word: str) -> UUID:
    return uuid5(_SPACE, word)


_BY: dict[str, Any] = {
    "stream_id": _name("review"),
    "version": 1,
    "at": datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
    "actor": Staff(_name("auditor")),
    "command_id": _name("command"),
}

REVIEWS = (
    AccessReviewOpened(
        **_BY,
        title="Autumn review",
        scope=ReviewScope("chosen", _name("entity"), (_name("group"),)),
        position=120,
        grants=1,
        due_on=date(2026, 11, 30),
        every_months=6,
        previous=_name("spring review"),
    ),
    GrantsListed(**_BY, listed=(ListedGrant(_name("grant"), _name("group"), _name("staff")),)),
    GrantReviewed(
        **_BY,
        bill_group_id=_name("group"),
        grant_id=_name("grant"),
        decision="revoke",
        domain="acme.example",
        reason="Left the company",
        address="ada@acme.example",
    ),
    AccessReviewReminded(**_BY, left=3, due_on=date(2026, 11, 30)),
    AccessReviewRepetitionChanged(**_BY, every_months=12, next_on=date(2027, 11, 2)),
    AccessReviewCompleted(**_BY, kept=7, revoked=2, gone=1),
)
