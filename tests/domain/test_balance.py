from datetime import date
from uuid import UUID

import msgspec
from hypothesis import given
from hypothesis import strategies as some

from domain.balance import Ledger, Payment, PaymentStatus, Refund, as_issued, settle
from tests.domain.telling import name

DAY = date(2026, 3, 2)
AMOUNTS = some.integers(0, 20_000)
IDS = some.sampled_from([name(f"fact {number}") for number in range(6)])
LEDGERS = some.builds(
    Ledger,
    document=some.sampled_from(["draft", "issued", "void", "uncollectible"]),
    total=some.integers(-10_000, 20_000),
    payments=some.dictionaries(
        IDS,
        some.builds(
            Payment,
            some.just("ch"),
            AMOUNTS,
            some.sampled_from(["succeeded", "processing", "failed"]),
            some.dates(date(2026, 1, 1), date(2026, 1, 9)),
        ),
        max_size=4,
    ),
    refunds=some.dictionaries(
        IDS, some.builds(Refund, some.none(), AMOUNTS, some.just(DAY), some.booleans()), max_size=2
    ),
    credits=some.dictionaries(IDS, AMOUNTS, max_size=2),
    write_offs=some.dictionaries(some.dates(), AMOUNTS, max_size=1),
    disputed=some.booleans(),
)
STATED = some.one_of(some.none(), AMOUNTS)


def paid(amount: int, status: PaymentStatus = "succeeded", on: date = DAY) -> Payment:
    return Payment("ch_1", amount, status, on)


def issued(total: int = 10_000, stated_open: int | None = None) -> Ledger:
    return Ledger().stating("issued", total, stated_open)


def having(ledger: Ledger, *payments: Payment) -> Ledger:
    numbered = {UUID(int=number): payment for number, payment in enumerate(payments)}
    return msgspec.structs.replace(ledger, payments=numbered)


def test_open_is_the_total_less_what_was_paid_credited_and_written_off() -> None:
    ledger = msgspec.structs.replace(
        having(issued(), paid(3_000)), credits={name("note"): 2_000}, write_offs={DAY: 500}
    )

    settlement = settle(ledger)
    assert settlement.open == 4_500
    assert (settlement.paid, settlement.credited, settlement.written_off) == (3_000, 2_000, 500)
    assert (settlement.adjustment, settlement.surplus) == (0, 0)


def test_money_in_processing_and_failed_money_is_still_open() -> None:
    settlement = settle(having(issued(), paid(4_000, "processing"), paid(1_000, "failed")))

    assert (settlement.open, settlement.processing, settlement.paid) == (10_000, 4_000, 0)


def test_only_refunds_that_reopened_the_invoice_make_it_open_again() -> None:
    ledger = msgspec.structs.replace(
        having(issued(), paid(10_000)),
        refunds={
            name("kind gesture"): Refund(None, 2_000, DAY, reopened=False),
            name("returned debit"): Refund(None, 3_000, DAY, reopened=True),
        },
    )

    assert (settle(ledger).paid, settle(ledger).open) == (7_000, 3_000)


def test_a_surplus_payment_is_available_credit_and_nothing_is_open() -> None:
    settlement = settle(having(issued(), paid(12_500)))

    assert (settlement.open, settlement.surplus, settlement.adjustment) == (0, 2_500, 0)


def test_the_sources_open_amount_wins_and_the_difference_is_a_named_adjustment() -> None:
    settlement = settle(issued(stated_open=6_000))

    assert (settlement.open, settlement.adjustment, settlement.surplus) == (6_000, -4_000, 0)


def test_a_source_may_state_more_than_the_sum() -> None:
    settlement = settle(having(issued(), paid(10_000)).stating("issued", 10_000, 3_000))

    assert (settlement.open, settlement.adjustment, settlement.surplus) == (3_000, 3_000, 0)


def test_a_surplus_stays_available_when_the_source_states_that_nothing_is_open() -> None:
    settlement = settle(having(issued(), paid(12_500)).stating("issued", 10_000, 0))

    assert (settlement.open, settlement.adjustment, settlement.surplus) == (0, 0, 2_500)


def test_a_source_that_states_the_sum_makes_no_adjustment() -> None:
    settlement = settle(having(issued(), paid(4_000)).stating("issued", 10_000, 6_000))

    assert (settlement.open, settlement.adjustment) == (6_000, 0)


def test_payments_that_the_statement_knew_of_may_be_told_after_it() -> None:
    stated = issued(stated_open=4_000)

    assert settle(stated).adjustment == -6_000
    settlement = settle(having(stated, paid(6_000)))
    assert (settlement.open, settlement.adjustment) == (4_000, 0)


def test_a_payment_after_the_statement_lowers_what_is_open_by_itself() -> None:
    settlement = settle(having(issued(stated_open=10_000), paid(10_000)))
    assert (settlement.open, settlement.adjustment) == (0, 0)

    more = having(issued(), paid(10_000)).stating("issued", 10_000, 3_000)
    settlement = settle(having(more, paid(10_000), paid(3_000)))
    assert (settlement.open, settlement.adjustment, settlement.surplus) == (0, 3_000, 0)


