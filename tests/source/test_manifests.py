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
    return [
        (finding.code, str(finding.severity), finding.subject.rsplit(":", 1)[0]) for finding in found(files, "SD85")
    ]


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
    assert [finding[0] for finding in told(files)] == ["SD851", "SD853"]
    after = repaired(files["deploy/runner.yaml"], edits(found(files, "SD851")))
    assert after == FORMS[kind].replace("STIGMER_LLM_BASE_URL", "OLLAMA_BASE_URL").encode()
    assert [finding[0] for finding in told({**files, "deploy/runner.yaml": after})] == ["SD853"]


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


def listed(*objects: str) -> dict[str, bytes]:
    items = "".join("  - " + other.replace("\n", "\n    ").rstrip() + "\n" for other in objects)
    text = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    return {"runner/worker/config.py": CODE, "all.yaml": text.encode()}


@pytest.mark.parametrize("kind", FORMS)
def test_the_objects_of_a_list_are_judged(kind: str) -> None:
    files = listed("kind: Service\nmetadata: {name: a}\n", FORMS[kind])
    assert [finding[0] for finding in told(files)] == ["SD851", "SD853"]


def test_a_list_without_the_runner_is_not_judged() -> None:
    other = FORMS["Deployment"].replace("ghcr.io/stigmer/agent-runner:v1", "nginx")
    assert told(listed(other)) == []
    assert told({"all.yaml": b"kind: List\nitems: &a [*a, agent-runner]\n"}) == []


BROKEN = (b"kind: Deployment\nspec: [agent-runner", b"\xffkind: agent-runner", b"kind: Pod # agent-runner")


@pytest.mark.parametrize("key", ["resources", "components"])
def test_kustomizations_that_take_one_another_come_to_an_end(key: str) -> None:
    taken = ", ".join(f"../{number}" for number in range(20))
    files = {f"{number}/kustomization.yaml": f"{key}: [{taken}]\n".encode() for number in range(20)}
    assert told({**files, "runner.yaml": b"kind: Pod # agent-runner"}) == []


@pytest.mark.parametrize("raw", BROKEN)
def test_what_is_no_manifest_costs_nothing(raw: bytes) -> None:
    assert told({"a.yaml": raw, "kustomization.yaml": raw}) == []


DEPLOYMENT = FORMS["Deployment"].encode()
ENV = "/spec/template/spec/containers/0/env/0/value"
JSON = "- op: replace\n        path: {path}\n        value: '3'"
MERGE = """kind: Deployment
metadata: {name: agent-runner}
spec:
  template:
    spec:
      containers:
        - name: runner
          env:
            - name: STIGMER_BACKEND_ENDPOINT
              value: ADDRESS
"""


def overlaid(head: str, more: dict[str, bytes] | None = None) -> list[tuple[str, str, str]]:
    """What SD853 says of a base with the loopback under an overlay."""
    files = {
        "k/base/kustomization.yaml": b"resources: [runner.yaml]\n",
        "k/base/runner.yaml": DEPLOYMENT,
        "k/prod/kustomization.yaml": f"resources: [../base]\n{head}".encode(),
    }
    return [finding for finding in told({**files, **(more or {})}) if finding[0] == "SD853"]


def inline(text: str) -> str:
    return "".join(f"      {line}\n" for line in text.splitlines())


def json_patch(path: str, target: str = "{kind: Deployment, name: agent-.*}") -> str:
    return f"patches:\n  - target: {target}\n    patch: |-\n      {JSON.format(path=path)}\n"


NOT_FOLLOWED = {
    "an inline JSON patch": json_patch(ENV),
    "one of all objects": json_patch("/spec/template", "{labelSelector: app=x}"),
    "the older key": json_patch(ENV).replace("patches:", "patchesJson6902:"),
    "a file that is not there": "patches: [{path: gone.yaml}]\n",
    "text in quotes": "patches: [{target: {kind: Deployment}, patch: '[]'}]\n",
}


@pytest.mark.parametrize("form", NOT_FOLLOWED)
def test_a_patch_that_is_not_followed_leaves_the_loopback_open(form: str) -> None:
    assert overlaid(NOT_FOLLOWED[form]) == []


@pytest.mark.parametrize(
    "head",
    [
        "",
        json_patch("/spec/replicas"),
        json_patch(ENV, "{kind: Deployment, name: other}"),
        json_patch(ENV, "{kind: Job}"),
    ],
)
def test_a_patch_of_something_else_changes_nothing(head: str) -> None:
    assert overlaid(head) == [("SD853", "error", "k/base/runner.yaml:11")]


def test_an_inline_merge_patch_is_read_at_its_place() -> None:
    head = "patches:\n  - patch: |-\n"
    assert overlaid(head + inline(MERGE.replace("ADDRESS", "backend:8080"))) == [
        ("SD853", "warning", "k/base/runner.yaml:11")
    ]
    assert overlaid(head + inline(MERGE.replace("ADDRESS", "localhost:1"))) == [
        ("SD853", "error", "k/prod/kustomization.yaml:12"),
        ("SD853", "warning", "k/base/runner.yaml:11"),
    ]


def component(address: str) -> dict[str, bytes]:
    return {
        "k/part/kustomization.yaml": b"kind: Component\npatches: [{path: p.yaml, target: {kind: Deployment}}]\n",
        "k/part/p.yaml": MERGE.replace("ADDRESS", address).encode(),
    }


def test_a_component_s_patch_decides() -> None:
    assert ("SD853", "error", "k/part/p.yaml:9") in overlaid("components: [../part]\n", component("localhost:1"))
    right = overlaid("components: [../part]\n", component("backend:8080"))
    assert right == [("SD853", "warning", "k/base/runner.yaml:11")]


def named(new: str) -> list[str]:
    """What is said of a placeholder's image under this name."""
    base = FORMS["Deployment"].replace("ghcr.io/stigmer/agent-runner:v1", "registry:5000/app:v1")
    head = f"resources: [app.yaml]\nimages: [{{name: 'registry:5000/app', newName: {new}, newTag: v2}}]\n"
    files = {"k/app.yaml": base.replace("agent-runner", "app").encode(), "k/kustomization.yaml": head.encode()}
    return [finding[0] for finding in told({"runner/worker/config.py": CODE, **files})]


def test_an_image_that_becomes_the_runner_s_is_judged() -> None:
    assert named("ghcr.io/stigmer/agent-runner") == ["SD851", "SD853"]


def test_an_image_that_becomes_another_one_is_not() -> None:
    assert named("ghcr.io/stigmer/web") == []


def test_what_stands_for_a_value_to_come_is_no_secret() -> None:
    secret = "STIGMER_API_KEY: {value: $secrets-group/key}"
    file = planton(f"MODE: {{value: local}}\n{secret}\nSTIGMER_LLM_BASE_URL: {{value: $variables-group/llm/url}}")
    told_of = found({"runner/worker/config.py": CODE, "k/service.yaml": file}, "SD851")
    assert [finding.measured for finding in told_of] == [
        "STIGMER_LLM_BASE_URL=(filled in later), so http://localhost:11434 is in force"
    ]
