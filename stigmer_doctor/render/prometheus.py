"""The verdict for Prometheus: a file for the textfile collector of its node exporter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from stigmer_doctor import __version__
from stigmer_doctor.analysis.verdicts import verdict
from stigmer_doctor.model.findings import ServiceStatus, Status
from stigmer_doctor.render.clean import one_line
from stigmer_doctor.render.renderer import Display, Report

_PREFIX = "stigmer_doctor"
_HELP = {
    "status": "How the last check ended: 1 for one of the statuses, 0 for the others.",
    "root_cause": "1 for every root cause that the last check found.",
    "service_up": "Whether the runner's service answered from the container.",
    "info": "The last check: its container, its fingerprint and the versions.",
    "checked_timestamp_seconds": "When the facts of the last check were collected.",
}


def render(report: Report, _: Display) -> str:
    """Gauges, each with its help. `time() - stigmer_doctor_checked_timestamp_seconds` tells a check that stopped."""
    diagnosis, facts = report
    row = verdict(diagnosis, facts, __version__)
    # A runner that works and one that would are not the same series.
    of = {"container": row.container, **({"pre": "1"} if diagnosis.pre else {})}
    names = {finding.code: finding.name for finding in diagnosis.findings}
    samples: dict[str, list[tuple[Mapping[str, str], float]]] = {
        "status": [({**of, "status": status.value}, status.value == row.status) for status in Status],
        "root_cause": [({**of, "code": code, "name": names[code]}, 1) for code in row.causes],
        "service_up": [
            ({**of, "service": service.name}, service.status is ServiceStatus.ANSWERS) for service in diagnosis.services
        ],
        "info": [
            (
                {
                    **of,
                    "fingerprint": row.fingerprint,
                    "host": row.host,
                    "product": row.product,
                    "version": row.version,
                },
                1,
            )
        ],
        "checked_timestamp_seconds": [(of, seconds)] if (seconds := _seconds(row.checked_at)) is not None else [],
    }
    return "".join(_family(name, found) for name, found in samples.items() if found)


def _family(name: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> str:
    whole = f"{_PREFIX}_{name}"
    lines = [f"# HELP {whole} {_HELP[name]}", f"# TYPE {whole} gauge"]
    lines += (f"{whole}{{{_labels(labels)}}} {value:.16g}" for labels, value in samples)
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return one_line(value).replace("\\", "\\\\").replace('"', '\\"')


def _seconds(at: str) -> float | None:
    """None for a time that is none: a snapshot may say anything."""
    try:
        return dt.datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
