"""What must become different about a runner in a cluster: said of what makes its pods, and done by a person there."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer_doctor.model.changes import Changes
from stigmer_doctor.model.facts import NotMeasured, Pod
from stigmer_doctor.render.step import ReportStep
from stigmer_doctor.rules.commands import command

_CHANGEABLE = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
_MANIFEST = (
    "What is applied next from the manifest undoes this: change it there as well. With --source the report shows the "
    "place in the manifest."
)


def steps(pod: Pod | NotMeasured, wanted: Changes, options: Sequence[str]) -> tuple[ReportStep, ...]:
    """Other variables for what makes the pods, as one command; the lines of a manifest where nothing makes them."""
    if not wanted.variables or isinstance(pod, NotMeasured):
        return ()
    if pod.workload_kind not in _CHANGEABLE:
        title = f"Change the manifest of the pod {pod.name}, and make it again:"
        return (ReportStep(title=title, lines=_lines(wanted)),)
    made = f"{pod.workload_kind.lower()}/{pod.workload}"
    settings = [f"{name}-" if value is None else f"{name}={value}" for name, value in wanted.variables.items()]
    printed = command("kubectl", *options, "set", "env", f"--containers={pod.container}", operands=(made, *settings))
    title = f"Change the {pod.workload_kind} {pod.workload}; it replaces its pods:"
    return (ReportStep(title=title, commands=(printed,), notes=(_MANIFEST,)),)


def _lines(wanted: Changes) -> tuple[str, ...]:
    return tuple(f"- {name}" if value is None else f"+ {name}: {value}" for name, value in wanted.variables.items())
