"""Makes PDFs ahead, so that many can be downloaded at once without waiting for each."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from application import invoice_document
from application.invoice_document import PrepareInvoiceDocuments
from application.ports.failures import Refused
from domain.actor import System
from entrypoints.container import Portal
from entrypoints.invoice_paper import InvoicePaper
from entrypoints.papers import Papers
from read_models import invoice_page
from read_models.invoice_page import InvoiceMissing
from read_models.scope import Scope

WORKER = System("worker")
AT_ONCE = 20
"""So many are made in one job, so that mails do not wait behind all that somebody asked for."""


def prepare_invoice_documents(portal: Portal, payload: bytes) -> None:
    """Make some of the PDFs that are not stored yet, and leave the others to a job that follows.

    What cannot be made stops none of the others. Done again, it goes on with what is missing.
    Raises Unavailable at once, and the first Refused in the end.
    """
    wanted = msgspec.json.decode(payload, type=PrepareInvoiceDocuments)
    now, later = wanted.invoice_ids[:AT_ONCE], wanted.invoice_ids[AT_ONCE:]
    refused = _made(portal, wanted, now)
    follows = msgspec.structs.replace(wanted, invoice_ids=later)
    portal.bus().execute(invoice_document.prepare_invoice_documents, follows, WORKER)
    for why in refused:
        raise why


def _made(
    portal: Portal, wanted: PrepareInvoiceDocuments, invoice_ids: Sequence[UUID]
) -> list[Refused]:
    scope = Scope(wanted.bill_group_id, wanted.entity_id, portal.clock().now().date())
    papers, refused = Papers(portal, scope), []
    for invoice_id in invoice_ids:
        try:
            with portal.reading() as connection:
                invoice = invoice_page.of_invoice(connection, scope, invoice_id)
            papers.pdf(InvoicePaper(invoice))
        except InvoiceMissing:
            continue
        except Refused as why:
            refused.append(why)
    return refused
