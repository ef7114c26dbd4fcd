"""`stigmer-doctor topology`: the measured table of ways from a container to this machine, and what to use."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping

from stigmer_doctor.cli import output
from stigmer_doctor.cli.live import survey


def run(options: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """0 when a configuration is recommended, 1 when none works as things are."""
    from stigmer_doctor import app, profile
    from stigmer_doctor.render import topology

    output.check_writable(options.output)
    seen = survey(options, environ)
    advice = app.recommend(seen, profile.load())
    match options.format:
        case "json":
            document = topology.json(seen, advice)
        case "markdown":
            document = topology.markdown(seen, advice)
        case _:
            unicode = output.unicode_output(options.output)
            if options.output is None and not unicode and hasattr(sys.stdout, "reconfigure"):
                sys.stdout.reconfigure(errors="replace")
            color = output.color(options.no_color, options.output, environ)
            document = topology.text(seen, advice, width=output.width(), color=color, unicode=unicode)
    output.write(document, options.output)
    return 0 if advice.network else 1
