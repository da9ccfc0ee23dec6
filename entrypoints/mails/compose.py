"""Writing a mail: the entity's letterhead, the message's three templates, the reader's language."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from jinja2 import Environment, FileSystemLoader

from entrypoints.http import languages, rendering
from entrypoints.mails.letterhead import Letterhead
from entrypoints.mails.names import named, named_in_text

Message: TypeAlias = Literal[
    "sign_in",
    "staff_sign_in",
    "access_granted",
    "new_browser",
    "billing_email_confirm",
    "billing_email_asked",
    "billing_email_changed",
    "invoice_available",
    "details_changed",
    "methods_changed",
    "receipt",
    "payment_failed",
    "payment_taken_back",
    "review_reminder",
]
"""Facts of each message, all required, `link` always on the letterhead's host:

- `sign_in`: address, account_name, bill_group_name, link (with the token as fragment), code
- `staff_sign_in`: address, link (with the token as fragment), code
- `access_granted`: address, account_name, bill_group_name, link or None
- `new_browser`: address, browser (words such as "Firefox on Linux") or None, at, link or None
- `billing_email_confirm`: asker, address, account_name, bill_group_name, link (with the secret as
  fragment), code
- `billing_email_asked`: asker, new, earlier, account_name, bill_group_name, link or None
- `billing_email_changed`: asker or None (staff undid it), new, earlier or None, account_name,
  bill_group_name, link or None
- `review_reminder`: title, left (grants), due (a day in words), overdue, link
- `invoice_available`: account_name, bill_group_name, number or None, minor, open, currency,
  issued_on, due_on or None, by_itself (auto-pay collects it), link or None
- `details_changed`: account_name, bill_group_name, asker (an address) or None, changed (Changed of
  each thing), link or None
- `methods_changed`: account_name, bill_group_name, news (`application.reactions.MethodNews`),
  method (words) or None, collection or None, collected (Money that auto-pay takes at once, per
  currency), link or None
- `receipt`: account_name, bill_group_name, minor, currency, paid_on, method (words) or None,
  reference, invoices (pairs of number or None and minor), link or None
- `payment_failed`: the same without paid_on and reference, and `why`, a sentence, with auto-pay's
  plan for the invoice or None
- `payment_taken_back`: account_name, bill_group_name, minor, currency, invoices (as a receipt's),
  link or None

Without a link the mail names the entity's support contact instead. Mails that can be turned off
say by which link: `stop`.
"""

TEMPLATES = Path(__file__).parent
_GAPS = re.compile(r"\n{3,}")


class Changed(NamedTuple):
    """What became of one thing: gone, or from what to what (`entrypoints.wording.changes`)."""

    what: str
    removed: bool
    differences: Sequence[Any]


class Composed(NamedTuple):
    """A mail's words."""

    subject: str
    text: str
    html: str


def compose(message: Message, language: str, letterhead: Letterhead, **facts: Any) -> Composed:
    """Write a message in the reader's language, or in English. Raises LinkLeadsElsewhere."""
    link, stop = facts["link"], facts.get("stop")
    spoken = languages.choose(language, None, None)
    known = facts | {
        "link": None if link is None else letterhead.own_link(link),
        "stop": None if stop is None else letterhead.own_link(stop),
        "letterhead": letterhead,
        "brand": letterhead.brand,
        "language": spoken,
    }
    with languages.speaking(spoken):
        subject, text = (_written(_texts(), message, part, known) for part in ("subject", "body"))
        html = _pages().get_template(f"{message}/body.html").render(known)
    return Composed(" ".join(subject.split()), _GAPS.sub("\n\n", text).strip() + "\n", html)


def _written(words: Environment, message: Message, part: str, known: dict[str, Any]) -> str:
    return words.get_template(f"{message}/{part}.txt").render(known)


@cache
def _pages() -> Environment:
    return _of_mails(rendering.PAGES, named)


@cache
def _texts() -> Environment:
    return _of_mails(rendering.TEXTS, named_in_text)


def _of_mails(environment: Environment, name_filter: Any) -> Environment:
    """Give pages' words and filters a mail's templates, and names that are never links."""
    mails = environment.overlay(loader=FileSystemLoader(TEMPLATES))
    mails.filters = environment.filters | {"named": name_filter}
    return mails
