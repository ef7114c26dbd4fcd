"""A cluster through kubectl: a program that answers as kubectl does stands in for it."""

from __future__ import annotations

import json
import os
import stat
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from stigmer_doctor.adapters.docker.limits import Deadlines
from stigmer_doctor.adapters.kubernetes import bundle, environment, inspection, usage
from stigmer_doctor.adapters.kubernetes.errors import TooMuch, translated
from stigmer_doctor.adapters.kubernetes.inspection import PodReading
from stigmer_doctor.adapters.kubernetes.kubectl import Kubectl, KubectlAnswer
from stigmer_doctor.adapters.kubernetes.named_cluster import NamedCluster
from stigmer_doctor.model.errors import EngineError, NotFound, Refused
from stigmer_doctor.model.facts import EngineFault, Place
from stigmer_doctor.model.pod import EnvironmentSource

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a POSIX script")
NAME = "agent-runner-6c947cf49c-fskk8"
FORBIDDEN = 'Error from server (Forbidden): {0} is forbidden: User "me" cannot list resource "{0}" in API group ""'


def pod(**status: Any) -> dict[str, Any]:
    """`kubectl get pod -o json` of a runner that runs."""
    container = {
        "name": "agent-runner",
        "ready": True,
        "restartCount": 0,
        "imageID": "sha256:1",
        "state": {"running": {"startedAt": "2026-01-22T03:00:01Z"}},
    } | status
    return {
        "kind": "Pod",
        "metadata": {
            "name": NAME,
            "namespace": "stigmer",
            "uid": "680fa890",
            "labels": {"app": "agent-runner", "pod-template-hash": "6c947cf49c"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": "agent-runner-6c947cf49c", "controller": True}],
        },
        "spec": {
            "restartPolicy": "Always",
            "containers": [
                {"name": "proxy", "image": "envoy:1"},
                {
                    "name": "agent-runner",
                    "image": "stigmer-agent-runner:local",
                    "env": [
                        {"name": "MODE", "value": "local"},
                        {"name": "AT", "value": "$(MODE):$(NOBODY):$$(MODE)"},
                        {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "key"}}},
                        {"name": "LOG_LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
                    ],
                    "envFrom": [{"configMapRef": {"name": "settings"}, "prefix": "S_"}],
                },
            ],
        },
        "status": {"phase": "Running", "podIP": "198.18.9.2", "containerStatuses": [container]},
    }


def items() -> list[dict[str, Any]]:
    """A namespace with the runner, its Deployment, a Service and a ConfigMap."""
    owner = [{"kind": "Deployment", "name": "agent-runner", "controller": True}]
    revision = {"deployment.kubernetes.io/revision": "3"}
    return [
        pod(),
        {
            "kind": "ReplicaSet",
            "metadata": {"name": "agent-runner-6c947cf49c", "ownerReferences": owner, "annotations": revision},
        },
        {"kind": "Deployment", "metadata": {"name": "agent-runner", "annotations": revision}, "spec": {"replicas": 1}},
        {
            "kind": "Service", "metadata": {"name": "temporal", "namespace": "stigmer"},
            "spec": {"selector": {"app": "temporal"}, "ports": [{"port": 7233, "targetPort": "grpc"}]},
        },
        {
            "kind": "EndpointSlice", "metadata": {"labels": {"kubernetes.io/service-name": "temporal"}},
            "endpoints": [{"addresses": ["198.18.9.3"], "conditions": {"ready": False}}], "ports": [{"port": 7233}],
        },
        {"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"level": "INFO"}},
        {
            "kind": "Event", "type": "Warning", "reason": "Unhealthy", "message": "probe failed", "count": 2,
            "involvedObject": {"kind": "Pod", "name": NAME}, "lastTimestamp": "2026-01-22T03:01:00Z",
        },
        {
            "kind": "NetworkPolicy", "metadata": {"name": "strict"},
            "spec": {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"ports": [{"port": 53}]}]},
        },
    ]  # fmt: skip


