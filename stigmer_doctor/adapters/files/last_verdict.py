"""The last verdict of a machine of a fleet, in a file of its own: where Temporal has failed, it is still there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from stigmer_doctor.adapters.files.private import open_folder
from stigmer_doctor.adapters.files.state import file_name, state_folder
from stigmer_doctor.model.verdict import Verdict

_FOLDER = "fleet"


def file_of(machine: str, environ: Mapping[str, str]) -> Path:
    """Where it is kept. Raises DoctorError where there is no home folder."""
    return state_folder(environ) / _FOLDER / f"{file_name(machine)}.json"


def save(machine: str, verdict: Verdict, environ: Mapping[str, str]) -> None:
    """Keep it in the place of the one before. Raises OSError, and DoctorError as above."""
    path = file_of(machine, environ)
    with open_folder(path.parents[1], make=True), open_folder(path.parent, make=True) as folder:
        folder.write(path.name, msgspec.json.format(msgspec.json.encode(verdict), indent=1) + b"\n")
