"""No text makes the reader of Go raise, and no fix changes a byte outside the lines of its diff."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings

from tests.source.go_idioms import GUARDED, UNGUARDED
from tests.source.judged import edits, found, repaired, touched
from tests.source.mutilated import ARBITRARY, moved_lines, mutilated

FILE = "cli/daemon/daemon.go"
DAEMON = Path("fixtures/source/incident/client-apps/cli/internal/cli/daemon/daemon.go").read_text()
TEXTS = [DAEMON, *GUARDED.values(), *UNGUARDED.values()]
JUNK = ["", " ", "\n", "{", "}", "(", ")", '"', "`", "//", "/*", ",", "args", "--network", '"host"', "\x00", "é", "if "]


@settings(max_examples=300)
@given(mutilated(TEXTS, JUNK))
def test_a_mutilated_file_is_read_and_its_repair_keeps_to_its_lines(raw: bytes) -> None:
    made = edits(found({FILE: raw}))
    assert moved_lines(raw.split(b"\n"), repaired(raw, made).split(b"\n"), touched(made)) == []


@settings(max_examples=200)
@given(ARBITRARY)
@example(b"package a\n\ntype AgentRunner struct { AgentRunner }\n\nfunc f(a AgentRunner) { a.x() }\n")
@example(
    b'package a\n\nvar agentRunner = agentRunner\n\nfunc f() []string { return []string{"run", "--net", "host"} }\n'
)
def test_no_text_makes_the_reader_raise(raw: bytes) -> None:
    raw = b"// agent-runner\n" + raw
    assert all(finding.subject.startswith(FILE) for finding in found({FILE: raw}))
