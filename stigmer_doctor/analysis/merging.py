"""The changes that all causes ask for, merged into one set."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from stigmer_doctor.model.changes import Changes, MapHost, RemoveVariable, SetVariable, UseNetwork
from stigmer_doctor.model.findings import Finding


def merge(findings: Iterable[Finding], decisive: Collection[str]) -> Changes:
    """Where two causes want different things of the same setting, the first in order of code wins, and the `decisive`
    codes before all others (`rules.codes.knowing_the_value`); setting a variable wins over removing it."""
    merged, renamed = Changes(), set[str]()
    for finding in sorted(findings, key=lambda other: (other.code not in decisive, other.code, other.subject)):
        for change in finding.remediation.changes:
            match change:
                case SetVariable(name=name, value=value):
                    if merged.variables.get(name) is None:
                        merged.variables[name] = value
                case RemoveVariable(name=name):
                    merged.variables.setdefault(name, None)
                case UseNetwork(mode=mode, as_localhost=names):
                    merged.network = merged.network or mode
                    if merged.network == mode:
                        renamed.update(names)
                case MapHost(name=name, target=target):
                    merged.hosts.setdefault(name, target)
    merged.variables = {
        variable: None if wanted is None else _as_localhost(wanted, renamed)
        for variable, wanted in merged.variables.items()
    }
    return merged


def _as_localhost(value: str, names: Iterable[str]) -> str:
    """An address whose host is one of the names, with localhost in its place: the cause that knows the address does not
    know of the network that another one chooses."""
    for name in names:
        value = re.sub(rf"^(\w+://)?{re.escape(name)}(?=[:/]|$)", r"\1localhost", value)
    return value