def answering(folder: Path, script: str) -> dict[str, str]:
    """An environment in which kubectl is this program; `words` are its arguments."""
    path = folder / "kubectl"
    body = textwrap.dedent(script)
    path.write_text(f"#!{sys.executable} -S\nimport json, sys, time\nwords = sys.argv[1:]\n{body}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return {"PATH": os.fspath(folder)}


def saying(folder: Path, answers: Mapping[str, str], said: str = "", code: int = 0) -> dict[str, str]:
    """kubectl prints what belongs to the first of the words that it was given; else it says something and fails."""
    script = f"""
    line = " ".join(words)
    for key, output in {dict(answers)!r}.items():
        if key in line:
            sys.stdout.write(output)
            sys.exit(0)
    sys.stderr.write({said!r})
    sys.exit({code or int(bool(said))})
    """
    return answering(folder, script)


class Spoken(Kubectl):
    """kubectl without a process: what it prints by words of its command, else what it says."""

    def __init__(self, answers: Mapping[str, str], said: str = "") -> None:
        super().__init__({}, Deadlines(10), namespace="stigmer")
        self._answers, self._said = answers, said

    def answer(self, *words: str, most: int = 0) -> KubectlAnswer:  # noqa: ARG002 - as the one that starts a process
        output = next((text for key, text in self._answers.items() if key in " ".join(words)), None)
        return KubectlAnswer(b"", self._said, 1) if output is None else KubectlAnswer(output.encode(), "", 0)


def kubectl(environ: Mapping[str, str], within: float = 10.0) -> Kubectl:
    return Kubectl(environ, Deadlines(within, within), context="lab", namespace="stigmer")


def named(environ: Mapping[str, str], **more: Any) -> NamedCluster:
    return NamedCluster("", "stigmer", environ, images=("stigmer-agent-runner",), names=("agent-runner",), **more)


def listed() -> str:
    return json.dumps({"items": items()})


# ---- kubectl as a process --------------------------------------------------------------------------------------------


def test_context_and_namespace_are_one_word_with_their_option() -> None:
    command = Kubectl({}, Deadlines(1), context="--x", namespace="stigmer").command("get", "pods")
    assert command == ["kubectl", "--context=--x", "--namespace=stigmer", "get", "pods"]


def test_it_is_waited_for_no_longer_than_it_may_take(tmp_path: Path) -> None:
    environ = answering(tmp_path, "time.sleep(60)")
    with pytest.raises(EngineError, match="did not answer") as failed:
        kubectl(environ, 0.2).ask("get")
    assert failed.value.fault is EngineFault.TIMED_OUT


def test_no_more_is_read_than_there_may_be(tmp_path: Path) -> None:
    environ = answering(tmp_path, "sys.stdout.write('x' * 3_000_000)")
    with pytest.raises(TooMuch):
        kubectl(environ).ask("get", most=1_000_000)


def test_without_kubectl_it_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="kubectl is not installed"):
        kubectl({"PATH": os.fspath(tmp_path)}).ask("get")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("error: You must be logged in to the server (Unauthorized)", EngineFault.PERMISSION_DENIED),
        ("error: getting credentials: exec: executable aws not found", EngineFault.PERMISSION_DENIED),
        ("The connection to the server localhost:8080 was refused", EngineFault.UNREACHABLE),
        ("Unable to connect to the server: dial tcp: lookup x: no such host", EngineFault.UNREACHABLE),
        ("Unable to connect to the server: net/http: TLS handshake timeout", EngineFault.TIMED_OUT),
        ("Unable to connect to the server: x509: certificate signed by unknown authority", EngineFault.TLS),
        ("error: cannot locate context nope", EngineFault.UNKNOWN_CONTEXT),
    ],
)
def test_what_it_says_becomes_a_fault(said: str, fault: EngineFault) -> None:
    error = translated(f"E0122 03:00:00.1 1 memcache.go:265] noise\n{said}\n", "lab")
    assert isinstance(error, EngineError)
    assert error.fault is fault
    assert "noise" not in str(error)


def test_a_refusal_and_what_is_missing_are_told_apart() -> None:
    assert isinstance(translated(FORBIDDEN.format("pods"), ""), Refused)
    assert isinstance(translated('Error from server (NotFound): pods "x" not found', ""), NotFound)
    assert str(translated("", "")) == "kubectl failed: it said nothing"


