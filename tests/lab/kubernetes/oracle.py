"""What the doctor says of each case, compared with what is wrong in it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.lab.kubernetes import rights
from tests.lab.kubernetes.cases import CASES
from tests.lab.kubernetes.cases.case import NEW, Case
from tests.lab.kubernetes.cluster import Cluster
from tests.lab.kubernetes.situation import Situation

RIGHTS = "rights"


@dataclass(frozen=True)
class Judged:
    """`named` are the root causes, `accused` those among the findings of any severity that only a cluster has."""

    case: Case
    exit_code: int
    named: frozenset[str]
    accused: frozenset[str]
    trouble: str = ""

    @property
    def missed(self) -> list[str]:
        return [cause for cause in self.case.causes if not set(cause.split("|")) & self.named]

    @property
    def false(self) -> frozenset[str]:
        allowed = {code for cause in (*self.case.causes, *self.case.may) for code in cause.split("|")}
        return (self.named | self.accused) - allowed

    @property
    def right(self) -> bool:
        return not (self.missed or self.false or self.trouble)


def run(names: list[str], workers: int) -> int:
    """Judge the named cases, all when none is named, on one cluster, so many at the same time; 1 when one is not as it
    has to be."""
    started = time.monotonic()
    unknown = set(names) - {*CASES, RIGHTS}
    if unknown:
        raise SystemExit(f"There is no case {', '.join(sorted(unknown))}.")
    chosen = [case for case in CASES.values() if not names or case.name in names]
    judged: list[Judged] = []
    with Cluster() as cluster, ThreadPoolExecutor(workers) as pool:
        print(f"the cluster is ready after {time.monotonic() - started:.0f} s", flush=True)
        for verdict in pool.map(partial(judge, cluster), chosen):
            judged.append(verdict)
            print(_row(verdict), flush=True)
        wrong = _rights(cluster) if not names or RIGHTS in names else 0
    right = sum(verdict.right for verdict in judged)
    print(f"\n{right} of {len(judged)} cases are as they have to be; {time.monotonic() - started:.0f} s")
    return int(right < len(judged) or wrong > 0)


def _rights(cluster: Cluster) -> int:
    """How many of the sets of rights were not as they have to be."""
    rows = list(rights.compare(cluster))
    for name, trouble in rows:
        print(f"{RIGHTS}: {name:50} {trouble}".rstrip(), flush=True)
    return sum(1 for _, trouble in rows if trouble)


def judge(cluster: Cluster, case: Case) -> Judged:
    """Bring the case up in a namespace of its own, and check it."""
    try:
        with Situation(cluster, case.name) as situation:
            case.bring_up(situation)
            done = situation.check(*case.arguments)
    except (RuntimeError, TimeoutError) as error:
        return Judged(case, -1, frozenset(), frozenset(), f"did not come up: {error}")
    if done.returncode not in (0, 1, 3) or not done.stdout:
        return Judged(case, done.returncode, frozenset(), frozenset(), done.stderr.strip() or "no report")
    return _judged(case, done.returncode, json.loads(done.stdout))


def _judged(case: Case, exit_code: int, report: dict[str, Any]) -> Judged:
    roots = [finding for finding in report["findings"] if not finding["caused_by"] and not finding["suppressed"]]
    named = frozenset(finding["code"] for finding in roots if finding["severity"] == "error")
    accused = frozenset(finding["code"] for finding in roots if finding["code"] in NEW)
    crashed = [check["code"] for check in report["checks"] if check["status"] == "crash"]
    trouble = f"crashed: {' '.join(crashed)}" if crashed else ""
    if not case.causes and exit_code != (3 if case.inconclusive else 0):
        trouble = trouble or f"a case without a fault ended with {exit_code}"
    return Judged(case, exit_code, named | (accused & set(case.causes)), accused, trouble)


def _row(judged: Judged) -> str:
    notes = [f"missed {' '.join(judged.missed)}"] if judged.missed else []
    notes += [f"FALSE {' '.join(sorted(judged.false))}"] if judged.false else []
    notes += [judged.trouble[:1500]] if judged.trouble else []
    expected, named = " ".join(judged.case.causes) or "-", " ".join(sorted(judged.named)) or "-"
    return f"{judged.case.name:28} {judged.exit_code:>4}  {expected:30} {named:24} {'; '.join(notes)}".rstrip()
