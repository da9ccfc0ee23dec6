from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from domain.statement import Aging, Document, Step, statements

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
NW_1 = Document(UUID(int=1), "EUR", "NW-1", date(2026, 2, 1))
NOTE = Document(UUID(int=2), "EUR", "CN-1")
IN_YEN = Document(UUID(int=3), "JPY", "NW-2", date(2026, 6, 1))


def step(version: int, kind: str, on: date, net: int, **more: object) -> Step:
    document = more.pop("document", NW_1)
    recorded_on = more.pop("recorded_on", LAST)
    return Step(document, version, kind, on, recorded_on, net, **more)  # type: ignore[arg-type]


ISSUED = step(1, "invoice", date(2026, 1, 15), 10_000)
PAID = step(2, "payment", date(2026, 3, 1), 4_000, reference="card")


def test_a_statement_leads_from_opening_to_closing_balance() -> None:
    (drawn,) = statements([ISSUED, PAID], date(2026, 2, 1), LAST)

    assert (drawn.opening, drawn.closing) == (10_000, 4_000)
    assert [(line.kind, line.amount, line.reference) for line in drawn.lines] == [
        ("payment", -6_000, "card")
    ]


def test_currencies_are_never_put_together() -> None:
    yen = step(1, "invoice", date(2026, 5, 1), 700, document=IN_YEN)
    assert [(one.currency, one.closing) for one in statements([ISSUED, yen], FIRST, LAST)] == [
        ("EUR", 10_000),
        ("JPY", 700),
    ]


def test_a_fact_counts_from_its_own_day_even_when_told_before_another() -> None:
    late = step(2, "payment", date(2026, 6, 1), 4_000)
    early = step(3, "credit", date(2026, 2, 1), 3_000)
    (drawn,) = statements([ISSUED, late, early], FIRST, date(2026, 3, 1))

    assert drawn.closing == 9_000
    assert [line.kind for line in drawn.lines] == ["invoice", "credit"]


def test_what_was_booked_later_than_its_document_says_is_dated_when_it_was_known() -> None:
    planned = step(1, "invoice", date(2026, 9, 1), 10_000, recorded_on=date(2026, 8, 1))
    (drawn,) = statements([planned], FIRST, date(2026, 8, 15))
    assert [line.on for line in drawn.lines] == [date(2026, 8, 1)]


def test_a_restated_invoice_is_a_line_of_the_day_it_was_restated() -> None:
    restated = step(2, "invoice", date(2026, 1, 15), 9_000, recorded_on=date(2026, 5, 5))
    (drawn,) = statements([ISSUED, restated], FIRST, LAST)
    assert [(line.kind, line.on, line.amount) for line in drawn.lines] == [
        ("invoice", date(2026, 1, 15), 10_000),
        ("restated", date(2026, 5, 5), -1_000),
    ]


def test_what_the_source_states_differently_is_a_line_of_its_own() -> None:
    (drawn,) = statements([step(1, "invoice", FIRST, 8_000, adjustment=-2_000)], FIRST, LAST)
    assert [(line.kind, line.amount) for line in drawn.lines] == [
        ("invoice", 10_000),
        ("adjustment", -2_000),
    ]


def test_a_credit_note_is_available_until_it_is_used() -> None:
    note = step(1, "credit_note", date(2026, 2, 1), -3_000, document=NOTE)
    used = step(2, "credit_note", date(2026, 2, 1), 0, document=NOTE)
    applied = step(2, "credit", date(2026, 2, 1), 7_000, reference="CN-1")
    (unused,) = statements([ISSUED, note], FIRST, LAST)
    (drawn,) = statements([ISSUED, note, used, applied], FIRST, LAST)

    assert (unused.closing, unused.aging.available) == (7_000, 3_000)
    assert (drawn.closing, drawn.aging.available) == (7_000, 0)
    assert [(line.kind, line.amount) for line in drawn.lines] == [
        ("invoice", 10_000),
        ("credit_note", -3_000),
        ("credit_used", 3_000),
        ("credit", -3_000),
    ]


def test_aging_counts_days_after_the_due_date_on_the_last_day() -> None:
    def aged(last: date) -> Aging:
        return statements([ISSUED], FIRST, last)[0].aging

    assert aged(date(2026, 2, 1)).open == (10_000, 0, 0, 0, 0)
    assert aged(date(2026, 2, 2)).open == (0, 10_000, 0, 0, 0)
    assert aged(date(2026, 3, 3)).open == (0, 10_000, 0, 0, 0)
    assert aged(date(2026, 3, 4)).open == (0, 0, 10_000, 0, 0)
    assert aged(date(2026, 5, 2)).open == (0, 0, 0, 10_000, 0)
    assert aged(date(2026, 5, 3)).open == (0, 0, 0, 0, 10_000)


DAYS = some.dates(FIRST, LAST)
STEPS = some.lists(
    some.builds(
        Step,
        some.sampled_from([NW_1, NOTE, IN_YEN]),
        some.integers(1, 9),
        some.sampled_from(["invoice", "payment", "credit", "credit_note", "void"]),
        DAYS,
        DAYS,
        some.integers(-500, 500),
        some.integers(-100, 100),
    ),
    max_size=12,
    unique_by=lambda one: (one.document, one.version),
)


@given(STEPS, some.tuples(DAYS, DAYS, DAYS))
def test_periods_join_without_a_gap(steps: list[Step], days: tuple[date, date, date]) -> None:
    first, middle, last = sorted(days)
    whole = {one.currency: one for one in statements(steps, first, last)}
    begun = {one.currency: one for one in statements(steps, first, middle)}
    for currency, one in whole.items():
        before = begun[currency].closing if currency in begun else 0
        later = sum(line.amount for line in one.lines if line.on > middle)
        assert one.closing == before + later
        assert sum(one.aging.open) - one.aging.available == one.closing


@given(STEPS)
def test_all_steps_together_end_with_what_stands(steps: list[Step]) -> None:
    newest = {one.document: one for one in sorted(steps, key=lambda one: one.version)}
    for drawn in statements(steps, FIRST, LAST):
        stands = [one.net for one in newest.values() if one.document.currency == drawn.currency]
        assert drawn.closing == sum(stands)
