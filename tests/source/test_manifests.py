"""Manifests: what a kustomization builds is judged, at the place where it is written."""

from __future__ import annotations

import pytest

from tests.rules.sources import CODE, planton
from tests.source.judged import edits, found, repaired

BASE = planton(
    "TEMPORAL_SERVICE_ADDRESS: {value: temporal:7233}\nSTIGMER_BACKEND_ENDPOINT: {value: 'localhost:8080'}\n"
    "STIGMER_LLM_BASE_URL: {value: $variables-group/llm/url}"
)
RIGHT = planton(
    "STIGMER_BACKEND_ENDPOINT: {value: $variables-group/api/endpoint}\nMODE: {value: cloud}\n"
    "OLLAMA_BASE_URL: {value: http://ollama:11434}"
)
TREE = {
    "runner/worker/config.py": CODE,
    "k/base/kustomization.yaml": b"resources: [service.yaml]\n",
    "k/base/service.yaml": BASE,
    "k/prod/kustomization.yaml": b"resources: [../base]\npatches:\n  - path: service.yaml\n",
    "k/prod/service.yaml": RIGHT,
}
POD = """apiVersion: {version}
kind: {kind}
metadata: {{name: agent-runner}}
spec:{head}
{indent}containers:
{indent}  - name: runner
{indent}    image: ghcr.io/stigmer/agent-runner:v1
{indent}    env:
{indent}      - name: STIGMER_BACKEND_ENDPOINT
{indent}        value: localhost:7234
{indent}      - {{name: TEMPORAL_SERVICE_ADDRESS, valueFrom: {{fieldRef: {{fieldPath: x}}}}}}
{indent}      - name: STIGMER_LLM_BASE_URL  # the LLM
{indent}        value: http://ollama:11434
"""
FORMS = {
    "Pod": POD.format(version="v1", kind="Pod", head="", indent="  "),
    "Deployment": POD.format(version="apps/v1", kind="Deployment", head="\n  template:\n    spec:", indent="      "),
    "StatefulSet": POD.format(version="apps/v1", kind="StatefulSet", head="\n  template:\n    spec:", indent="      "),
}


def told(files: dict[str, bytes]) -> list[tuple[str, str, str]]:
    return [(each.code, str(each.severity), each.subject.rsplit(":", 1)[0]) for each in found(files, "SD85")]


def test_an_overlay_decides_over_its_base() -> None:
    assert told(TREE) == [
        ("SD852", "warning", "k/base/service.yaml:12"),
        ("SD853", "warning", "k/base/service.yaml:11"),
    ]


def test_what_an_overlay_leaves_is_in_force() -> None:
    over = {"k/prod/service.yaml": planton("MODE: {value: local}")}
    assert told({**TREE, **over}) == [
        ("SD851", "error", "k/base/service.yaml:12"),
        ("SD853", "error", "k/base/service.yaml:11"),
    ]


@pytest.mark.parametrize("kind", FORMS)
def test_plain_objects_are_judged_and_renamed_in_place(kind: str) -> None:
    files = {"runner/worker/config.py": CODE, "deploy/runner.yaml": FORMS[kind].encode()}
    assert [each[0] for each in told(files)] == ["SD851", "SD853"]
    after = repaired(files["deploy/runner.yaml"], edits(found(files, "SD851")))
    assert after == FORMS[kind].replace("STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL").encode()
    assert [each[0] for each in told({**files, "deploy/runner.yaml": after})] == ["SD853"]


@pytest.mark.parametrize(
    "text",
    [
        FORMS["Pod"] + "    - {name: proxy, image: envoy}\n",
        FORMS["Pod"].replace("spec:", "spec:\n  hostNetwork: true"),
    ],
)
def test_a_loopback_that_others_share_is_not_accused(text: str) -> None:
    assert found({"runner/worker/config.py": CODE, "pod.yaml": text.encode()}, "SD853") == []


def test_variables_taken_over_from_a_config_map_leave_it_open() -> None:
    text = FORMS["Pod"].replace("    env:\n", "    envFrom: [{configMapRef: {name: all}}]\n      env:\n")
    assert found({"runner/worker/config.py": CODE, "pod.yaml": text.encode()}, "SD851") == []


BROKEN = (b"kind: Deployment\nspec: [agent-runner", b"\xffkind: agent-runner", b"kind: Pod # agent-runner")


@pytest.mark.parametrize("raw", BROKEN)
def test_what_is_no_manifest_costs_nothing(raw: bytes) -> None:
    assert told({"a.yaml": raw, "kustomization.yaml": raw}) == []
