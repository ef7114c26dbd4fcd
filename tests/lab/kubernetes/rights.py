"""The shipped Role: with it the doctor measures what an administrator's does, without one of its verbs less, and it
says so."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.lab.kubernetes.cases.case import DEPLOYMENT
from tests.lab.kubernetes.cases.environment import healthy
from tests.lab.kubernetes.cluster import Cluster
from tests.lab.kubernetes.manifests import Manifest
from tests.lab.kubernetes.situation import Situation
from tests.lab.services import ROOT

ROLE = ROOT / "docs" / "kubernetes-role.yaml"
USER = "reader"
# Says that the cluster refuses, which is so.
_REFUSED = "SD105"


@dataclass(frozen=True)
class Seen:
    """What a check with some rights could do: its skipped checks with their reasons, and its errors."""

    exit_code: int
    skipped: dict[str, str] = field(default_factory=dict)
    errors: frozenset[str] = frozenset()
    trouble: str = ""


def compare(cluster: Cluster) -> Iterator[tuple[str, str]]:
    """The name of each set of rights, and what is wrong with what the doctor made of it, "" for nothing."""
    with Situation(cluster, "rights") as situation:
        healthy(situation)
        role = _role(situation)
        whole = _look(situation)
        situation.apply(role, _bound(role))
        _await(situation, *_first(role), allowed=True)
        least = _look(situation, reader=True)
        lost = sorted(set(least.skipped) - set(whole.skipped))
        yield (
            "all of the Role",
            least.trouble or (f"skips more than an administrator: {' '.join(lost)}" if lost else ""),
        )
        for resource, verb, fewer in _without_one(role):
            situation.apply(fewer)
            _await(situation, resource, verb, allowed=False)
            yield f"without {verb} {resource}", _difference(least, _look(situation, reader=True), resource)
            situation.apply(role)
            _await(situation, resource, verb, allowed=True)


def _difference(least: Seen, fewer: Seen, resource: str) -> str:
    """What is not as it has to be where a right is missing: something is not measured, and nothing is accused."""
    if fewer.trouble:
        return fewer.trouble
    if wrong := fewer.errors - least.errors - {_REFUSED}:
        return f"accuses {' '.join(sorted(wrong))}"
    lost = {code: reason for code, reason in fewer.skipped.items() if code not in least.skipped}
    if not lost and fewer.exit_code == least.exit_code:
        return "changes nothing: it is not needed"
    if lost and not any(resource.partition("/")[0] in reason for reason in lost.values()):
        return f"no reason names {resource}: {sorted(set(lost.values()))}"
    return ""


def _look(situation: Situation, *, reader: bool = False) -> Seen:
    env = {"KUBECONFIG": str(situation.cluster.site.path(f"{USER}.kubeconfig"))} if reader else None
    done = situation.check(*DEPLOYMENT, env=env)
    if not done.stdout:
        # Where it is not even told what there is, one line says why.
        said = done.stderr.strip()
        return Seen(done.returncode, trouble="" if done.returncode == 3 and "forbid" in said else said or "no report")
    report = json.loads(done.stdout)
    skipped = {check["code"]: check.get("reason") or "" for check in report["checks"] if check["status"] == "skip"}
    crashed = [check["code"] for check in report["checks"] if check["status"] == "crash"]
    errors = frozenset(finding["code"] for finding in report["findings"] if finding["severity"] == "error")
    return Seen(done.returncode, skipped, errors, f"crashed: {' '.join(crashed)}" if crashed else "")


def _role(situation: Situation) -> Manifest:
    """The first Role of the shipped file, as kubectl reads it: one document after another."""
    text = situation.kubectl("create", "--dry-run=client", "--filename", str(ROLE), "--output", "json")
    role: Manifest = json.JSONDecoder().raw_decode(text)[0]
    role["metadata"] = {"name": role["metadata"]["name"]}
    return role


def _bound(role: Manifest) -> Manifest:
    api = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{api}/v1", "kind": "RoleBinding", "metadata": {"name": "reader"},
        "roleRef": {"apiGroup": api, "kind": "Role", "name": role["metadata"]["name"]},
        "subjects": [{"apiGroup": api, "kind": "User", "name": USER}],
    }  # fmt: skip


def _without_one(role: Manifest) -> Iterator[tuple[str, str, Manifest]]:
    """Each resource and verb of the Role, and the Role without it."""
    for resource, verb in _rights(role):
        fewer = copy.deepcopy(role)
        fewer["rules"] = [
            {"apiGroups": rule["apiGroups"], "resources": [name], "verbs": verbs}
            for rule in role["rules"]
            for name in rule["resources"]
            if (verbs := [word for word in rule["verbs"] if (name, word) != (resource, verb)])
        ]
        yield resource, verb, fewer


def _rights(role: Manifest) -> list[tuple[str, str]]:
    return [(name, verb) for rule in role["rules"] for name in rule["resources"] for verb in rule["verbs"]]


def _first(role: Manifest) -> tuple[str, str]:
    return _rights(role)[0]


def _await(situation: Situation, resource: str, verb: str, *, allowed: bool) -> None:
    name, _, below = resource.partition("/")
    ask = ["kubectl", "--namespace", situation.namespace, "--as", USER, "auth", "can-i", verb, name]
    ask += [f"--subresource={below}"] if below else []

    def settled() -> bool:
        return situation.cluster.as_user(ask).stdout.strip() == ("yes" if allowed else "no")

    situation.wait(settled, f"told of its right to {verb} {resource}")
