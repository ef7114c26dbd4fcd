"""Texts made to take time or memory are judged within bounds of both, which the system enforces."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPU_S, MEMORY_MIB = 30, 1024
PROGRAM = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_S}, {CPU_S}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_MIB} << 20, {MEMORY_MIB} << 20))
from tests.source.judged import found
from tests.source.test_limits import NASTY
file, text = NASTY[sys.argv[1]]
print(len(found({{file: text()}})))
"""
COMPOSE, GO = "docker-compose.yml", "cli/daemon.go"
NASTY = {
    "lists in lists": (COMPOSE, lambda: b"agent-runner: " + b"[" * 5_000_000),
    "maps in maps": (COMPOSE, lambda: b"agent-runner: {a: " * 300_000),
    "block lists in block lists": (COMPOSE, lambda: b"# agent-runner\n" + b"- " * 2_000_000),
    "many keys": (COMPOSE, lambda: b"agent-runner:\n" + b"".join(b"k%d: v\n" % n for n in range(900_000))),
    "one long line": (COMPOSE, lambda: b"agent-runner: " + b"x" * 9_000_000),
    "aliases of aliases": (
        COMPOSE,
        lambda: (
            b"a0: &a0 [agent-runner]\n"
            + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 90))
        ),
    ),
    "merges of merges": (
        COMPOSE,
        lambda: (
            b"services:\n  agent-runner: &s0 {image: stigmer-agent-runner}\n"
            + b"".join(b"  s%d: &s%d {<<: [%s]}\n" % (n, n, b", ".join([b"*s%d" % (n - 1)] * 9)) for n in range(1, 12))
        ),
    ),
    "interpolation in interpolation": (
        COMPOSE,
        lambda: b'services: {agent-runner: {image: stigmer-agent-runner, network_mode: "' + b"${A:-" * 200_000 + b'"}}',
    ),
    "brackets that are not closed": (GO, lambda: b"// agent-runner\n" + b"(" * 400_000),
    "conditions in conditions": (GO, lambda: b"package a\n\nfunc agentRunner() { " + b"if true { " * 20_000),
    "a sum of many": (
        GO,
        lambda: (
            b'package a\n\nfunc agentRunner() []string { return []string{"run", "-e", "STIGMER_A=" + '
            + b"a + " * 20_000
            + b"a} }\n"
        ),
    ),
    "quotes that do not end": (GO, lambda: b"// agent-runner\n" + b'"' * 400_001),
}


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limits")
@pytest.mark.parametrize("name", NASTY)
def test_it_is_judged_within_bounds(name: str) -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM, name], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
