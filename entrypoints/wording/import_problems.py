"""What is wrong with a row of an import, in words, by the problem's code.

A sentence may take any of the problem's facts as `%(name)s`.
"""

from application.ports.import_runs import RefusedRow
from entrypoints.http.languages import gettext, phrase
from entrypoints.wording.refusals import SENTENCES as OF_REFUSALS

SENTENCES: dict[str, str] = {
    "address_invalid": phrase("This is not an email address that mail can be sent to."),
    "amount_malformed": phrase("%(amount)s is not an exact amount, such as 1250.00."),
    "amount_negative": phrase("An amount of money that moved is never negative."),
    "amount_too_precise": phrase(
        "%(amount)s has more decimals than %(currency)s, which has %(decimals)s."
    ),
    "card_number": phrase("This looks like a card number. The portal keeps none."),
    "control_characters": phrase(
        "There are characters that cannot be kept: control characters, or text that is not UTF-8."
    ),
    "column_too_deep": phrase("The name of this column has more than %(steps)s steps."),
    "csv_malformed": phrase("This record is not CSV (%(why)s)."),
    "currencies_mixed": phrase("The invoice is in %(expected)s."),
    "currency_unknown": phrase("%(currency)s is not a currency of ISO 4217."),
    "ends_before_start": phrase("It ends before it starts (%(starts_on)s)."),
    "figure_malformed": phrase("%(amount)s is not an exact figure, such as 2 or 0.125."),
    "invoice_already_issued": phrase("It was issued already and does not become a draft again."),
    "lines_do_not_add_up": phrase("The lines do not add up to the subtotal."),
    "missing": phrase("This is missing."),
    "more_applied_than_credited": phrase("More is applied than the credit note is worth."),
    "named_twice": phrase("This invoice is named twice."),
    "not_a_choice": phrase("%(value)s is none of: %(form)s."),
    "not_a_date": phrase("%(value)s is not a date, such as 2026-01-31."),
    "not_a_list": phrase("A list belongs here."),
    "not_a_moment": phrase("%(value)s is not a moment in seconds since 1970."),
    "not_a_percentage": phrase("%(value)s is not a percentage between 0 and 100."),
    "not_a_pdf": phrase("%(value)s is not a PDF."),
    "not_a_whole_number": phrase("%(value)s is not a whole number."),
    "not_an_amount": phrase("%(value)s is not an amount. Write it as text, such as 12.50."),
    "not_an_object": phrase("An object with named fields belongs here."),
    "not_json": phrase("This is not a line of JSON (%(why)s)."),
    "not_text": phrase("Text belongs here."),
    "not_yes_or_no": phrase("%(value)s is neither true nor false."),
    "original_missing": phrase("There is no file %(value)s beside the import file."),
    "original_outside": phrase("%(value)s does not stand in the import file's folder."),
    "original_too_large": phrase("%(value)s is larger than 10 MB."),
    "original_unreadable": phrase("%(value)s cannot be read."),
    "payment_already_succeeded": phrase("It succeeded already. Record a refund instead."),
    "person_erased": phrase(
        "This person was erased. An import does not bring them back; give another contact."
    ),
    "price_in_tiers": phrase(
        "This price has tiers, and no price for one unit. The subscription cannot be shown yet."
    ),
    "reference_unknown": phrase(
        "No %(kind)s %(value)s is known yet. Import it, then import this row again."
    ),
    "row_too_long": phrase("This row is longer than %(longest)s bytes."),
    "stripe_object_unknown": phrase("Objects of the kind %(value)s are not read."),
    "time_zone_unknown": phrase("%(value)s is not a time zone, such as Europe/Berlin."),
    "too_large": phrase("%(value)s is more than %(most)s."),
    "too_long": phrase("This is longer than %(most)s."),
    "too_many_cells": phrase("The record has %(cells)s cells, the head of the file %(columns)s."),
    "too_short": phrase("This is empty."),
    "too_small": phrase("%(value)s is less than %(least)s."),
    "total_does_not_add_up": phrase("Subtotal less discount plus taxes is not the total."),
    "unknown_field": phrase("There is no such field. Known are: %(known)s."),
    "unknown_kind": phrase("%(value)s is none of: %(kinds)s."),
    "unreadable": phrase("%(value)s cannot be read (%(why)s)."),
    "wrong_form": phrase("%(value)s does not have the form that is needed here. %(form)s"),
}


def sentence(row: RefusedRow) -> str:
    """Say a problem in the language of the moment."""
    words = SENTENCES.get(row.code) or OF_REFUSALS.get(row.code) or row.code.replace("_", " ")
    facts = {name: _readable(value) for name, value in row.facts.items()}
    return (gettext(words, **facts) if facts else gettext(words)).strip()


def _readable(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return str(value)
