"""The tables of access reviews, and how events change them. `access_review` asks.

Every grant there ever was stands in `access_review_rules`, so that a review tells what a grant let
in, and whether it was taken back meanwhile.
"""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Column, Date, Index, Integer, MetaData, Table, Text, Uuid

from domain.access_review import (
    AccessReviewCompleted,
    AccessReviewOpened,
    AccessReviewReminded,
    AccessReviewRepetitionChanged,
    GrantReviewed,
    GrantsListed,
    ReviewScope,
)
from domain.account import AccountRecorded
from domain.actor import Actor
from domain.bill_group import BillGroupRecorded
from domain.portal_access import AddressGranted, DomainGranted, GrantRevoked
from domain.review_days import next_review_on
from read_models.columns import Encoded, Key, micros
from read_models.projection import Change, Put, ReadModel, Write

metadata = MetaData()

REVIEWS = Table(
    "access_reviews",
    metadata,
    Column("review_id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("title_key", Key, nullable=False),
    Column("scope", Encoded(ReviewScope), nullable=False),
    Column("entity_id", Uuid),
    Column("position", BigInteger, nullable=False),
    Column("grants", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("opened_by", Encoded(Actor), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("every_months", Integer),
    Column("next_on", Date),
    Column("next_review", Uuid),
    Column("reminded_at", BigInteger),
    Column("completed_at", BigInteger),
    Column("completed_by", Encoded(Actor)),
)
GRANTS = Table(
    "access_review_grants",
    metadata,
    Column("review_id", Uuid, primary_key=True),
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("decision", Text),
    Column("decided_at", BigInteger),
    Column("decided_by", Encoded(Actor)),
    Column("reason", Text),
)
RULES = Table(
    "access_review_rules",
    metadata,
    Column("grant_id", Uuid, primary_key=True),
    Column("bill_group_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    Column("granted_by", Encoded(Actor), nullable=False),
    Column("granted_because", Text),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Encoded(Actor)),
    Column("revoked_because", Text),
    Index("access_review_rules_of_group", "bill_group_id"),
)
BILL_GROUPS = Table(
    "access_review_bill_groups",
    metadata,
    Column("bill_group_id", Uuid, primary_key=True),
    Column("entity_id", Uuid, nullable=False, index=True),
    Column("account_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
ACCOUNTS = Table(
    "access_review_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)


def opened(event: AccessReviewOpened) -> Iterator[Write]:
    """Take a review, and note at the one before that it was followed."""
    row = {
        "review_id": event.stream_id,
        "title": event.title,
        "title_key": event.title.casefold(),
        "scope": event.scope,
        "entity_id": event.scope.entity_id,
        "position": event.position,
        "grants": event.grants,
        "opened_at": micros(event.at),
        "opened_on": event.at.date(),
        "opened_by": event.actor,
        "due_on": event.due_on,
        "every_months": event.every_months,
        "next_on": next_review_on(event.at.date(), event.every_months),
        "next_review": None,
        "reminded_at": None,
        "completed_at": None,
        "completed_by": None,
    }
    yield Put(REVIEWS, row)
    if event.previous is not None:
        followed = {"next_review": event.stream_id}
        yield Change(REVIEWS, {"review_id": event.previous}, followed)


def listed(event: GrantsListed) -> Iterator[Write]:
    """Put grants under review."""
    for each in event.listed:
        row = {
            "review_id": event.stream_id,
            "grant_id": each.grant_id,
            "bill_group_id": each.bill_group_id,
            "decision": None,
            "decided_at": None,
            "decided_by": None,
            "reason": None,
        }
        yield Put(GRANTS, row)


def decided(event: GrantReviewed) -> Iterator[Write]:
    """Note a decision."""
    said = {
        "decision": event.decision,
        "decided_at": micros(event.at),
        "decided_by": event.actor,
        "reason": event.reason,
    }
    yield Change(GRANTS, {"review_id": event.stream_id, "grant_id": event.grant_id}, said)


def reminded(event: AccessReviewReminded) -> Iterator[Write]:
    """Note when the auditors were reminded last."""
    yield Change(REVIEWS, {"review_id": event.stream_id}, {"reminded_at": micros(event.at)})


def completed(event: AccessReviewCompleted) -> Iterator[Write]:
    """Note the end of a review."""
    end = {"completed_at": micros(event.at), "completed_by": event.actor}
    yield Change(REVIEWS, {"review_id": event.stream_id}, end)


def repetition_changed(event: AccessReviewRepetitionChanged) -> Iterator[Write]:
    """Take the interval and the day on which the next review begins."""
    row = {"every_months": event.every_months, "next_on": event.next_on}
    yield Change(REVIEWS, {"review_id": event.stream_id}, row)


def granted(event: DomainGranted | AddressGranted) -> Iterator[Write]:
    """Take a grant."""
    by_domain = isinstance(event, DomainGranted)
    row = {
        "grant_id": event.grant_id,
        "bill_group_id": event.bill_group_id,
        "kind": "domain" if by_domain else "address",
        "value": event.domain if isinstance(event, DomainGranted) else event.address,
        "granted_at": micros(event.at),
        "granted_by": event.actor,
        "granted_because": event.reason,
        "revoked_at": None,
        "revoked_by": None,
        "revoked_because": None,
    }
    yield Put(RULES, row)


def revoked(event: GrantRevoked) -> Iterator[Write]:
    """Note that a grant was taken back."""
    end = {
        "revoked_at": micros(event.at),
        "revoked_by": event.actor,
        "revoked_because": event.reason,
    }
    yield Change(RULES, {"grant_id": event.grant_id}, end)


def bill_group_recorded(event: BillGroupRecorded) -> Iterator[Write]:
    """Take whose a bill group is, and its name."""
    row = {
        "bill_group_id": event.stream_id,
        "entity_id": event.entity_id,
        "account_id": event.account_id,
        "name": event.facts.name,
        "name_key": event.facts.name.casefold(),
    }
    yield Put(BILL_GROUPS, row)


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take an account's name."""
    row = {"account_id": event.stream_id, "name": event.name, "name_key": event.name.casefold()}
    yield Put(ACCOUNTS, row)


MODEL = ReadModel(
    name="access_review",
    version=2,
    tables=(REVIEWS, GRANTS, RULES, BILL_GROUPS, ACCOUNTS),
    handlers={
        AccessReviewOpened: opened,
        GrantsListed: listed,
        GrantReviewed: decided,
        AccessReviewReminded: reminded,
        AccessReviewRepetitionChanged: repetition_changed,
        AccessReviewCompleted: completed,
        DomainGranted: granted,
        AddressGranted: granted,
        GrantRevoked: revoked,
        BillGroupRecorded: bill_group_recorded,
        AccountRecorded: account_recorded,
    },
)
