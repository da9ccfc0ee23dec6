"""Writing a mail down as the bytes that travel, and reading them back before they do.

Python's header parser and folder can turn one mailbox into another (`=?utf-8?q?=61=40…?=`), and
before 3.12.5 fold an encoded line break into a new header. So values are filtered first, and what
was written is parsed again and must say exactly what was meant. Sources: RFC 5322, RFC 2047,
RFC 3834 (`Auto-Submitted`), RFC 8058 (`List-Unsubscribe-Post`).
"""

import re
import unicodedata
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, default

from application.addresses import canonical_address
from application.ports.mail import MailRefused, OutgoingMail
from domain.aggregate import Refusal

_NAME_LENGTH = 60
_SUBJECT_LENGTH = 200
_SPECIALS = re.compile(r'[()<>\[\]:;@\\,"]')
_ENCODED_WORD = re.compile(r"=\?+")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+>")
_LINK = re.compile(r"https?://[A-Za-z0-9.:-]+/[A-Za-z0-9/_-]{1,400}")
_IN_HOUSE = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_ON_ONE_LINE = {"Message-ID", "List-Unsubscribe"}


class _Policy(EmailPolicy):
    """Folds as SMTP does, except what readers take as it stands and that has no place to fold.

    Python would encode a long link as words, which nobody follows (RFC 2047 §5). Both are checked
    before and are ASCII; a line has at most 998 characters (RFC 5322 §2.1.1).
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """Write a header as bytes."""
        if name in _ON_ONE_LINE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_AS_IT_TRAVELS = _Policy() + SMTP


def written(mail: OutgoingMail) -> bytes:
    """Write a mail down. Raises MailRefused when it would reach or name somebody else."""
    _check_what_was_given(mail)
    message = EmailMessage(policy=_AS_IT_TRAVELS)
    message.set_content(_whole(mail.text), cte="quoted-printable")
    message.add_alternative(_whole(mail.html), subtype="html", cte="quoted-printable")
    for name, value in _headers(mail).items():
        message[name] = value
    letter = message.as_bytes()
    _check_what_will_be_read(letter, message, mail)
    return letter


def sellers_address(address: str) -> str:
    """Spell a sender or reply address, which may also be of the seller's own network."""
    try:
        return canonical_address(address)
    except Refusal as refusal:
        if not _IN_HOUSE.fullmatch(address):
            raise MailRefused("The sender or reply address of this mail is none.") from refusal
    return address


def header_text(text: str, longest: int) -> str:
    """Make words fit for a header: no control or invisible characters, no encoded words."""
    visible = "".join(" " if _is_invisible(letter) else letter for letter in text)
    words = " ".join(_ENCODED_WORD.sub("=", visible).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _headers(mail: OutgoingMail) -> dict[str, object]:
    name = header_text(_SPECIALS.sub(" ", mail.from_name), _NAME_LENGTH)
    return {
        "From": Address(name, addr_spec=sellers_address(mail.from_address)),
        "To": Address(addr_spec=mail.envelope_to),
        "Reply-To": Address(addr_spec=sellers_address(mail.reply_to)),
        "Subject": header_text(mail.subject, _SUBJECT_LENGTH),
        "Date": mail.dated,
        "Message-ID": mail.message_id,
        "Auto-Submitted": mail.auto_submitted,
        "Content-Language": header_text(mail.language, _NAME_LENGTH),
        **_turning_off(mail),
    }


def _turning_off(mail: OutgoingMail) -> dict[str, object]:
    if mail.unsubscribe is None:
        return {}
    return {
        "List-Unsubscribe": f"<{mail.unsubscribe}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _check_what_was_given(mail: OutgoingMail) -> None:
    try:
        recipient = canonical_address(mail.envelope_to)
    except Refusal as refusal:
        raise MailRefused("The recipient of this mail is no address.") from refusal
    if recipient != mail.envelope_to:
        raise MailRefused("The recipient of this mail is not in its one spelling.")
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise MailRefused("The Message-ID of this mail is none.")
    if mail.unsubscribe is not None and not _LINK.fullmatch(mail.unsubscribe):
        raise MailRefused("The link to turn this mail off is none.")


def _check_what_will_be_read(letter: bytes, message: EmailMessage, mail: OutgoingMail) -> None:
    read = message_from_bytes(letter, policy=default)
    given = {
        "To": mail.envelope_to,
        "From": sellers_address(mail.from_address),
        "Reply-To": sellers_address(mail.reply_to),
    }
    for name, address in given.items():
        if [one.addr_spec for one in read[name].addresses] != [address]:
            raise MailRefused(f"The {name} header of this mail would be read as another mailbox.")
    if read.keys() != message.keys() or read["Message-ID"] != mail.message_id:
        raise MailRefused("The headers of this mail would be read as other headers.")


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _whole(text: str) -> str:
    return _HALF_CHARACTER.sub("\ufffd", text)
