"""The bare limit: a minimal Litestar app that asks the same queries and renders as many rows.

No session, no grant, no translation, no layout: what is left is the framework, the driver and a
template.
"""

from typing import Any
from uuid import UUID

import msgspec
from jinja2 import Environment
from litestar import Litestar, Response, get
from litestar.params import FromPath

from adapters.database import reading
from entrypoints.asgi import portal_of_process
from read_models import invoice_list, invoice_page, outstanding, overview
from read_models.scope import Scope
from tests.benchmarks.company import GROUP, today

ROWS = Environment(autoescape=True).from_string(
    "<table>{% for row in rows %}<tr>{% for value in row %}<td>{{ value }}</td>{% endfor %}</tr>"
    "{% endfor %}</table>"
)


def create() -> Litestar:
    """Make the app."""
    engine = portal_of_process().engine()
    scope = Scope(GROUP, UUID(int=0), today())

    def show(*rows: Any) -> Response[str]:
        return Response(ROWS.render(rows=[_values(row) for row in rows]), media_type="text/html")

    @get("/invoices/{size:int}", sync_to_thread=True)
    def invoices(size: FromPath[int]) -> Response[str]:
        search = invoice_list.Search(size=size)
        with reading(engine) as connection:
            found = invoice_list.of_bill_group(connection, scope, search)
            counts = invoice_list.counts(connection, scope, search)
        return show(*found.rows, *counts.items())

    @get("/invoice/{invoice_id:uuid}", sync_to_thread=True)
    def invoice(invoice_id: FromPath[UUID]) -> Response[str]:
        with reading(engine) as connection:
            return show(invoice_page.of_invoice(connection, scope, invoice_id))

    @get("/overview", sync_to_thread=True)
    def first_page() -> Response[str]:
        with reading(engine) as connection:
            facts = overview.of_bill_group(connection, scope)
            owed = outstanding.of_bill_group(connection, scope)
            latest = invoice_list.latest(connection, scope)
        return show(facts, *owed, *latest)

    @get("/one", sync_to_thread=True)
    def one() -> Any:
        with reading(engine) as connection:
            return msgspec.to_builtins(invoice_list.latest(connection, scope, 1))

    return Litestar([invoices, invoice, first_page, one], openapi_config=None, logging_config=None)


def _values(row: Any) -> list[Any]:
    fields = getattr(row, "__struct_fields__", None)
    return [getattr(row, name) for name in fields] if fields else list(row)
