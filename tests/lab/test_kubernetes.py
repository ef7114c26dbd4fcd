"""The parts of the cluster that can be looked at without one. `python -m tests.lab kubernetes cases` runs the cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stigmer_doctor.cli.main import main
from tests.lab import image
from tests.lab.kubernetes import install
from tests.lab.kubernetes.cases import CASES
from tests.lab.kubernetes.cases.case import NEW
from tests.lab.kubernetes.cases.environment import BASE, OVERLAY
from tests.lab.kubernetes.cases.policies import policy
from tests.lab.kubernetes.policies import rules
from tests.rules.sources import planton


def pod(name: str, address: str, namespace: str = "lab") -> dict[str, Any]:
    labels = {"app": name}
    return {"metadata": {"name": name, "namespace": namespace, "labels": labels}, "status": {"podIP": address}}


PODS = [pod("agent-runner", "198.18.16.2"), pod("temporal", "198.18.16.3"), pod("temporal", "198.18.16.4", "other")]


def written(*policies: dict[str, Any]) -> list[str]:
    placed = [{**item, "metadata": {**item["metadata"], "namespace": "lab"}} for item in policies]
    return list(rules(placed, PODS, []))


def test_a_policy_lets_its_peers_of_the_same_namespace_through_and_drops_the_rest() -> None:
    peer = {"to": [{"podSelector": {"matchLabels": {"app": "temporal"}}}], "ports": [{"protocol": "TCP", "port": 7233}]}
    assert written(policy("p", "agent-runner", egress=[peer])) == [
        "-A LAB-EGRESS --source 198.18.16.2 --destination 198.18.16.3 --protocol tcp --dport 7233 --jump RETURN",
        "-A LAB-EGRESS --source 198.18.16.2 --jump DROP",
    ]


def test_what_enters_is_judged_by_whom_it_comes_from() -> None:
    source = {"from": [{"podSelector": {"matchLabels": {"app": "agent-runner"}}}]}
    assert written(policy("p", "temporal", ingress=[source])) == [
        "-A LAB-INGRESS --destination 198.18.16.3 --source 198.18.16.2 --jump RETURN",
        "-A LAB-INGRESS --destination 198.18.16.3 --jump DROP",
    ]


def test_a_policy_that_selects_no_pod_drops_nothing() -> None:
    assert written(policy("p", "nobody", egress=[])) == []


def test_a_selector_that_the_stand_in_does_not_know_is_an_error() -> None:
    unknown = policy("p", "agent-runner", egress=[])
    unknown["spec"]["podSelector"] = {"matchExpressions": []}
    with pytest.raises(KeyError, match="matchExpressions"):
        written(unknown)


def test_the_binary_is_another_one_when_what_it_is_built_from_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_MODULE", tmp_path)
    names = set()
    for text in ("package main", "package main // changed"):
        (tmp_path / "main.go").write_text(text)
        names.add(install.kube_binary().name)
    assert len(names) == 2


@pytest.mark.parametrize("code", NEW)
def test_every_rule_of_clusters_has_a_case_in_which_it_fires(code: str) -> None:
    assert [case.name for case in CASES.values() if code in case.causes]


def test_the_public_base_is_judged_from_the_manifest_alone(tmp_path: Path) -> None:
    """Both faults that a pod of it shows (the case kustomize-base), at their places in the base, where nothing runs."""
    code = (image.RUNNER / "worker" / "config.py").read_text(encoding="utf-8")
    files = {
        "runner/worker/config.py": code.replace("STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL").encode(),
        "kustomize/base/kustomization.yaml": b"resources: [service.yaml]\n",
        "kustomize/base/service.yaml": manifest(BASE),
        "kustomize/overlay/kustomization.yaml": b"resources: [../base]\npatches:\n  - path: service.yaml\n",
        "kustomize/overlay/service.yaml": manifest(OVERLAY),
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    report = tmp_path / "report.json"
    main(["check", "--source", str(tmp_path), "--select", "SD85", "--format", "json", "--output", str(report)])
    lines = files["kustomize/base/service.yaml"].decode().splitlines()
    found = json.loads(report.read_text())["findings"]
    places = {finding["code"]: lines[int(finding["subject"].split(":")[1]) - 1].split(":")[0] for finding in found}
    assert {code: name.strip() for code, name in places.items()} == {
        "SD851": "STIGMER_LLM_BASE_URL", "SD853": "STIGMER_BACKEND_ENDPOINT",
    }  # fmt: skip
    assert not any(finding["caused_by"] for finding in found)


def manifest(environment: dict[str, str]) -> bytes:
    return planton("\n".join(f"{name}: {{value: '{value}'}}" for name, value in environment.items()))
