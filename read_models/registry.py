"""The list of all read models, in the order in which an event reaches them."""

from read_models import (
    access_panel,
    account_list,
    account_overview,
    audit_history,
    bill_group_page,
    details,
    entity_list,
    entry,
    invoice_document,
    invoice_list,
    invoice_page,
    mail_queue,
    outstanding,
    overview,
    payment_methods,
    staff_entry,
    staff_list,
    subscription_list,
)
from read_models.projection import ReadModel

MODELS: tuple[ReadModel, ...] = (
    entry.MODEL,
    overview.MODEL,
    invoice_list.MODEL,
    outstanding.MODEL,
    invoice_page.MODEL,
    invoice_document.MODEL,
    subscription_list.MODEL,
    payment_methods.MODEL,
    details.MODEL,
    staff_entry.MODEL,
    staff_list.MODEL,
    mail_queue.MODEL,
    access_panel.MODEL,
    account_list.MODEL,
    account_overview.MODEL,
    bill_group_page.MODEL,
    entity_list.MODEL,
    audit_history.MODEL,
)
