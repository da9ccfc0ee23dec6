"""What auto-pay's plan is made of: the tries so far, how entities collect, what was taken back."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    Table,
    Text,
    Uuid,
)

from domain.account import AccountRecorded
from domain.entity import EntityRecorded, PaymentRulesChanged
from domain.payment import (
    PaymentBegun,
    PaymentFailed,
    PaymentGivenUp,
    PaymentSucceeded,
)
from domain.payment_returned import PaymentDisputeClosed
from domain.payment_rules import PaymentRules
from read_models.columns import Encoded, Key, micros
from read_models.projection import Change, Put, ReadModel, Write

metadata = MetaData()

TRIES = Table(
    "collecting_tries",
    metadata,
    Column("payment_id", Uuid, primary_key=True),
    Column("invoice_id", Uuid, nullable=False, index=True),
    Column("began_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("code", Text),
)
ENTITIES = Table(
    "collecting_entities",
    metadata,
    Column("entity_id", Uuid, primary_key=True),
    Column("zone", Text),
    Column("rules", Encoded(PaymentRules)),
)
ACCOUNTS = Table(
    "collecting_accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Key, nullable=False),
)
TAKEN_BACK = Table(
    "collecting_taken_back",
    metadata,
    Column("invoice_id", Uuid, primary_key=True),
)
"""Invoices whose payment was lost in a dispute."""


# Events


def begun(event: PaymentBegun) -> Iterator[Write]:
    """Take a try; auto-pay's are for one invoice each."""
    if event.way == "auto_pay":
        for part in event.allocations:
            row = {"payment_id": event.stream_id, "invoice_id": part.invoice_id, "state": "open"}
            yield Put(TRIES, {**row, "began_at": micros(event.at)})


def succeeded(event: PaymentSucceeded) -> Iterator[Write]:
    """Take that it worked."""
    yield _ended(event, "succeeded")


def failed(event: PaymentFailed) -> Iterator[Write]:
    """Take that it did not, and why."""
    yield _ended(event, "failed", event.code)


def given_up(event: PaymentGivenUp) -> Iterator[Write]:
    """Take that it never reached the provider."""
    yield _ended(event, "given_up")


def _ended(event: Any, state: str, code: str | None = None) -> Write:
    stands = {"state": state, "ended_at": micros(event.at), "code": code}
    return Change(TRIES, {"payment_id": event.stream_id}, stands)


def dispute_closed(event: PaymentDisputeClosed) -> Iterator[Write]:
    """Take which invoices a lost dispute opened again."""
    for part in event.parts:
        yield Put(TAKEN_BACK, {"invoice_id": part.invoice_id})


def entity_recorded(event: EntityRecorded) -> Iterator[Write]:
    """Take where it is."""
    yield Put(ENTITIES, {"entity_id": event.stream_id, "zone": event.facts.time_zone})


def rules_changed(event: PaymentRulesChanged) -> Iterator[Write]:
    """Take how it collects."""
    yield Put(ENTITIES, {"entity_id": event.stream_id, "rules": event.rules})


def account_recorded(event: AccountRecorded) -> Iterator[Write]:
    """Take its name."""
    row = {"account_id": event.stream_id, "name": event.name, "name_key": event.name.casefold()}
    yield Put(ACCOUNTS, row)


MODEL = ReadModel(
    name="collecting",
    version=3,
    tables=(TRIES, ENTITIES, ACCOUNTS, TAKEN_BACK),
    handlers={
        PaymentBegun: begun,
        PaymentSucceeded: succeeded,
        PaymentFailed: failed,
        PaymentGivenUp: given_up,
        PaymentDisputeClosed: dispute_closed,
        EntityRecorded: entity_recorded,
        PaymentRulesChanged: rules_changed,
        AccountRecorded: account_recorded,
    },
)
