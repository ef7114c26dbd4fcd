"""What the image reads, as far as anybody knows."""

from __future__ import annotations

import msgspec

from stigmer_doctor.model.facts import Contract, ContractSource, NotMeasured, Read


class Reads(msgspec.Struct, frozen=True):
    """Every place that reads a variable. They are `measured` where they come from the image's own code."""

    found: tuple[Read, ...]
    measured: bool

    def of(self, name: str) -> tuple[Read, ...]:
        """Every place that reads the variable."""
        return tuple(read for read in self.found if read.name == name)

    def may_read(self, name: str) -> bool:
        """Whether the image reads the variable: it may where its code was not read."""
        return not self.measured or bool(self.of(name))

    def default(self, name: str) -> str:
        """What is in force when it is unset; "" where there is nothing, or more than one thing."""
        defaults = {read.default for read in self.of(name) if read.default}
        return defaults.pop() if len(defaults) == 1 else ""


def reads(*, contract: Contract | NotMeasured) -> Reads:
    """Those of the contract; none where there is none."""
    if isinstance(contract, NotMeasured):
        return Reads((), measured=False)
    return Reads(contract.reads, measured=contract.source is ContractSource.IMAGE)
