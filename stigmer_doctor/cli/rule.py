"""`stigmer-doctor rule CODE | --all`: the page of a rule."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.analysis.alike import did_you_mean
from stigmer_doctor.cli import output
from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.model.exit_codes import ExitCode
from stigmer_doctor.model.rules import Rule
from stigmer_doctor.rules.registry import RULES


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0; raises UsageError for an unknown code, with the nearest ones."""
    from stigmer_doctor.rules.pages import page

    output.publish("rules", [(rule, page(rule)) for rule in _choose(options)], options, environ, paged=options.all)
    return ExitCode.OK


def _choose(options: argparse.Namespace) -> tuple[Rule, ...]:
    if options.all:
        return RULES
    if not options.code:
        raise UsageError("name a rule, such as SD201, or use --all")
    wanted = options.code.upper()
    found = tuple(rule for rule in RULES if wanted in (rule.code, rule.name.upper()))
    if not found:
        names = [name for rule in RULES for name in (rule.code, rule.name)]
        hint = did_you_mean(wanted, names, "stigmer-doctor rule --all lists them")
        raise UsageError(f"there is no rule {options.code}: {hint}")
    return found
