"""The page of payment methods: what is on file, which is the default, and where to transfer to."""

from litestar import Response

from entrypoints.http.answers import show
from entrypoints.http.routes import page
from entrypoints.web.guard import Entered, Wired
from read_models import payment_methods


@page("/payment-methods")
def list_payment_methods(entry: Entered, portal: Wired) -> Response[str]:
    """Show the payment methods of the bill group, and the seller's bank account."""
    with portal.reading() as connection:
        rows = payment_methods.of_bill_group(connection, entry.scope)
        bank = payment_methods.bank_of_seller(connection, entry.scope)
    return show(
        "web/payment_methods/list.html", entry.page("payment_methods"), rows=rows, bank=bank
    )


ROUTES = (list_payment_methods,)
