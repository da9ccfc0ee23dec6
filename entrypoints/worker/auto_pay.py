"""Collects what is due: sets out to charge the default method, and the outbox carries it out."""

import structlog

from application.auto_pay import CollectInvoice, collect_invoice
from domain.actor import System
from domain.aggregate import Refusal
from entrypoints.container import Portal
from read_models import collecting

log = structlog.get_logger("portal.worker")

AUTO_PAY = System("auto-pay")


def collect_due_invoices(portal: Portal) -> int:
    """Begin every try that is due; gives how many.

    Two workers that find the same one begin it once: it has one id, and an invoice one open
    attempt. What changed meanwhile is decided by the record.
    """
    with portal.reading() as connection:
        found = collecting.due(connection, portal.clock().now())
    begun = 0
    for invoice_id in found:
        try:
            portal.bus().execute(collect_invoice, CollectInvoice(invoice_id), AUTO_PAY)
        except Refusal as refusal:
            log.info("not_collected", invoice_id=str(invoice_id), why=refusal.code)
        else:
            begun += 1
    return begun
