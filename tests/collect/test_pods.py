"""What surrounds a pod, to facts: variables of service links, ConfigMaps, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from msgspec.structs import replace

from stigmer_doctor import profile
from stigmer_doctor.collect import pods
from stigmer_doctor.collect.fields import OF_A_POD
from stigmer_doctor.collect.options import Run
from stigmer_doctor.collect.replicas import collect_replicas
from stigmer_doctor.collect.run import collect
from stigmer_doctor.model import facts as f
from stigmer_doctor.model.errors import NotFound, Refused
from stigmer_doctor.model.inspected import InspectedContainer
from stigmer_doctor.model.pod import ClusterService, Reference, Replica
from tests.fakes import RUNNER_ID, FakeEngine, FakeProbe, FakeSource, collect_options, inspected, ports
from tests.rules.pods.pod import NAMESPACE, in_pod, pod, service

NAME = "stigmer-agent-runner"
LINKS = {
    "TEMPORAL_SERVICE_HOST": "198.18.9.7",
    "TEMPORAL_SERVICE_PORT": "7233",
    "TEMPORAL_SERVICE_PORT_GRPC": "7233",
    "TEMPORAL_PORT": "tcp://198.18.9.7:7233",
    "TEMPORAL_PORT_7233_TCP_ADDR": "198.18.9.7",
}


@dataclass
class FakeCluster:
    """The namespace of a healthy pod. `refused` are questions that this user may not ask."""

    found: f.Pod = field(default_factory=lambda: replace(pod(), name=NAME))
    data: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    names: tuple[str, ...] = (NAME,)
    elsewhere: tuple[ClusterService, ...] = ()

    def _asked(self, question: str) -> None:
        if question in self.refused:
            raise Refused(f"{question} is forbidden")

    def pod(self, name: str) -> f.Pod:
        self._asked("pods")
        return replace(self.found, name=name)

    def makers(self, pod: str) -> tuple[tuple[str, str], ...]:
        return (("Pod", pod),)

    def events(self, about: Sequence[tuple[str, str]]) -> f.PodEvents:  # noqa: ARG002 - the port's signature
        self._asked("events")
        return f.PodEvents()

    def workload(self, kind: str, name: str, pod: str) -> f.PodWorkload:  # noqa: ARG002 - the port's signature
        self._asked("deployments")
        return f.PodWorkload(type=kind, name=name)

    def replica_sets(self, deployment: str) -> tuple[str, ...]:
        return (f"{deployment}-1",)

    def pods_of(self, deployment: str) -> tuple[str, ...]:
        if deployment != "agent-runner":
            raise NotFound(f"there is no Deployment {deployment}")
        return self.names

    def siblings(self, pod: f.Pod) -> tuple[Replica, ...]:
        others = (name for name in self.names if name != pod.name)
        return tuple(Replica(name=name, image="x", image_id="", state=f.State(status="running")) for name in others)

    def services(self) -> f.ClusterServices:
        self._asked("services")
        return f.ClusterServices(items=(service("backend"),))

    def services_elsewhere(self, names: Sequence[str]) -> tuple[ClusterService, ...]:
        self._asked("services of all namespaces")
        return tuple(one for one in self.elsewhere if one.name in names)

    def network_policies(self) -> f.NetworkPolicies:
        self._asked("networkpolicies")
        return f.NetworkPolicies()

    def config_maps(self) -> Mapping[str, Mapping[str, str]]:
        self._asked("configmaps")
        return self.data


@dataclass
class FakePods(FakeEngine):
    """An engine whose containers are pods."""

    around: FakeCluster = field(default_factory=FakeCluster)

    def cluster(self) -> FakeCluster:
        return self.around


@dataclass
class FakePodSource(FakeSource):
    def search(self) -> f.EngineSearch:
        return f.EngineSearch(endpoint="https://x", source="--kube-context", local=False, namespace=NAMESPACE)


def looked_at(engine: FakeEngine, **options: Any) -> f.Facts:
    return collect(collect_options(**options), ports(FakePodSource(engine)))


def test_a_pod_is_collected_with_what_surrounds_it() -> None:
    facts = looked_at(FakePods())
    assert facts.place is f.Place.POD
    assert [name for name in OF_A_POD if isinstance(getattr(facts, name), f.NotMeasured)] == []
    assert isinstance(facts.user_reach, f.NotMeasured)
    assert "in a cluster" in facts.user_reach.reason


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("events", "pod_events"),
        ("services", "cluster_services"),
        ("networkpolicies", "network_policies"),
        ("configmaps", "config_maps"),
        ("deployments", "workload"),
    ],
)
def test_what_may_not_be_asked_costs_its_own_fact(question: str, fact: str) -> None:
    facts = looked_at(FakePods(around=FakeCluster(refused=(question,))))
    missing = {name: getattr(facts, name) for name in OF_A_POD if isinstance(getattr(facts, name), f.NotMeasured)}
    assert {name: value.reason for name, value in missing.items()} == {fact: f"{question} is forbidden"}


def test_a_pod_that_runs_is_entered_even_a_moment_after_a_restart() -> None:
    raw = inspected() | {"RestartCount": 3, "State": {"Status": "running", "StartedAt": "2026-01-22T03:27:20Z"}}
    engine = FakePods(inspect={RUNNER_ID: raw})
    looked_at(engine)
    assert engine.executed == ["exec"]


def test_variables_of_service_links_are_left_out_unless_the_runner_reads_them() -> None:
    values = {**LINKS, "REDIS_SERVICE_HOST": "198.18.9.9", "REDIS_SERVICE_PORT": "6379"}
    values |= {
        "REDIS_PORT": "tcp://198.18.9.9:6379",
        "TEMPORAL_SERVICE_ADDRESS": "temporal:7233",
        "MY_SERVICE_HOST": "x",
    }
    left = pods.without_service_links(InspectedContainer(id="1", environment=values), profile.load()).environment
    assert set(left) == {"REDIS_PORT", "TEMPORAL_SERVICE_ADDRESS", "MY_SERVICE_HOST"}


def test_the_name_of_the_pod_is_not_learnt_as_a_secret() -> None:
    facts = looked_at(FakePods(inspect={RUNNER_ID: inspected(HOSTNAME=NAME)}))
    assert isinstance(facts.container, f.Container)
    assert facts.container.name == NAME


def test_what_config_maps_give_is_told_with_secrets_hidden() -> None:
    references = (
        Reference(kind="ConfigMap", name="settings", key="level", variable="LOG_LEVEL"),
        Reference(kind="ConfigMap", name="more", prefix="P_"),
        Reference(kind="ConfigMap", name="files", volume=True),
    )
    data = {"settings": {"level": "DEBUG"}, "more": {"TOKEN": "correct-horse-battery"}, "files": {"a": "b"}}
    around = FakeCluster(found=replace(pod(), references=references), data=data)
    maps = looked_at(FakePods(around=around)).config_maps
    assert isinstance(maps, f.ConfigMaps)
    assert [(one.variable.name, one.variable.value) for one in maps.variables if not one.variable.hidden] == [
        ("LOG_LEVEL", "DEBUG")
    ]
    assert "correct-horse" not in str(maps)


def test_an_address_that_a_secret_gives_is_not_guessed() -> None:
    found = replace(pod(), opaque=("STIGMER_BACKEND_ENDPOINT",), environment_detail="its process does not run")
    facts = looked_at(FakePods(around=FakeCluster(found=found)))
    assert isinstance(facts.configuration, f.NotMeasured)
    assert "STIGMER_BACKEND_ENDPOINT is given by a Secret" in facts.configuration.reason


def test_other_namespaces_are_asked_only_for_what_is_missing() -> None:
    around = FakeCluster(elsewhere=(service("temporal", namespace="other"),))
    with ThreadPoolExecutor(1) as pool:
        run = Run(collect_options(), ports(FakePodSource(FakePods(around=around))), pool, f.Place.POD)
        known = in_pod()
        facts = {"pod": known.pod, "configuration": known.configuration, "cluster_services": around.services()}
        found = pods.afterwards(around, facts, run)["cluster_services"]
    assert [one.namespace for one in found.elsewhere] == ["other"]


# ---- a Deployment ----------------------------------------------------------------------------------------------------


def of_deployment(around: FakeCluster, name: str = "agent-runner") -> tuple[f.Facts, ...]:
    second = inspected(LOG_LEVEL="DEBUG") | {"Id": "b" * 64, "Name": "/second"}
    engine = FakePods(inspect={RUNNER_ID: inspected(), "b" * 64: second}, around=around)
    asked = collect_options(container=name, deployment=True)
    return collect_replicas(asked, ports(FakePodSource(engine), probe=FakeProbe()))


def test_every_replica_is_looked_into_and_knows_the_others() -> None:
    first, second = of_deployment(FakeCluster(names=(NAME, "second")))
    assert isinstance(first.replicas, f.Replicas)
    assert isinstance(second.replicas, f.Replicas)
    (other,) = (one for facts in (first, second) for one in facts.replicas.items if one.name == "second")  # type: ignore[union-attr] # both were looked at
    assert f.Variable(name="LOG_LEVEL", value="DEBUG") in (other.environment or ())
    assert first.replicas.deployment == "agent-runner"


def test_a_deployment_without_pods_tells_what_makes_them() -> None:
    (facts,) = of_deployment(FakeCluster(names=()))
    assert isinstance(facts.container, f.NotMeasured)
    assert isinstance(facts.workload, f.PodWorkload)
    assert isinstance(facts.lookup, f.Lookup)
    assert facts.place is f.Place.POD


def test_a_deployment_that_is_not_there_is_missing() -> None:
    (facts,) = of_deployment(FakeCluster(), "agent-runer")
    assert isinstance(facts.lookup, f.Lookup)
    assert (facts.lookup.match, facts.lookup.detail) == (f.Match.MISSING, "there is no Deployment agent-runer")
