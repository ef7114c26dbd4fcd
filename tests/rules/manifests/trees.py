"""Manifests of the runner in builds of their own, to vary."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from stigmer_doctor.model import facts as f
from stigmer_doctor.model.manifests import ManifestContainer, ManifestFiles
from tests.healthy import healthy
from tests.rules.sources import CODE, planton
from tests.source.judged import facts_of

POD = """apiVersion: v1
kind: Pod
metadata: {name: agent-runner}
spec:
  containers:
    - name: runner
      image: ghcr.io/stigmer/agent-runner:v1
      env:
"""
UNFOLLOWED = """  - target: {kind: KubernetesDeployment}
    patch: |-
      - {op: replace, path: /spec/template, value: 1}
"""
CUT_OFF = "the image's code was not read to its end (not all was read within 2 s)"
NO_TREE = "no source tree was named (--source)"


def judged(files: Mapping[str, str | bytes], code: bytes = CODE) -> f.Facts:
    """These manifests in a tree that holds the runner's code."""
    raw = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    manifests = facts_of({"runner/worker/config.py": code, **raw}).manifests
    return replace(healthy(), manifests=manifests)


def pod(*variables: str, head: str = POD, tail: str = "") -> f.Facts:
    """A pod with these variables, "NAME: value" each."""
    pairs = (variable.split(": ", 1) for variable in variables)
    lines = "".join(f"        - name: {name}\n          value: {value}\n" for name, value in pairs)
    return judged({"pod.yaml": head + lines + tail})


def overlaid(base: str, *overlays: str, unfollowed: tuple[int, ...] = ()) -> f.Facts:
    """A base with these variables, and overlays with theirs; of some of them a patch is not followed."""
    files: dict[str, str | bytes] = {
        "base/kustomization.yaml": "resources: [service.yaml]\n",
        "base/service.yaml": planton(base),
    }
    for number, variables in enumerate(overlays, 1):
        patches = "patches:\n  - path: service.yaml\n" + (UNFOLLOWED if number in unfollowed else "")
        files[f"o{number}/kustomization.yaml"] = f"resources: [../base]\n{patches}"
        files[f"o{number}/service.yaml"] = planton(variables)
    return judged(files)


def containers_of(facts: f.Facts) -> tuple[ManifestContainer, ...]:
    assert isinstance(facts.manifests, ManifestFiles)
    return facts.manifests.containers


def with_containers(facts: f.Facts, *containers: ManifestContainer) -> f.Facts:
    assert isinstance(facts.manifests, ManifestFiles)
    return replace(facts, manifests=replace(facts.manifests, containers=containers))


def cut_off(facts: f.Facts) -> f.Facts:
    """The tree's code was not read to its end."""
    assert isinstance(facts.manifests, ManifestFiles)
    contract = replace(facts.manifests.contract, complete=False, detail="not all was read within 2 s")
    return replace(facts, manifests=replace(facts.manifests, contract=contract))