def test_a_settled_statement_stays_settled_when_its_payments_are_told_late() -> None:
    settlement = settle(having(issued(stated_open=0), paid(8_000)))

    assert (settlement.open, settlement.adjustment) == (0, -2_000)


def test_what_came_through_the_portal_is_not_open_again_before_the_source_has_booked_it() -> None:
    ledger = having(issued(stated_open=10_000), paid(10_000))
    again = ledger.stating("issued", 10_000, 10_000, made_here=10_000)
    assert (settle(again).open, settle(again).adjustment, settle(again).surplus) == (0, 0, 0)

    part = having(issued(stated_open=10_000), paid(4_000))
    assert settle(part.stating("issued", 10_000, 10_000, made_here=4_000)).open == 6_000
    assert settle(part.stating("issued", 10_000, 6_000, made_here=4_000)).open == 6_000


def test_once_booked_the_source_may_say_that_it_is_owed_after_all() -> None:
    ledger = having(issued(stated_open=10_000), paid(10_000))
    booked = ledger.stating("issued", 10_000, 0, made_here=10_000)
    again = booked.stating("issued", 10_000, 10_000, made_here=10_000)
    assert (settle(again).open, settle(again).adjustment) == (10_000, 10_000)


@given(LEDGERS, AMOUNTS, AMOUNTS)
def test_the_source_never_asks_again_for_what_came_through_the_portal(
    ledger: Ledger, stated: int, made_here: int
) -> None:
    plain = settle(ledger.stating("issued", ledger.total, stated))
    spared = settle(ledger.stating("issued", ledger.total, stated, made_here))
    assert plain.open - made_here <= spared.open <= plain.open
    assert spared.open >= min(plain.open, max(0, ledger.owed))


def test_a_void_document_owes_nothing_and_what_came_for_it_is_available() -> None:
    ledger = msgspec.structs.replace(having(issued(), paid(3_000)), document="void")

    assert (settle(ledger).open, settle(ledger).surplus) == (0, 3_000)


def test_an_uncollectible_document_has_nothing_open_and_nothing_to_give_back() -> None:
    ledger = msgspec.structs.replace(having(issued(), paid(3_000)), document="uncollectible")

    assert (settle(ledger).open, settle(ledger).surplus) == (0, 0)


def test_a_draft_owes_nothing() -> None:
    assert settle(Ledger().stating("draft", 10_000, None)).open == 0


def test_the_last_attempt_decides_whether_paying_failed() -> None:
    early, late = date(2026, 3, 1), date(2026, 3, 5)

    assert settle(having(issued(), paid(10_000, "failed", late), paid(1, on=early))).failed
    assert not settle(having(issued(), paid(1, "failed", early), paid(1, on=late))).failed
    assert not settle(having(issued(), paid(1, "failed"), paid(1, "processing"))).failed
    assert settle(having(issued(), paid(1, "processing"), paid(1, "failed"))).failed
    assert not settle(issued()).failed


@given(LEDGERS, STATED)
def test_what_is_open_and_left_over_always_adds_up_to_the_cent(
    ledger: Ledger, stated: int | None
) -> None:
    settlement = settle(ledger.stating("issued", ledger.total, stated))

    assert settlement.open - settlement.surplus == (
        settlement.total
        - settlement.paid
        - settlement.credited
        - settlement.written_off
        + settlement.adjustment
    )
    assert min(settlement.open, settlement.surplus) == 0
    assert settlement.open >= 0
    assert settlement.surplus >= 0


@given(LEDGERS, AMOUNTS)
def test_at_the_moment_of_a_statement_exactly_the_stated_amount_is_open(
    ledger: Ledger, stated: int
) -> None:
    assert settle(ledger.stating("issued", ledger.total, stated)).open == stated


@given(LEDGERS)
def test_without_a_statement_there_is_no_adjustment(ledger: Ledger) -> None:
    assert settle(ledger).adjustment == 0


@given(LEDGERS, STATED, AMOUNTS)
def test_a_further_payment_never_makes_more_open(
    ledger: Ledger, stated: int | None, amount: int
) -> None:
    before = ledger.stating("issued", ledger.total, stated)
    after = msgspec.structs.replace(
        before, payments={**before.payments, name("further"): paid(amount)}
    )

    assert settle(after).open <= settle(before).open
    assert settle(after).open >= settle(before).open - amount


@given(LEDGERS)
def test_only_issued_documents_have_anything_open(ledger: Ledger) -> None:
    settlement = settle(ledger)

    assert settlement.document == "issued" or settlement.open == 0
    assert settlement.document == ledger.document


def test_a_kept_document_says_what_was_due_when_it_was_issued() -> None:
    paid = Ledger(
        document="issued",
        total=1_000,
        payments={UUID(int=1): Payment("p", 1_000, "succeeded", date(2026, 1, 5))},
    )
    kept = as_issued(settle(paid))
    assert (kept.document, kept.open, kept.paid) == ("issued", 1_000, 0)


def test_a_kept_document_of_a_void_invoice_says_so() -> None:
    kept = as_issued(settle(Ledger(document="void", total=1_000)))
    assert (kept.document, kept.open) == ("void", 0)
