"""Who acts: every event names one of these, so that the record answers "by whom" without a join."""

from typing import TypeAlias
from uuid import UUID

import msgspec

from domain.personal import Personal


class Staff(msgspec.Struct, frozen=True, tag="staff", tag_field="kind"):
    """A staff member of the seller, through the admin entrypoint."""

    staff_id: UUID

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return "admin"


class Customer(msgspec.Struct, frozen=True, tag="customer", tag_field="kind"):
    """Someone at the customer's company, signed in with a proven mailbox."""

    address: Personal
    bill_group_id: UUID
    session_id: UUID

    @property
    def person(self) -> str:
        """Whose key seals the address."""
        return f"address:{self.address}"

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return "web"


class ApiKey(msgspec.Struct, frozen=True, tag="api_key", tag_field="kind"):
    """A billing system with a key of its own."""

    key_id: UUID
    name: str

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return "api"


class Operator(msgspec.Struct, frozen=True, tag="operator", tag_field="kind"):
    """Whoever runs the command line: the operating system's account and machine."""

    account: Personal
    machine: Personal

    @property
    def person(self) -> str:
        """Whose key seals account and machine."""
        return f"operator:{self.account}@{self.machine}"

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return "cli"


class ImportRun(msgspec.Struct, frozen=True, tag="import_run", tag_field="kind"):
    """One run of `portal import`, with the source that its external ids belong to."""

    run_id: UUID
    source: str

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return "import"


class System(msgspec.Struct, frozen=True, tag="system", tag_field="kind"):
    """The portal itself: the part of it that acted, such as `worker`."""

    part: str

    @property
    def door(self) -> str:
        """The entrypoint it came through."""
        return self.part


Actor: TypeAlias = Staff | Customer | ApiKey | Operator | ImportRun | System
