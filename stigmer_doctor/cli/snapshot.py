"""`stigmer-doctor snapshot FILE`: collect and save the redacted facts."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor import snapshot
from stigmer_doctor.cli import output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.model.exit_codes import ExitCode
from stigmer_doctor.model.facts import Container


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when the container was looked at; 3 when there was none, with all that is known in the file."""
    from stigmer_doctor.cli import composition

    output.check_writable(options.file)
    with composition.collecting(options, environ, progress=progress()) as (wanted, ports):
        from stigmer_doctor import app  # not before the clients load in their process

        facts = anonymized(app.gather(wanted, ports), options, environ)
    output.write(snapshot.dump(facts), options.file)
    hidden = sum(redaction.count for redaction in facts.redactions)
    found = isinstance(facts.container, Container)
    note = "" if found else f" (no runner in it: {facts.search.detail or getattr(facts.lookup, 'match', 'not found')})"
    output.say(f"wrote {options.file}: {hidden} values hidden{note}")
    return ExitCode.OK if found else ExitCode.NO_DIAGNOSIS