# ---- what is read of a namespace -------------------------------------------------------------------------------------


def test_a_namespace_is_read_at_once() -> None:
    found = bundle.read(Spoken({"get pods,services": listed()}))
    assert [bundle.named(one) for one in found.items("Pod")] == [NAME]
    assert len(found.items("Event")) == 1


def test_where_one_kind_is_forbidden_the_others_are_read() -> None:
    alone = json.dumps({"items": [pod()]})
    found = bundle.read(Spoken({"get pods --output": alone}, FORBIDDEN.format("events")))
    assert len(found.items("Pod")) == 1
    with pytest.raises(Refused, match="cannot list resource"):
        found.items("Event")


def test_what_fails_as_a_whole_is_not_asked_for_eight_times() -> None:
    with pytest.raises(EngineError, match="was refused"):
        bundle.read(Spoken({}, "The connection to the server x was refused"))


@pytest.mark.parametrize(
    "output", ["", "[]", "{", '{"items": 3}', '{"items": [1, {"kind": []}]}', "[" * 300 + "]" * 300]
)
def test_an_answer_that_makes_no_sense_costs_no_more_than_itself(output: str) -> None:
    found = bundle.read(Spoken({"get": output}))
    for kind in bundle.RESOURCES:
        try:
            assert found.items(kind) == []
        except Refused:
            continue


# ---- a pod -----------------------------------------------------------------------------------------------------------


def reading(raw: dict[str, Any]) -> PodReading:
    return PodReading(raw, ("stigmer-agent-runner",), ("agent-runner",))


CRASHED = {"exitCode": 1, "finishedAt": "2026-01-22T03:01:00Z", "startedAt": "2026-01-22T03:00:30Z"}


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ({}, "running"),
        ({"state": {"waiting": {"reason": "ErrImagePull"}}}, "created"),
        ({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": CRASHED}}, "restarting"),
        ({"state": {"terminated": CRASHED}}, "restarting"),
        ({"state": {"terminated": {**CRASHED, "reason": "OOMKilled"}}}, "restarting"),
        ({"state": None, "ready": "no"}, "created"),
    ],
)
def test_the_state_is_told_in_an_engines_words(status: dict[str, Any], word: str) -> None:
    state = inspection.state(reading(pod(**status)))
    assert state.status == word
    assert state.oom_killed == ("OOMKilled" in str(status))


def test_a_pod_that_is_not_started_again_has_ended() -> None:
    raw = pod(state={"terminated": CRASHED})
    raw["spec"]["restartPolicy"] = "Never"
    assert inspection.state(reading(raw)).status == "exited"
    raw["metadata"]["deletionTimestamp"] = "2026-01-22T03:02:00Z"
    assert inspection.state(reading(raw)).status == "removing"


def test_the_runners_container_is_found_among_others() -> None:
    found = inspection.container(reading(pod()), {"MODE": "local"}, "")
    assert (found.id, found.name, found.image) == ("680fa890", NAME, "stigmer-agent-runner:local")
    assert (found.hostname, found.network.mode, found.environment) == (NAME, "pod", {"MODE": "local"})


def test_limits_are_read_with_their_units() -> None:
    assert [inspection.quantity(text) for text in ("512Mi", "1G", "2e3", "", "many")] == [2**29, 10**9, 2000, 0, 0]


@pytest.mark.parametrize(
    "broken", [None, 3, [], {}, {"containers": "x"}, {"containers": [{"env": [3, {}], "envFrom": {}}]}]
)
def test_a_pod_that_makes_no_sense_is_read_all_the_same(broken: object) -> None:
    raw = {"metadata": broken, "spec": broken, "status": broken}
    read = reading(raw)
    assert inspection.container(read, {}, "").network.mode == "pod"
    assert inspection.pod(read, ("", "")).references == ()
    assert environment.specified(read, {}).opaque in ((), ("",))


