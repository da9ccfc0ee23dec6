"""Over every query that takes a Scope: another bill group's rows never come back."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from itertools import product
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, Engine

import read_models
from domain.actor import Customer
from domain.allocation import Allocation
from domain.credit_note import Applied
from domain.event import Act, Event
from domain.identity import viewing_id
from domain.invoice_document import InvoiceDocument
from domain.invoice_viewing import InvoiceViewing
from domain.method_set_up import MethodSetUp
from domain.notifications import Notification, Notifications
from domain.payment import Payment
from read_models.invoice_list import Search
from read_models.scope import Scope
from tests.read_models.books import (
    BY,
    SELLER,
    asked,
    bill_group,
    credit_note,
    invoice,
    keep,
    named,
    pay,
    payment_rules,
    scope,
    seller,
    subscription,
    told_of,
)

Query = Callable[..., Any]


def _queries() -> Iterator[Query]:
    for module in pkgutil.iter_modules(read_models.__path__):
        loaded = import_module(f"read_models.{module.name}")
        for name, member in vars(loaded).items():
            public = inspect.isfunction(member) and not name.startswith("_")
            if public and member.__module__ == loaded.__name__ and _is_query(member):
                yield member


def _is_query(function: Query) -> bool:
    asks = _asks(function)
    return asks.get("scope") is Scope and "connection" in asks


def _asks(query: Query) -> dict[str, Any]:
    return {name: each.annotation for name, each in inspect.signature(query).parameters.items()}


def _books(name: str) -> list[Event]:
    """The same story for any customer, with the name in every text and amount of its own."""
    told = invoice(f"{name}-1", group=name, po_number=f"PO-{name}")
    pay(told, 1_000)
    told.apply_credit(named(f"{name} CN-{name}"), 2_000, by=BY)
    settled = invoice(f"{name}-2", group=name)
    pay(settled, 12_900)
    document = InvoiceDocument(named(f"{name} document"))
    document.store(told.id, named(name), "rendered", f"sha-{name}", 1, "en", by=BY)
    credit = credit_note(f"CN-{name}", 9_000, name, Applied(told.id, 2_000))
    running = subscription(f"{name} Platform", name)
    over = subscription(f"{name} Old", name, status="ended")
    owed = invoice(f"{name}-3", group=name, due_on=date(2026, 10, 16))
    paying = Payment(named(f"{name} payment"))
    part = (Allocation(owed.id, 1_000),)
    paying.begin(named(name), SELLER, "main", f"cus-{name}", "EUR", part, "provider_page", by=BY)
    choices = Notifications(named(f"{name} notifications"))
    unwanted: Notification = "invoice_available" if name == "ACME" else "payment_failed"
    choices.choose(named(name), "jane@acme.com", unwanted, wanted=False, by=BY)
    visit = MethodSetUp(named(f"{name} visit"))
    visit.begin(named(name), "main", f"cus-{name}", by=BY)
    viewing = InvoiceViewing(viewing_id(told.id))
    viewer = Customer(f"jane@{name}.example", named(name), named(f"{name} session"))
    viewing.note("opened", told.id, named(name), by=Act(BY.at, viewer, BY.command_id))
    seen = (document, viewing, visit)
    return told_of(
        bill_group(name), told, settled, owed, paying, choices, credit, *seen, running, over
    )


SAMPLES: dict[str, list[Any]] = {
    "search": [Search(), Search(words="1"), Search(status="due"), Search(sort="number")],
    "address": ["jane@acme.com"],
    "show": ["running", "over", "all"],
    "size": [5],
    "first": [date(2026, 1, 1)],
    "last": [date(2026, 12, 31)],
    "kind": ["pdf", "ubl"],
    "on": [None, date(2026, 10, 2)],
    "invoice_id": [named(f"{name} {name}-{n}") for name in ("ACME", "Globex") for n in (1, 3)],
    "credit_note_id": [named(f"{name} CN-{name}") for name in ("ACME", "Globex")],
    "invoice_ids": [[named(f"{name} {name}-{n}") for name in ("ACME", "Globex")] for n in (1, 3)],
    "set_up_id": [named("ACME visit"), named("Globex visit")],
    "payment_id": [named("ACME payment"), named("Globex payment")],
}


@pytest.mark.parametrize(
    "query", list(_queries()), ids=lambda query: f"{query.__module__}.{query.__name__}"
)
def test_no_query_gives_rows_of_another_bill_group(database: Engine, query: Query) -> None:
    keep(database, told_of(seller(), payment_rules(), _books("ACME")))
    alone = _answers(database, query, scope("ACME"))
    keep(database, _books("Globex"))
    assert _answers(database, query, scope("ACME")) == alone
    assert "Globex" not in repr(alone)
    assert any(answer not in _NOTHING for answer in alone)


_NOTHING = ((), [], {}, None, 0)


def _answers(database: Engine, query: Query, whose: Scope) -> list[Any]:
    with asked(database) as connection:
        return [_answer(query, connection, whose, sample) for sample in _samples(query)]


def _answer(query: Query, connection: Connection, whose: Scope, sample: dict[str, Any]) -> Any:
    try:
        return msgspec.to_builtins(query(connection, whose, **sample), builtin_types=(UUID,))
    except Exception:  # noqa: BLE001 - whatever a query calls what is not there
        return None


def _samples(query: Query) -> Iterator[dict[str, Any]]:
    more = [name for name in _asks(query) if name not in {"connection", "scope"}]
    for samples in product(*(SAMPLES[name] for name in more)):
        yield dict(zip(more, samples, strict=True))
