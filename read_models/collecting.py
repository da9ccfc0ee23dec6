"""What auto-pay will collect, when it tries again, and what failed: for customers, staff, workers.

The tries themselves are `application.auto_pay`'s; what is due is computed when asked.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    select,
)

from domain.account import AccountRecorded
from domain.auto_pay import NeedsAttention, auto_pay
from domain.bill_group import BillGroupFacts, PaymentMethodFacts
from domain.collecting import Try, next_try_on, retry_days
from domain.entity import EntityRecorded, PaymentRulesChanged
from domain.money import Money
from domain.payment import (
    PaymentBegun,
    PaymentFailed,
    PaymentGivenUp,
    PaymentSucceeded,
)
from domain.payment_returned import PaymentDisputeClosed
from domain.payment_rules import PaymentRules
from read_models.columns import Encoded, Key, micros, moment
from read_models.invoice_rows import INVOICES
from read_models.keyset import Cursor, Way, sorted_from
from read_models.method_rows import GROUPS, METHODS, facts_of, terms_of
from read_models.projection import Change, Put, ReadModel, Write
from read_models.scope import Scope
from read_models.searching import holding

Stage: TypeAlias = Literal["planned", "due", "trying", "blocked", "exhausted", "taken_back"]
"""`due`: the worker tries within a minute. `blocked`: there is nothing to charge. `taken_back`: the
payer's bank took its money back, and only people ask for it again."""

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


# Queries


class TryShown(msgspec.Struct, frozen=True):
    """One try, on days of the entity's time zone; `code` is why it failed."""

    payment_id: UUID
    began_on: date
    state: Literal["open", "failed", "given_up", "succeeded"]
    ended_on: date | None
    code: str | None


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """An open invoice that auto-pay is for; `minor` is what would be collected.

    `next_on` is the next try, `later` the days after it. `why` is what blocks it.
    """

    invoice_id: UUID
    bill_group_id: UUID
    account: str
    bill_group: str
    number: str | None
    currency: str
    minor: int
    due_on: date
    stage: Stage
    next_on: date | None
    later: tuple[date, ...]
    tries: tuple[TryShown, ...]
    method: PaymentMethodFacts | None
    why: str | None

    @property
    def money(self) -> Money:
        """What would be collected."""
        return Money(self.minor, self.currency)

    @property
    def by_itself(self) -> bool:
        """Whether nobody needs to pay it, because it will be collected."""
        return self.stage in {"planned", "due"}

    @property
    def failed(self) -> TryShown | None:
        """The last try, where it failed."""
        last = self.tries[-1] if self.tries else None
        return last if last and last.state == "failed" else None


class Search(msgspec.Struct, frozen=True):
    """What staff look for; a page goes on `way` from a `place` (due date and invoice)."""

    words: str = ""
    failed: bool = False
    place: Cursor | None = None
    way: Way | None = None
    size: int = 50


def of_bill_group(connection: Connection, scope: Scope) -> list[Collected]:
    """Give what auto-pay is for in one bill group, what is tried first at the top."""
    rows = _with_tries(connection, _of_group(), {"bill_group_id": scope.bill_group_id})
    found = [_collected(row, scope.today) for row in rows]
    return sorted(
        (one for one in found if one), key=lambda one: (one.next_on or date.max, one.due_on)
    )


def once_on(connection: Connection, scope: Scope) -> list[Collected]:
    """Give what auto-pay would be for in one bill group if it were on, as `of_bill_group` does."""
    query = _unpaid().where(GROUPS.c.bill_group_id == scope.bill_group_id)
    found = [_collected(row, scope.today) for row in _with_tries(connection, query)]
    return sorted(
        (one for one in found if one), key=lambda one: (one.next_on or date.max, one.due_on)
    )


def sums(plans: Iterable[Collected]) -> list[Money]:
    """Add up what is collected in each currency, in the order of their codes."""
    found: dict[str, int] = {}
    for plan in plans:
        found[plan.currency] = found.get(plan.currency, 0) + plan.minor
    return [Money(minor, currency) for currency, minor in sorted(found.items())]


def found_by(connection: Connection, search: Search, now: datetime) -> list[Collected]:
    """Give what auto-pay is for in all bill groups by due date, one more than the page holds."""
    found: list[Collected] = []
    while len(found) <= search.size:
        rows = _next_rows(connection, search)
        found += [one for row in rows if (one := _collected(row, _today(row, now)))]
        if len(rows) <= search.size:
            break
        last = rows[-1].invoice
        place = Cursor(last.due_on, last.invoice_id)
        search = replace(search, place=place, way=search.way or "after")
    return found[: search.size + 1]


def _next_rows(connection: Connection, search: Search) -> list["_Row"]:
    """Give the next rows, also those that the portal does not collect."""
    query = _open()
    if search.words.strip():
        named = (ACCOUNTS.c.name_key, INVOICES.c.number_key)
        query = query.where(holding(search.words, *named))
    if search.failed:
        query = query.where(INVOICES.c.invoice_id.in_(select(TRIES.c.invoice_id).where(_FAILED)))
    by = (INVOICES.c.due_on, INVOICES.c.invoice_id)
    query = sorted_from(query, by, falling=False, way=search.way).limit(search.size + 1)
    place = search.place
    given = {"at_value": place.value, "at_id": place.row_id} if search.way and place else {}
    return _with_tries(connection, query, given)


def due(connection: Connection, now: datetime) -> list[UUID]:
    """Name the invoices of all bill groups whose next try is due."""
    query = _open().where(INVOICES.c.due_on <= now.date() + timedelta(days=1))
    rows = _with_tries(connection, query.order_by(INVOICES.c.due_on, INVOICES.c.invoice_id))
    found = (_collected(row, _today(row, now)) for row in rows)
    return [one.invoice_id for one in found if one and one.stage == "due"]


