"""A customer company and its contracts, which decide whether its portals are available."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal, TypeAlias
from uuid import UUID

import msgspec

from domain.aggregate import Aggregate, Refusal
from domain.event import Act, Event

ContractStatus: TypeAlias = Literal["pending", "active", "finished", "cancelled"]


class Contract(msgspec.Struct, frozen=True, omit_defaults=True):
    """A contract with its status and its first and last day."""

    contract_id: UUID
    external_id: str
    status: ContractStatus
    starts_on: date
    ends_on: date | None = None


class AccountRecorded(Event, frozen=True):
    """The billing system told of a customer company, or of its new name.

    For: staff, the switcher between bill groups.
    """

    topic: ClassVar[str] = "account.recorded.v1"

    source: str
    external_id: str
    name: str


class ContractRecorded(Event, frozen=True):
    """The billing system told of a contract of the account, or something new of it.

    For: whether the portals of the account are available, staff.
    """

    topic: ClassVar[str] = "account.contract_recorded.v1"

    contract_id: UUID
    external_id: str
    status: ContractStatus
    starts_on: date
    ends_on: date | None = None


class AccountUnknown(Refusal):
    """Nothing was recorded of this account yet."""

    code = "account_unknown"


def is_available(contracts: Iterable[Contract], unpaid: bool, today: date) -> bool:
    """Whether portals of an account are available: it has an active contract.

    Active is also one that starts in the future, and one past its end while any invoice of any
    of the account's bill groups is `unpaid`. `today` is the date in the entity's time zone.
    """
    return any(
        contract.status == "active"
        and (contract.ends_on is None or contract.ends_on >= today or unpaid)
        for contract in contracts
    )


class Account(Aggregate):
    """One customer company."""

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(stream_id)
        self.name: str | None = None
        self.contracts: dict[UUID, Contract] = {}

    def record_facts(self, source: str, external_id: str, name: str, *, by: Act) -> None:
        """Take the company's name; nothing happens when it is known already."""
        if name != self.name:
            self.record(AccountRecorded, by, source=source, external_id=external_id, name=name)

    def record_contract(self, contract: Contract, *, by: Act) -> None:
        """Take what is said of a contract; nothing happens when it is known already."""
        if self.is_new:
            raise AccountUnknown(account_id=self.id)
        if contract != self.contracts.get(contract.contract_id):
            self.record(ContractRecorded, by, **msgspec.structs.asdict(contract))

    def _change(self, event: Event) -> None:
        match event:
            case AccountRecorded():
                self.name = event.name
            case ContractRecorded():
                self.contracts[event.contract_id] = Contract(
                    contract_id=event.contract_id,
                    external_id=event.external_id,
                    status=event.status,
                    starts_on=event.starts_on,
                    ends_on=event.ends_on,
                )
