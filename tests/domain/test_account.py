from datetime import date

import pytest

from domain.account import (
    Account,
    AccountRecorded,
    AccountUnknown,
    Contract,
    ContractRecorded,
    ContractStatus,
    is_available,
)
from tests.domain.telling import BY, LATER, facts, given, name, told

TODAY = date(2026, 3, 2)
ACME = name("acme")


def contract(
    status: ContractStatus = "active",
    starts_on: date = date(2025, 1, 1),
    ends_on: date | None = None,
) -> Contract:
    return Contract(name("contract"), "C-1", status, starts_on, ends_on)


def test_an_account_is_recorded_once_however_often_it_is_told() -> None:
    account = Account(ACME)
    account.record_facts("erp", "A-1", "Acme", by=BY)
    account.record_facts("erp", "A-1", "Acme", by=LATER)

    (event,) = told(account)
    assert isinstance(event, AccountRecorded)
    assert facts(event) == {"source": "erp", "external_id": "A-1", "name": "Acme"}


def test_a_contract_is_recorded_again_when_something_of_it_is_new() -> None:
    account = given(
        Account,
        ACME,
        lambda it: it.record_facts("erp", "A-1", "Acme", by=BY),
        lambda it: it.record_contract(contract(), by=BY),
    )
    account.record_contract(contract(), by=LATER)
    assert told(account) == []

    account.record_contract(contract(ends_on=date(2026, 12, 31)), by=LATER)
    (event,) = told(account)
    assert isinstance(event, ContractRecorded)
    assert event.ends_on == date(2026, 12, 31)


def test_a_contract_of_an_unknown_account_is_refused() -> None:
    with pytest.raises(AccountUnknown):
        Account(ACME).record_contract(contract(), by=BY)


@pytest.mark.parametrize(
    ("each", "unpaid", "available"),
    [
        (contract(), False, True),
        (contract(starts_on=date(2027, 1, 1)), False, True),
        (contract(ends_on=TODAY), False, True),
        (contract(ends_on=date(2026, 3, 1)), False, False),
        (contract(ends_on=date(2026, 3, 1)), True, True),
        (contract("pending"), True, False),
        (contract("finished"), True, False),
        (contract("cancelled"), True, False),
    ],
)
def test_a_portal_is_available_while_a_contract_is_active_or_past_its_end_and_unpaid(
    each: Contract, unpaid: bool, available: bool
) -> None:
    assert is_available([each], unpaid, TODAY) is available


def test_one_active_contract_among_others_is_enough_and_none_is_too_few() -> None:
    assert is_available([contract("finished"), contract()], False, TODAY)
    assert not is_available([], True, TODAY)