_FAILED = TRIES.c.state == "failed"
_STANDING = ("open", "partly_paid")


@cache
def _of_group() -> Select[Any]:
    return _open().where(GROUPS.c.bill_group_id == bindparam("bill_group_id", type_=Uuid()))


@cache
def _open() -> Select[Any]:
    """Ask for what is open in bill groups whose collection is automatic."""
    groups = GROUPS.c
    return _unpaid().where(func.coalesce(groups.chosen, groups.told) == "automatic")


@cache
def _unpaid() -> Select[Any]:
    """Ask for what is open and has a due date, whoever pays it."""
    rows, groups = INVOICES.c, GROUPS.c
    default = and_(
        METHODS.c.bill_group_id == groups.bill_group_id,
        METHODS.c.method_id == groups.default_method,
    )
    tables = INVOICES.join(GROUPS, groups.bill_group_id == rows.bill_group_id)
    tables = tables.join(ENTITIES, ENTITIES.c.entity_id == groups.entity_id)
    tables = tables.join(ACCOUNTS, ACCOUNTS.c.account_id == groups.account_id)
    query = select(
        rows.invoice_id,
        rows.number,
        rows.currency,
        rows.due_on,
        (rows.open - rows.processing).label("minor"),
        groups.bill_group_id,
        groups.facts,
        groups.chosen,
        METHODS.c.method,
        METHODS.c.status,
        METHODS.c.held,
        ENTITIES.c.zone,
        ENTITIES.c.rules,
        ACCOUNTS.c.name.label("account"),
        exists().where(TAKEN_BACK.c.invoice_id == rows.invoice_id).label("taken_back"),
    ).select_from(tables.outerjoin(METHODS, default))
    return query.where(
        rows.due_on.is_not(None),
        rows.standing.in_(_STANDING),
        rows.open > 0,
    )


class _Row(msgspec.Struct, frozen=True):
    """An open invoice with the tries that were made."""

    invoice: Any
    tries: tuple[TryShown, ...]


def _with_tries(
    connection: Connection, query: Select[Any], given: dict[str, Any] | None = None
) -> list[_Row]:
    rows = list(connection.execute(query, given or {}))
    if not rows:
        return []
    zones = {row.invoice_id: ZoneInfo(row.zone or "UTC") for row in rows}
    tries: dict[UUID, list[TryShown]] = {}
    asked = select(TRIES).where(TRIES.c.invoice_id.in_(zones))
    for row in connection.execute(asked.order_by(TRIES.c.began_at, TRIES.c.payment_id)):
        tries.setdefault(row.invoice_id, []).append(_shown(row, zones[row.invoice_id]))
    return [_Row(row, tuple(tries.get(row.invoice_id, ()))) for row in rows]


def _shown(row: Any, zone: ZoneInfo) -> TryShown:
    ended_on = moment(row.ended_at).astimezone(zone).date() if row.ended_at else None
    began_on = moment(row.began_at).astimezone(zone).date()
    return TryShown(row.payment_id, began_on, row.state, ended_on, row.code)


def _today(row: _Row, now: datetime) -> date:
    return now.astimezone(ZoneInfo(row.invoice.zone or "UTC")).date()


def _collected(row: _Row, today: date) -> Collected | None:
    """Say when auto-pay tries an invoice next; nothing where the portal does not collect it."""
    told, rules = row.invoice, row.invoice.rules or PaymentRules()
    terms: BillGroupFacts = replace(terms_of(told), collection="automatic")
    if rules.collector is None or terms.closed:
        return None
    tries = [Try(one.began_on, one.state, one.ended_on) for one in row.tries]
    again = next_try_on(told.due_on, tries, rules.retry_after_days)
    next_on = None if told.taken_back else again
    trying = any(one.state == "open" for one in tries)
    method = facts_of(told) if told.method else None
    held = told.held is not None and told.held.provider == rules.collector
    why = _why(terms, method, today, held=held)
    return Collected(
        invoice_id=told.invoice_id,
        bill_group_id=told.bill_group_id,
        account=told.account,
        bill_group=terms.name,
        number=told.number,
        currency=told.currency,
        minor=told.minor,
        due_on=told.due_on,
        stage=_stage(told, next_on, today, trying=trying, blocked=why is not None),
        next_on=next_on and max(next_on, today),
        later=() if told.taken_back else _later(row, next_on, rules.retry_after_days),
        tries=row.tries,
        method=method,
        why=why,
    )


def _why(
    terms: BillGroupFacts, method: PaymentMethodFacts | None, today: date, *, held: bool
) -> str | None:
    """Say what keeps auto-pay from trying; a method that failed is tried again."""
    stands = auto_pay(terms, method, None, today, chargeable=held)
    if isinstance(stands, NeedsAttention) and stands.reason != "failed":
        return stands.reason
    return None


def _stage(told: Any, next_on: date | None, today: date, *, trying: bool, blocked: bool) -> Stage:
    if trying:
        return "trying"
    if next_on is None:
        return "taken_back" if told.taken_back else "exhausted"
    if blocked:
        return "blocked"
    return "due" if next_on <= today else "planned"


def _later(row: _Row, next_on: date | None, days: Sequence[int]) -> tuple[date, ...]:
    """Give the days of the schedule after the next try, or after the one that is open."""
    made = [one for one in row.tries if one.state != "given_up"]
    first = made[0].began_on if made else next_on
    after = next_on or (made[-1].began_on if made else None)
    if first is None or after is None or (next_on is None and made[-1].state == "failed"):
        return ()
    return tuple(day for day in retry_days(first, days) if day > after)
