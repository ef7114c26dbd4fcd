"""The names of facts, by what it takes to know them."""

from __future__ import annotations

MEASURED = (
    *("engine", "lookup", "container", "logs", "contract", "configuration", "container_reach", "user_reach"),
    *("listeners", "inside", "backend", "temporal", "llm", "redis", "topology"),
)
"""Found out on an engine, most of it from inside a container, through a probe in it or beside it."""

OF_A_POD = ("pod", "pod_events", "workload", "replicas", "cluster_services", "network_policies", "config_maps")
"""Known of a pod alone."""
