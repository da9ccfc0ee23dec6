"""Makes PDFs ahead, so that many can be downloaded at once without waiting for each."""

import msgspec

from application.invoice_document import PrepareInvoiceDocuments
from entrypoints.container import Portal
from entrypoints.invoice_paper import InvoicePaper
from entrypoints.papers import Papers
from read_models import invoice_page
from read_models.invoice_page import InvoiceMissing
from read_models.scope import Scope


def prepare_invoice_documents(portal: Portal, payload: bytes) -> None:
    """Make the PDFs that are not stored yet. Raises Refused or Unavailable for the first failure.

    Done again, it goes on with what is missing.
    """
    wanted = msgspec.json.decode(payload, type=PrepareInvoiceDocuments)
    scope = Scope(wanted.bill_group_id, wanted.entity_id, portal.clock().now().date())
    papers = Papers(portal, scope)
    for invoice_id in wanted.invoice_ids:
        try:
            with portal.reading() as connection:
                invoice = invoice_page.of_invoice(connection, scope, invoice_id)
        except InvoiceMissing:
            continue
        papers.pdf(InvoicePaper(invoice))
