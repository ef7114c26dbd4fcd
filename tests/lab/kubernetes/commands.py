"""`python -m tests.lab kubernetes`: install what it needs, judge the cases, keep one up for a person."""

from __future__ import annotations

import contextlib
import sys
import threading

from tests.lab.kubernetes import install


def run(action: str, names: list[str], workers: int) -> int:
    """The exit code: 1 for a case that is not as it has to be, 3 where the cluster cannot run."""
    if action == "install":
        install.install()
        return 0
    if reasons := install.missing():
        print(f"The cluster cannot run here: {'; '.join(reasons)}", file=sys.stderr)
        return 3
    if action == "cases":
        from tests.lab.kubernetes import oracle

        return oracle.run(names, workers)
    return _up(names)


def _up(names: list[str]) -> int:
    """Bring cases up, each in its namespace, and keep them until Ctrl-C."""
    from tests.lab.kubernetes.cases import CASES
    from tests.lab.kubernetes.cluster import Cluster
    from tests.lab.kubernetes.situation import Situation

    with Cluster() as cluster, contextlib.ExitStack() as situations:
        for name in names or ["healthy"]:
            CASES[name].bring_up(situations.enter_context(Situation(cluster, name)))
        shell = " ".join([*(f"{key}={value}" for key, value in cluster.environment.items()), cluster.enter(["sh"])])
        print(
            f"Namespaces lab-NAME are there. In another terminal, as root, this is the user's shell:\n\n  env {shell}\n"
        )
        print(f"  {sys.executable} -m stigmer_doctor check --deployment agent-runner --namespace lab-NAME\n")
        print("Ctrl-C ends it.", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0
