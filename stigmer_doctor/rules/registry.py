"""Every rule, listed by hand: a rule that is not here does not exist."""

from __future__ import annotations

from stigmer_doctor.model.rules import Rule

RULES: tuple[Rule, ...] = ()
