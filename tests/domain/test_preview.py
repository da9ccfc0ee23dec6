import pytest

from domain.preview import Preview, PreviewAlreadyOpened, PreviewEnded, PreviewOpened
from tests.domain.telling import BY, LATER, facts, given, name, told

PREVIEW, GROUP, JANE = name("preview"), name("group"), name("jane")


def test_opening_a_preview_names_the_staff_member() -> None:
    preview = Preview(PREVIEW)
    preview.open(GROUP, JANE, by=BY)

    (event,) = told(preview)
    assert isinstance(event, PreviewOpened)
    assert facts(event) == {"bill_group_id": GROUP, "staff_id": JANE}


def test_a_preview_is_opened_once() -> None:
    preview = given(Preview, PREVIEW, lambda it: it.open(GROUP, JANE, by=BY))

    with pytest.raises(PreviewAlreadyOpened):
        preview.open(GROUP, JANE, by=LATER)


def test_a_preview_ends_once_and_one_that_never_was_not_at_all() -> None:
    preview = given(Preview, PREVIEW, lambda it: it.open(GROUP, JANE, by=BY))
    preview.end("signed_out", by=LATER)
    preview.end("expired", by=LATER)
    (event,) = told(preview)
    assert isinstance(event, PreviewEnded)
    assert facts(event) == {"bill_group_id": GROUP, "staff_id": JANE, "cause": "signed_out"}

    never = Preview(PREVIEW)
    never.end("expired", by=LATER)
    assert told(never) == []
