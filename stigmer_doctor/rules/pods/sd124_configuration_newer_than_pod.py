"""SD124: the configuration was changed after the pod's process had started, which still has the old one."""

from __future__ import annotations

from stigmer_doctor.analysis import parts
from stigmer_doctor.model.facts import ConfigMaps, Configuration, Container, NotMeasured, Pod, PodWorkload
from stigmer_doctor.model.findings import Evidence, Finding, Remediation, Severity, Skip
from stigmer_doctor.model.pod import ConfiguredVariable, EnvironmentSource
from stigmer_doctor.model.rules import Judgement, Rule
from stigmer_doctor.rules import linking
from stigmer_doctor.rules.advice import restart_command
from stigmer_doctor.rules.commands import kubectl


def check(
    container: Container,
    pod: Pod,
    *,
    config_maps: ConfigMaps | NotMeasured,
    workload: PodWorkload | NotMeasured,
    configuration: Configuration | NotMeasured,
) -> Judgement:
    if isinstance(workload, PodWorkload) and workload.pod_revision not in ("", workload.revision):
        yield _old_revision(pod, workload)
    elif isinstance(workload, NotMeasured) and pod.workload_kind == "Deployment":
        yield Skip(reason=workload.reason)
    if not any(reference.kind == "ConfigMap" for reference in pod.references):
        return
    if isinstance(config_maps, NotMeasured):
        yield Skip(reason=config_maps.reason)
    elif pod.environment is not EnvironmentSource.PROCESS:
        yield Skip(reason=f"the process was not asked for its variables: {pod.environment_detail}")
    else:
        for given in config_maps.variables:
            held = container.variable(given.variable.name)
            if held is None or held.value != given.variable.value:
                yield _changed(given, "" if held is None else held.value, container, pod, configuration)


def _changed(
    given: ConfiguredVariable, held: str, container: Container, pod: Pod, configuration: Configuration | NotMeasured
) -> Finding:
    name, source = given.variable.name, f"ConfigMap {given.config_map}, key {given.key}"
    endpoints = () if isinstance(configuration, NotMeasured) else configuration.endpoints
    about = next((endpoint.name for endpoint in endpoints if endpoint.variable == name), parts.SETTINGS)
    return Finding(
        subject=name,
        message=f"{name} was changed in the ConfigMap {given.config_map}, and the pod still runs with the old value",
        measured=f"{name}={held or 'unset'} in the process; {given.variable.value} in the ConfigMap",
        expected=f"{name}={given.variable.value}",
        remediation=Remediation(
            text="A process gets its variables at its start: make the pods again.",
            commands=(restart_command(container, pod),),
        ),
        evidence=(Evidence(source="engine", locator=source, value=given.variable.value),),
        endpoints=(about,),
    )


def _old_revision(pod: Pod, workload: PodWorkload) -> Finding:
    stuck = next((line for line in workload.conditions if line.type == "Progressing" and line.status == "False"), None)
    why = "; it is paused" if workload.paused else f"; it is stuck: {stuck.message}" if stuck else ""
    return Finding(
        subject=workload.name,
        message=f"the {workload.type} {workload.name} was changed, and this pod is of an older revision{why}",
        measured=f"revision {workload.pod_revision} of {workload.revision}; {workload.updated} of {workload.desired} "
        "pods are of the newest",
        expected="a pod of the newest revision",
        remediation=Remediation(
            text="Let the roll-out go on." if workload.paused else "Look why the roll-out does not go on.",
            commands=(
                kubectl("rollout", "resume" if workload.paused else "status", operands=(workload.called,)),
                kubectl("get", "pods", *_selector(pod)),
            ),
        ),
        evidence=(Evidence(source="engine", locator=workload.called, value=f"revision {workload.revision}"),),
        endpoints=(parts.SETTINGS,),
    )


def _selector(pod: Pod) -> tuple[str, ...]:
    """The labels that the pods of a workload share, but for the one of its revision."""
    shared = [f"{name}={value}" for name, value in sorted(pod.labels.items()) if name != "pod-template-hash"]
    return (f"--selector={','.join(shared)}",) if shared else ()


RULE = Rule(
    code="SD124",
    severity=Severity.WARNING,
    check=check,
    causes=("SD204", "SD3", *linking.CONNECTION, *linking.LOGGED, *linking.START_UP),
)
