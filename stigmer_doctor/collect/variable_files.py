"""What a file of variables in the container sets, laid under the environment: in force where that sets nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from stigmer_doctor.model.facts import Contract, Read
from stigmer_doctor.model.ports import Json, Redactor


def laid_under(contract: Contract, rows: Iterable[Json], redactor: Redactor) -> Contract:
    """The contract with the file's values as defaults. `rows` are as `probe.variable_files` gives them; their values
    are hidden as those of the environment are."""
    found = {str(row["name"]): row for row in rows}
    if not found:
        return contract
    shown = redactor.environment({name: str(row["value"]) for name, row in found.items()}, "variable file")
    defaults = {name: (shown[name][0], str(row["locator"])) for name, row in found.items()}
    return replace(contract, reads=tuple(_under(read, defaults) for read in contract.reads))


def _under(read: Read, defaults: Mapping[str, tuple[str, str]]) -> Read:
    if read.name not in defaults:
        return read
    value, locator = defaults[read.name]
    return replace(read, default=value, others=(), known=True, required=False, fallback="", locator=locator)
