"""Phone numbers: understood as people of a country type them, kept and shown internationally.

Source of the rules: Google's libphonenumber; E.164 is how a number is kept.
"""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from domain.aggregate import Refusal

LONGEST = 60
_ANY = "+4930123456"


class PhoneWrong(Refusal):
    """This is no number that anybody can be called at."""

    code = "phone_wrong"


def canonical_phone(typed: str, country: str | None) -> str:
    """Give a number as it is kept (E.164). Raises PhoneWrong, with an `example` of the country."""
    try:
        number = phonenumbers.parse(typed[:LONGEST], country)
    except NumberParseException as error:
        raise PhoneWrong(example=phone_example(country)) from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneWrong(example=phone_example(country))
    form = PhoneNumberFormat.RFC3966 if number.extension else PhoneNumberFormat.E164
    return phonenumbers.format_number(number, form)


def shown_phone(kept: str) -> str:
    """Write a number internationally; one that came from elsewhere and is none stays as it is."""
    try:
        number = phonenumbers.parse(kept, None)
    except NumberParseException:
        return kept
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def phone_example(country: str | None) -> str:
    """Give a number of a country that could be called, else one of any."""
    number = phonenumbers.example_number(country) if country else None
    example = number or phonenumbers.parse(_ANY)
    return phonenumbers.format_number(example, PhoneNumberFormat.INTERNATIONAL)