def test_variables_are_those_of_the_specification_where_nobody_can_ask() -> None:
    given = environment.specified(reading(pod()), {"settings": {"level": "INFO"}})
    assert given.values == {"S_level": "INFO", "MODE": "local", "AT": "local:$(NOBODY):$(MODE)", "LOG_LEVEL": "INFO"}
    assert (given.opaque, given.complete) == (("KEY",), True)


def test_use_is_read_of_both_versions_of_control_groups() -> None:
    second = usage.usage(
        b"/sys/fs/cgroup/memory.current:300\n/sys/fs/cgroup/memory.max:max\n"
        b"/sys/fs/cgroup/memory.stat:inactive_file 100\n/sys/fs/cgroup/pids.current:7\n/sys/fs/cgroup/pids.max:50\n"
    )
    assert (second.memory, second.memory_limit, second.processes, second.processes_limit) == (200, 0, 7, 50)
    first = usage.usage(
        b"/sys/fs/cgroup/memory/memory.usage_in_bytes:300\n"
        b"/sys/fs/cgroup/memory/memory.limit_in_bytes:9223372036854771712\n"
    )
    assert (first.memory, first.memory_limit, first.processes) == (300, 0, 0)
    assert usage.usage(b"nonsense").memory is None


# ---- as an engine ----------------------------------------------------------------------------------------------------


def test_a_pod_is_told_as_a_container_with_what_surrounds_it(tmp_path: Path) -> None:
    environ = saying(
        tmp_path,
        {
            "config view": json.dumps({"contexts": [{"name": "lab", "context": {"namespace": "other"}}]}),
            "get pods,": listed(),
            "environ": "MODE=local\0HOSTNAME=x\0KEY=value\0",
        },
        "nothing else is asked for",
    )
    source = named(environ)
    search = source.search()
    assert (search.context, search.namespace, search.place) == ("lab", "stigmer", Place.POD)
    with source.open() as engine:
        container = engine.container(NAME)
        cluster = engine.cluster()
        assert cluster is not None
        assert container.environment == {"MODE": "local", "HOSTNAME": "x", "KEY": "value"}
        found = cluster.pod(NAME)
        assert (found.workload_kind, found.workload, found.environment) == (
            "Deployment", "agent-runner", EnvironmentSource.PROCESS,
        )  # fmt: skip
        assert cluster.workload("Deployment", "agent-runner", NAME).pod_revision == "3"
        assert cluster.pods_of("agent-runner") == (NAME,)
        (service,) = cluster.services().items
        assert (service.ready, service.unready, service.port(7233) is not None) == ((), ("198.18.9.3",), True)
        assert cluster.network_policies().items[0].egress is not None
        assert cluster.config_maps() == {"settings": {"level": "INFO"}}
        assert cluster.events(cluster.makers(NAME)).items[0].count == 2
    with pytest.raises(Refused):
        engine.manager()


def test_where_nothing_may_be_run_the_specification_tells(tmp_path: Path) -> None:
    environ = saying(tmp_path, {"get pods,": listed()}, FORBIDDEN.format("pods/exec"), 1)
    engine = named(environ).open()
    assert engine.container(NAME).environment["LOG_LEVEL"] == "INFO"
    cluster = engine.cluster()
    assert cluster is not None
    assert cluster.pod(NAME).opaque == ("KEY",)
    assert "pods/exec" in cluster.pod(NAME).environment_detail


def test_a_deployment_that_is_not_there_is_looked_for(tmp_path: Path) -> None:
    cluster = named(saying(tmp_path, {"get pods,": listed()}, "no", 1)).open().cluster()
    assert cluster is not None
    with pytest.raises(NotFound, match="did you mean agent-runner"):
        cluster.pods_of("agent-runer")


def test_an_unknown_context_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    environ = saying(tmp_path, {"get-contexts": "staging\n"}, "error: cannot locate context stagin", 1)
    source = NamedCluster("stagin", "", environ, images=(), names=())
    assert source.search().place is Place.POD
    with pytest.raises(EngineError, match="did you mean staging"):
        source.open()


def test_secrets_are_never_asked_for() -> None:
    assert not any("secret" in name for name in bundle.RESOURCES.values())
