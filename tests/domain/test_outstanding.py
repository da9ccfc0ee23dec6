from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from domain.balance import Ledger, settle
from domain.money import Money
from domain.outstanding import Balance, Owed, balances
from tests.domain.test_balance import LEDGERS, STATED
from tests.domain.test_invoice_status import TODAY, YESTERDAY, stands

CURRENCIES = some.sampled_from(["EUR", "USD", "JPY"])


def owed(currency: str = "EUR", due_on: date | None = None, **changed: Any) -> Owed:
    return Owed(currency, stands(**changed), due_on)


def test_nothing_known_is_nothing_to_pay() -> None:
    assert balances([], [], TODAY) == ()


def test_currencies_are_never_added_up() -> None:
    assert balances([owed("USD", open=5), owed("EUR", open=7)], [], TODAY) == (
        Balance("EUR", outstanding=7),
        Balance("USD", outstanding=5),
    )


def test_an_overdue_invoice_counts_with_its_whole_open_amount() -> None:
    (balance,) = balances(
        [owed(due_on=YESTERDAY, open=70, processing=20), owed(open=30)], [], TODAY
    )

    assert balance == Balance("EUR", outstanding=100, overdue=70, processing=20)


def test_disputed_and_processing_money_is_outstanding_but_not_overdue() -> None:
    (balance,) = balances(
        [
            owed(due_on=YESTERDAY, open=70, processing=90),
            owed(due_on=YESTERDAY, open=30, disputed=True),
        ],
        [],
        TODAY,
    )

    assert balance == Balance("EUR", outstanding=100, processing=70)


def test_credit_and_surplus_are_available_and_lower_no_other_invoice() -> None:
    (balance,) = balances([owed(open=100), owed(open=0, surplus=30)], [Money(50, "EUR")], TODAY)

    assert balance == Balance("EUR", outstanding=100, available_credit=80)
    assert balance.closing == 20


@given(
    some.lists(some.tuples(CURRENCIES, LEDGERS, STATED), max_size=6),
    some.lists(some.builds(Money, some.integers(0, 999), CURRENCIES), max_size=4),
)
def test_each_currencys_balance_is_the_sum_of_its_own_invoices_and_credits(
    told: list[tuple[str, Ledger, int | None]], credits_: list[Money]
) -> None:
    invoices = [
        Owed(currency, settle(ledger.stating(ledger.document, ledger.total, stated)))
        for currency, ledger, stated in told
    ]
    for balance in balances(invoices, credits_, TODAY):
        own = [each.settlement for each in invoices if each.currency == balance.currency]
        credit = sum(each.minor for each in credits_ if each.currency == balance.currency)
        assert balance.outstanding == sum(each.open for each in own if each.document == "issued")
        assert balance.available_credit == credit + sum(each.surplus for each in own)
        assert balance.overdue <= balance.outstanding
        assert balance.processing <= balance.outstanding
