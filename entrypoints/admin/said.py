"""Says what is wrong with a form, field by field, in the reader's language."""

from domain.aggregate import Refusal
from entrypoints.http.forms import FormRefused
from entrypoints.http.languages import speaking
from entrypoints.wording.refusals import sentence


def said(refused: FormRefused, language: str) -> dict[str, str]:
    """Give the sentences by field, as the macros `field` and `errors` take them."""
    with speaking(language):
        return {name: sentence(refusal) for name, refusal in refused.errors.items()}


def said_of(field: str, refusal: Refusal, language: str) -> dict[str, str]:
    """Give one field's sentence."""
    return said(FormRefused({field: refusal}, {}), language)
