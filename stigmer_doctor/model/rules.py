"""What a rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import msgspec

from stigmer_doctor.model.findings import Finding, Severity, Skip

Judgement = Iterator[Finding | Skip]


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A pure function of facts, and what is said about it.

    `check` names the facts it reads as its parameters (fields of `Facts`, `profile`, and derived facts). A positional
    parameter is needed: when that fact was not measured, the rule is skipped with the fact's own reason. A keyword-only
    parameter may arrive as `NotMeasured`. `causes` are the codes (or prefixes) that a finding of this rule can explain,
    where they concern the same endpoint.
    """

    code: str
    severity: Severity
    check: Callable[..., Judgement]
    causes: tuple[str, ...] = ()
    causes_ahead: tuple[str, ...] = ()
    """What it explains besides where the container is only planned: it would be made of what the finding is about."""
    blocks_diagnosis: bool = False
    """Findings of this rule mean that the runner could not be looked at: exit code 3."""
    essential: bool = False
    """Where this rule could not check, nothing is said to work: no pass, exit code 3. It looks at the work itself."""
    stops_start: bool = False
    """What findings of this rule say is missing keeps the runner from starting, whatever else is right."""
    last: bool = False
    """It is asked when all others were, and may ask for `root_causes`: the codes that nothing else explains."""
    not_in_pods: str = ""
    """Why this rule says nothing of a runner in a pod; "" where it does."""
    knows_the_value: bool = False
    """This rule knows which value the user meant; others only know how to get to the address that is in force."""

    @property
    def name(self) -> str:
        """From the file's stem: `sd204_loopback_address_in_container` is loopback-address-in-container."""
        return _name(self.check.__module__)


@cache
def _name(module: str) -> str:
    return module.rpartition(".")[2].partition("_")[2].replace("_", "-")
