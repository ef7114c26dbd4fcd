"""One container with what was found about it, and what is to become of it."""

from __future__ import annotations

from dataclasses import dataclass

from stigmer_doctor.collect.contract import assumed_contract
from stigmer_doctor.fix.context import FixContext
from stigmer_doctor.model.blueprint import Blueprint
from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import Compose, Container, Contract, Facts
from stigmer_doctor.model.findings import Diagnosis
from stigmer_doctor.model.fixes import FileChange, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`old` is the container as it is, `files` are the changes of the compose project that owns it."""

    facts: Facts
    container: Container
    diagnosis: Diagnosis
    changes: Changes
    old: Blueprint
    plan: Plan
    files: tuple[FileChange, ...] = ()

    @property
    def owner(self) -> Compose | None:
        return self.container.compose

    def contract(self, context: FixContext) -> Contract:
        """What the image's code reads, or is assumed to."""
        known = self.facts.contract
        return known if isinstance(known, Contract) else assumed_contract(context.ports.profile, "")
