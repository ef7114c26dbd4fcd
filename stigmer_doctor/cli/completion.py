"""`stigmer-doctor completion SHELL`: what a shell needs to complete our command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib.resources import files

from stigmer_doctor.cli import output
from stigmer_doctor.model.exit_codes import ExitCode


def run(options: argparse.Namespace, _: Mapping[str, str]) -> int:
    """0; the file was generated from the options when the doctor was built."""
    output.write((files("stigmer_doctor") / "share" / f"completion.{options.shell}").read_bytes(), None)
    return ExitCode.OK
