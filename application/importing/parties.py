"""Rows about companies: entities of the seller, accounts, their contracts."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from application.addresses import canonical_address
from application.importing.known import Known
from application.importing.problems import refused
from application.importing.rows import AccountRow, AddressPart, BankPart, ContractRow, EntityRow
from domain.account import Account, Contract
from domain.address import Address
from domain.aggregate import Refusal
from domain.entity import BankDetails, Entity, EntityFacts, SupportContact
from domain.event import Act


def want_entity(row: EntityRow, known: Known) -> None:
    """Load the entity."""
    known.need(Entity, known.names.id("entity", row.external_id))


def take_entity(row: EntityRow, known: Known, by: Act) -> None:
    """Record what the row says of an entity."""
    entity = known.get(Entity, known.names.id("entity", row.external_id))
    facts = EntityFacts(
        name=row.name,
        legal_name=row.legal_name,
        address=_company_address(row.address),
        support=SupportContact(
            email=address_of("support.email", row.support.email),
            phone=row.support.phone,
            name=row.support.name,
        ),
        time_zone=_time_zone(row.time_zone),
        language=row.language,
        vat_number=row.vat_number,
        tax_ids=row.tax_ids,
        registration_number=row.registration_number,
        bank=_bank(row.bank),
    )
    entity.record_facts(known.names.entity_source, row.external_id, facts, by=by)


def want_account(row: AccountRow, known: Known) -> None:
    """Load the account."""
    known.need(Account, known.names.id("account", row.external_id))


def take_account(row: AccountRow, known: Known, by: Act) -> None:
    """Record what the row says of an account."""
    account = known.get(Account, known.names.id("account", row.external_id))
    account.record_facts(known.names.source, row.external_id, row.name, by=by)


def want_contract(row: ContractRow, known: Known) -> None:
    """Load the account of the contract."""
    known.need(Account, known.names.id("account", row.account))


def take_contract(row: ContractRow, known: Known, by: Act) -> None:
    """Record a contract of an account that is known."""
    account = known.get(Account, known.names.id("account", row.account))
    if account.is_new:
        raise refused("account", "reference_unknown", kind="account", value=row.account)
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise refused("ends_on", "ends_before_start", starts_on=row.starts_on)
    contract = Contract(
        contract_id=known.names.id("contract", row.external_id),
        external_id=row.external_id,
        status=row.status,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )
    account.record_contract(contract, by=by)


def address_of(field: str, typed: str) -> str:
    """Give the canonical spelling of an email address, or refuse the row."""
    try:
        return canonical_address(typed)
    except Refusal as refusal:
        raise refused(field, refusal.code, **refusal.facts) from refusal


def _company_address(part: AddressPart) -> Address:
    if part.city is None:
        raise refused("address.city", "missing")
    return Address(
        lines=part.lines,
        city=part.city,
        country=part.country,
        postal_code=part.postal_code,
        region=part.region,
        district=part.district,
    )


def _bank(part: BankPart | None) -> BankDetails | None:
    if part is None:
        return None
    return BankDetails(
        account_holder=part.account_holder,
        iban=part.iban,
        bic=part.bic,
        bank_name=part.bank_name,
    )


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refused("time_zone", "time_zone_unknown", value=name) from error
    return name
