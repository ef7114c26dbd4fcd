"""`stigmer-doctor topology`: the measured table of ways from a container to this machine, and what to use."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from stigmer_doctor.cli import output
from stigmer_doctor.cli.live import survey


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when a configuration is recommended, 1 when none works as things are."""
    from stigmer_doctor import app, profile
    from stigmer_doctor.render.topology import Document

    output.check_writable(options.output)
    seen = survey(options, environ)
    advice = app.recommend(seen, profile.load())
    output.publish("topology", Document(survey=seen, recommendation=advice), options, environ)
    return 0 if advice.network else 1
