"""`stigmer-doctor topology`: the measured table of ways from a container to this machine, and what to use."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.cli import composition, output
from stigmer_doctor.cli.anonymize import anonymized
from stigmer_doctor.cli.collect_options import in_cluster
from stigmer_doctor.cli.environment import variable
from stigmer_doctor.cli.progress import progress
from stigmer_doctor.model.errors import UsageError
from stigmer_doctor.model.exit_codes import ExitCode


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when a configuration is recommended, 1 when none works as things are."""
    from stigmer_doctor import app
    from stigmer_doctor.render.topology import TopologyDocument

    if in_cluster(options):
        raise UsageError(
            "topology measures the ways from containers to this machine, and none leads here from a pod: check --pod "
            "says what it reaches"
        )
    if options.passive:
        raise UsageError(
            "topology measures with listeners and throwaway containers, and --passive runs and dials nothing: leave it "
            f"out, and {variable('--passive')} unset"
        )
    output.check_writable(options.output)
    with composition.collecting(options, environ, progress=progress()) as (wanted, ports):
        survey = anonymized(app.survey(wanted, ports, options.image or ""), options, environ)
    advice = app.recommend(survey, ports.profile)
    output.publish("topology", TopologyDocument(survey=survey, recommendation=advice), options, environ)
    return ExitCode.OK if advice.network else ExitCode.FINDINGS
