import msgspec
import pytest

from domain.address import Address
from domain.entity import (
    AccentMalformed,
    Brand,
    BrandChanged,
    Entity,
    EntityFacts,
    EntityRecorded,
    EntityUnknown,
    LinkInsecure,
    PaymentRulesChanged,
    SupportContact,
)
from domain.payment_rules import PaymentRules, RetryScheduleInvalid
from tests.domain.telling import BY, LATER, given, name, told

FACTS = EntityFacts(
    name="Northwind",
    legal_name="Northwind GmbH",
    address=Address(("Hafenstrasse 1",), "Hamburg", "DE", "20457"),
    support=SupportContact("billing@northwind.example"),
    time_zone="Europe/Berlin",
    language="de",
    tax_ids=("48/123/45678",),
)


def known() -> Entity:
    return given(Entity, name("northwind"), lambda it: it.record_facts("erp", "E-1", FACTS, by=BY))


def test_an_entity_is_recorded_only_when_its_facts_differ() -> None:
    entity = known()
    entity.record_facts("erp", "E-1", FACTS, by=LATER)
    assert told(entity) == []

    entity.record_facts("erp", "E-1", msgspec.structs.replace(FACTS, language="en"), by=LATER)
    (event,) = told(entity)
    assert isinstance(event, EntityRecorded)
    assert event.facts.language == "en"


def test_a_brand_is_changed_as_a_whole_and_only_when_it_looks_different() -> None:
    entity = known()
    brand = Brand("#0a7d55", "f" * 64, "png", "https://northwind.example/terms")
    entity.change_brand(brand, by=BY)
    entity.change_brand(brand, by=BY)
    entity.change_brand(Brand("#0a7d55"), by=BY)

    first, second = told(entity)
    assert isinstance(first, BrandChanged)
    assert (first.logo_sha256, first.logo_kind) == ("f" * 64, "png")
    assert isinstance(second, BrandChanged)
    assert second.logo_sha256 is None


@pytest.mark.parametrize("accent", ["#0A7D55", "0a7d55", "#fff", "red", "#0a7d55;"])
def test_an_accent_that_is_no_colour_is_refused(accent: str) -> None:
    with pytest.raises(AccentMalformed):
        known().change_brand(Brand(accent), by=BY)


@pytest.mark.parametrize("url", ["http://northwind.example", "javascript:alert(1)", "/terms"])
def test_terms_and_privacy_are_linked_securely_or_not_at_all(url: str) -> None:
    with pytest.raises(LinkInsecure):
        known().change_brand(Brand("#0a7d55", terms_url=url), by=BY)
    with pytest.raises(LinkInsecure):
        known().change_brand(Brand("#0a7d55", privacy_url=url), by=BY)


def test_the_brand_of_an_unknown_entity_is_refused() -> None:
    with pytest.raises(EntityUnknown):
        Entity(name("nobody")).change_brand(Brand("#0a7d55"), by=BY)


def test_payment_rules_are_changed_as_a_whole_and_only_when_they_differ() -> None:
    entity = known()
    entity.change_payment_rules(PaymentRules(), by=BY)
    rules = PaymentRules(provider="main", part_payments=True, retry_after_days=(1, 3))
    entity.change_payment_rules(rules, by=BY)
    entity.change_payment_rules(rules, by=BY)

    (event,) = told(entity)
    assert isinstance(event, PaymentRulesChanged)
    assert event.rules == entity.payment_rules == rules


@pytest.mark.parametrize("days", [(0,), (3, 3), (5, 2), (61,), tuple(range(1, 10))])
def test_a_retry_schedule_that_repeats_goes_back_or_never_ends_is_refused(
    days: tuple[int, ...],
) -> None:
    with pytest.raises(RetryScheduleInvalid):
        known().change_payment_rules(PaymentRules(retry_after_days=days), by=BY)


def test_the_payment_rules_of_an_unknown_entity_are_refused() -> None:
    with pytest.raises(EntityUnknown):
        Entity(name("nobody")).change_payment_rules(PaymentRules(provider="main"), by=BY)
