"""Card numbers are found where they are, and business numbers are left alone."""

import pytest

from application.card_numbers import holds_card_number


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "card 378282246310005, please",
        "5555555555554444",
        "2223003122003222",
        "6011111111111117",
        "3566002020360505",
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acme GmbH",
        "4242424242424241",
        "1234567890123",
        "0000000000000000",
        "order 20260102-000000000042",
        "+49 30 1234567 and 2026-10-31",
        "9" * 40,
        "42424242424242424242424242424242",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not holds_card_number(text)
